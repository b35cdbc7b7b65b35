import { Button, Group, Text } from '@mantine/core';
import { IconPhoneCall, IconPhoneOff, IconPlayerPause, IconPlayerPlay, IconPlayerSkipForward } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Desk } from '../api/desk';
import { phone } from '../ui/format';
import { Panel } from '../ui/page';
import { Since } from '../ui/since';
import { Key } from './key';
import { Notice } from '../ui/notice';

export interface PhoneActs {
  dial: () => void;
  skip: () => void;
  hangUp: () => void;
  hold: () => void;
}

interface PhoneProps {
  desk: Desk;
  acts: PhoneActs;
  busy: boolean;
}

/** Whether a call is up and can be ended or held. */
export function callIsUp(desk: Desk): boolean {
  return desk.call !== null && desk.call !== undefined && desk.call.state !== 'ended' && !desk.call.endedAt;
}

/** The phone: dial or skip in preview, hold and hang up in a call. */
export function Phone({ desk, acts, busy }: PhoneProps) {
  const { t } = useTranslation();
  const { agent, call } = desk;
  const preview = agent.state === 'preview';
  if (!preview && !call) return null;
  const up = callIsUp(desk);
  return (
    <Panel title={t('desk.phone')} actions={call && <Text size="sm" c="dimmed">{phone(call.number)}{up && <> · <Since at={call.connectedAt ?? call.placedAt} /></>}</Text>}>
      {call?.held && up && <Notice tone="amber">{t('desk.held')}</Notice>}
      <Group gap="xs" grow>
        {preview && <Button leftSection={<IconPhoneCall size={16} />} rightSection={<Key name="A" />} onClick={acts.dial} loading={busy}>{t('desk.dial')}</Button>}
        {preview && <Button variant="default" leftSection={<IconPlayerSkipForward size={16} />} rightSection={<Key name="S" />} onClick={acts.skip}>{t('desk.skip')}</Button>}
        {call && up && (
          <Button variant="default" leftSection={call.held ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />} rightSection={<Key name="H" />} onClick={acts.hold} disabled={call.state !== 'connected'}>
            {call.held ? t('desk.unhold') : t('desk.hold')}
          </Button>
        )}
        {call && up && <Button color="red" leftSection={<IconPhoneOff size={16} />} rightSection={<Key name="E" />} onClick={acts.hangUp}>{t('desk.hangup')}</Button>}
      </Group>
    </Panel>
  );
}
