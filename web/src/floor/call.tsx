import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Call } from '../api/desk';
import { get } from '../api/http';
import { Answer } from '../ui/answer';
import { Facts } from '../ui/facts';
import { dateTime, duration, phone } from '../ui/format';
import { Page, Panel } from '../ui/page';
import { callEvent, disposition, outcome } from '../ui/words';

/** One call, with what happened in order. */
export function CallPage() {
  const { t } = useTranslation();
  const { callId } = useParams({ from: '/house/calls/$callId' });
  const query = useQuery({ queryKey: ['calls', 'one', callId], queryFn: () => get<Call>(`/v1/calls/${callId}`) });
  return (
    <Page title={t('calls.one', { id: callId })}>
      <Answer query={query}>
        {(call) => (
          <Stack>
            <Panel>
              <Facts items={[
                { label: t('calls.col.person'), value: call.name || '–' },
                { label: t('calls.col.number'), value: phone(call.number) },
                { label: t('calls.col.campaign'), value: call.campaign },
                { label: t('calls.col.agent'), value: call.agent ?? t('calls.nobody') },
                { label: t('calls.placed'), value: dateTime(call.placedAt) },
                { label: t('calls.answered'), value: dateTime(call.answeredAt) },
                { label: t('calls.connected'), value: dateTime(call.connectedAt) },
                { label: t('calls.ended'), value: call.endedAt ? `${dateTime(call.endedAt)} · ${disposition(t, call.disposition)}` : t('calls.up') },
                { label: t('calls.col.talk'), value: duration(call.talkSeconds) },
                { label: t('calls.col.outcome'), value: outcome(t, call.outcome) },
              ]}
              />
            </Panel>
            <Panel title={t('calls.events')}>
              <ol className="plain-list">
                {(call.events ?? []).map((event) => (
                  <li key={`${event.at}-${event.event}`}>
                    <Group gap="md"><Text size="sm" c="dimmed" className="tabular">{dateTime(event.at)}</Text><Text size="sm">{callEvent(t, event.event)}</Text></Group>
                  </li>
                ))}
              </ol>
            </Panel>
          </Stack>
        )}
      </Answer>
    </Page>
  );
}
