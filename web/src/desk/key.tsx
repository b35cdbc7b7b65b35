import { Kbd } from '@mantine/core';
import { keyFor, useKeymap } from '../app/keymap';
import { useShortcutsOn } from '../app/keys';

/** The key of an act, named by its default, shown beside it while single keys are on. */
export function Key({ name }: { name: string }) {
  const [on] = useShortcutsOn();
  const { keymap } = useKeymap();
  return on ? <Kbd size="xs" className="key" aria-hidden="true">{keyFor(keymap, name.toLowerCase()).toUpperCase()}</Kbd> : null;
}
