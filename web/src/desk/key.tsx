import { Kbd } from '@mantine/core';
import { useShortcutsOn } from '../app/keys';

/** The key of an act, shown beside it while single keys are on. */
export function Key({ name }: { name: string }) {
  const [on] = useShortcutsOn();
  return on ? <Kbd size="xs" className="key" aria-hidden="true">{name}</Kbd> : null;
}
