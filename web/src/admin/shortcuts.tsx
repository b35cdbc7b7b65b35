import { Button, Group, Kbd, Stack, Switch, Text } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { actOf, keyFor, remapped, useKeymap } from '../app/keymap';
import { keyOf, useShortcutsOn } from '../app/keys';
import { shortcuts } from '../desk/shortcuts';
import { Panel } from '../ui/page';

type Act = (typeof shortcuts)[number][0];

const acts = shortcuts.map(([act]) => act);

/** Single keys on or off, and which key each act has (WCAG 2.1.4). */
export function Shortcuts() {
  const { t } = useTranslation();
  const [on, setOn] = useShortcutsOn();
  return (
    <Panel title={t('account.keys')}>
      <Text size="sm" c="dimmed" mb="sm">{t('account.keysLead')}</Text>
      <Switch label={t('account.keysOn')} checked={on} onChange={(event) => setOn(event.currentTarget.checked)} />
      {on && <Keys />}
    </Panel>
  );
}

/** The acts with their keys. After "change" the next character is the key; Escape leaves it as it was. */
function Keys() {
  const { t } = useTranslation();
  const { keymap, keep } = useKeymap();
  const [listening, listen] = useState<Act | null>(null);
  const [refused, refuse] = useState('');
  const nameOf = (act: string | undefined) => t(`desk.keys.${shortcuts.find(([one]) => one === act)?.[1] ?? 'digits'}`);
  const take = (act: Act, key: string) => {
    const next = remapped(keymap, act, key, acts);
    refuse(next ? '' : t('account.keysTaken', { key: key.toUpperCase(), act: nameOf(actOf(keymap, key)) }));
    if (next) keep(next);
    listen(null);
  };
  const press = (event: KeyboardEvent, act: Act) => {
    if (listening !== act || event.key === 'Tab') return;
    const key = keyOf(event.nativeEvent);
    if (event.key === 'Escape') listen(null);
    else if (key?.length === 1 && key !== ' ') take(act, key);
    else return; // a modifier on its way to a character
    event.preventDefault();
  };
  return (
    <Stack gap={4} mt="md">
      {shortcuts.map(([act]) => (
        <Group key={act} justify="space-between" wrap="nowrap">
          <Text size="sm">{nameOf(act)}</Text>
          <Group gap={6} wrap="nowrap">
            <Kbd>{keyFor(keymap, act).toUpperCase()}</Kbd>
            <Button
              size="compact-xs" variant={listening === act ? 'light' : 'default'} aria-label={`${listening === act ? t('account.keysPress') : t('edit')}: ${t('account.keysChange', { act: nameOf(act) })}`}
              onClick={() => listen(act)} onKeyDown={(event) => press(event, act)} onBlur={() => listen(null)}
            >
              {listening === act ? t('account.keysPress') : t('edit')}
            </Button>
          </Group>
        </Group>
      ))}
      <Text size="sm" role="status" c="var(--sl-red)">{refused}</Text>
      <Button w="fit-content" size="xs" variant="default" disabled={Object.keys(keymap).length === 0} onClick={() => keep({})}>{t('account.keysReset')}</Button>
    </Stack>
  );
}
