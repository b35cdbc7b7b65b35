import { Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Case } from '../api/desk';
import { get } from '../api/http';
import { Answer } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Facts } from '../ui/facts';
import { dateTime, money } from '../ui/format';
import { Page, Panel } from '../ui/page';
import { caseEvent, caseSource, caseState, decision, reason, subscriptionState, valueTier } from '../ui/words';
import { CaseBadge } from './case-state';
import { Notice } from '../ui/notice';
import { CaseEvidence } from '../saves/evidence';

/** One case: who, what they pay, why they want to leave, and everything that happened. */
export function CasePage() {
  const { caseId } = useParams({ from: '/house/cases/$caseId' });
  const query = useQuery({ queryKey: ['cases', 'one', caseId], queryFn: () => get<Case>(`/v1/cases/${caseId}`) });
  return <Answer query={query}>{(one) => <Loaded one={one} />}</Answer>;
}

/** The states in which there is, or was, a save to verify. */
const confirmed = new Set(['saved_provisional', 'verified_30', 'verified_60', 'verified_90', 'clock_paused', 'rechurned', 'voided']);

function Loaded({ one }: { one: Case }) {
  const { t } = useTranslation();
  return (
    <Page title={one.customer.name || one.customer.externalId} lead={<Group gap="xs" component="span"><CaseBadge state={one.state} /> {t('cases.one', { id: one.id })} · {one.externalId}</Group>}>
      <Stack>
        {!one.saveable && <Notice tone="grey">{t('cases.unsaveable')}</Notice>}
        <Panel>
          <Facts items={[
            { label: t('cases.col.reason'), value: one.reasonText || reason(t, one.reasonCode) },
            { label: t('cases.plan'), value: one.subscription.plan || '–' },
            { label: t('cases.price'), value: money(one.subscription.price) },
            { label: t('cases.status'), value: subscriptionState(t, one.subscription.status) },
            { label: t('cases.tier'), value: valueTier(t, one.customer.valueTier) },
            { label: t('cases.source'), value: caseSource(t, one.source) },
            { label: t('cases.col.requested'), value: dateTime(one.requestedAt) },
            { label: t('cases.col.due'), value: dateTime(one.dueAt) },
            { label: t('cases.closed'), value: dateTime(one.closedAt) },
          ]}
          />
        </Panel>
        {confirmed.has(one.state) && <Panel title={t('verification.title')}><CaseEvidence caseId={one.id} /></Panel>}
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Panel title={t('cases.timeline')}>
            <Stack gap={8} component="ol" className="plain-list">
              {(one.events ?? []).map((event, i) => (
                <li key={`${event.at}-${i}`}>
                  <Text size="sm">{event.from === event.to ? caseEvent(t, event.event) : `${caseState(t, event.from)} → ${caseState(t, event.to)}`}</Text>
                  <Text size="xs" c="dimmed">{dateTime(event.at)} · {event.actor}</Text>
                </li>
              ))}
            </Stack>
          </Panel>
          <Panel title={t('cases.presentations')}>
            {(one.presentations ?? []).length === 0 ? <Text size="sm" c="dimmed">{t('cases.noPresentations')}</Text> : (
              <Stack gap={8} component="ul" className="plain-list">
                {(one.presentations ?? []).map((shown) => (
                  <li key={shown.id}>
                    <Group justify="space-between" gap="xs">
                      <Text size="sm">{shown.name} · {money(shown.value)}</Text>
                      {shown.decision && <Badge tone={shown.decision === 'accepted' ? 'green' : 'grey'}>{decision(t, shown.decision)}</Badge>}
                    </Group>
                    <Text size="xs" c="dimmed">{dateTime(shown.presentedAt)}{shown.reason ? ` · ${shown.reason}` : ''}</Text>
                  </li>
                ))}
              </Stack>
            )}
          </Panel>
        </SimpleGrid>
      </Stack>
    </Page>
  );
}
