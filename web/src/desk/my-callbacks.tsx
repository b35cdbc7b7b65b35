import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Answer } from '../ui/answer';
import { dateTime, phone } from '../ui/format';
import { Panel } from '../ui/page';
import { firstZone } from '../ui/zone';
import { callbacksQuery } from './queries';

const shown = 6;

/** Who asked me to call again, next first; on a manual campaign they can be called from here. */
export function MyCallbacks({ onDial }: { onDial: ((leadId: number) => void) | undefined }) {
  const { t } = useTranslation();
  const query = useQuery(callbacksQuery);
  return (
    <Panel title={t('desk.callbacks')}>
      <Answer query={query} rows={2}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">{t('desk.noCallbacks')}</Text> : (
          <Stack gap={8} component="ul" className="plain-list">
            {data.items.slice(0, shown).map((callback) => (
              <li key={callback.id}>
                <Group justify="space-between" gap="xs" wrap="nowrap">
                  <div>
                    <Text size="sm" fw={550}>{callback.name || phone(callback.number)}</Text>
                    <Text size="xs" c="dimmed">{dateTime(callback.dueAt)} · {dateTime(callback.dueAt, firstZone(callback.zone))}</Text>
                    {callback.note !== '' && <Text size="xs">{callback.note}</Text>}
                  </div>
                  {onDial && <Button size="compact-xs" variant="default" onClick={() => onDial(callback.leadId)}>{t('desk.callNow')}</Button>}
                </Group>
              </li>
            ))}
          </Stack>
        )}
      </Answer>
    </Panel>
  );
}
