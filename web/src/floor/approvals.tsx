import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { Approval } from '../api/save';
import type { List } from '../api/types';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { money } from '../ui/format';
import { Panel } from '../ui/page';
import { Until } from '../ui/since';
import { reason, valueTier } from '../ui/words';

const pollMs = 5_000; // events bring them; asking is for the one that got lost

/** Offers above an agent's limits, each with the facts of its case beside the buttons and the time that is left. */
export function Approvals() {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: ['approvals'], queryFn: () => get<List<Approval>>('/v1/approvals'), refetchInterval: pollMs });
  const waiting = data?.items ?? [];
  return (
    <Panel title={t('approvals.title')}>
      {waiting.length === 0 ? <Text size="sm" c="dimmed">{t('approvals.none')}</Text> : (
        <Stack gap="sm" component="ul" className="plain-list" aria-live="polite">
          {waiting.map((approval) => <Row key={approval.id} approval={approval} />)}
        </Stack>
      )}
    </Panel>
  );
}

function Row({ approval }: { approval: Approval }) {
  const { t } = useTranslation();
  const { can, me } = useSession();
  const decide = useAct((approve: boolean) => post(`/v1/approvals/${approval.id}/decision`, { approve }), { renew: [['approvals']] });
  const facts = [
    approval.customer, approval.plan, t('approvals.pays', { mrr: money(approval.mrr) }), approval.valueTier && valueTier(t, approval.valueTier), approval.reasonCode && reason(t, approval.reasonCode),
    t('approvals.before', { offers: approval.offersBefore, saves: approval.savesBefore }),
  ];
  return (
    <li>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <div>
          <Text size="sm" fw={600}>{approval.offer} · {t('approvals.gives', { percent: approval.depthPercent, cost: money(approval.cost) })}</Text>
          <Text size="sm">{t('approvals.asks', { agent: approval.agent })}{approval.why ? `: ${approval.why}` : ''}</Text>
          <Text size="xs" c="dimmed">{facts.filter((fact) => fact !== '').join(' · ')}</Text>
        </div>
        <Text size="sm" fw={600} aria-label={t('approvals.left')}><Until at={approval.expiresAt} /></Text>
      </Group>
      {can('floor.act') && approval.agentId !== me.id && (
        <Group gap="xs" mt={6}>
          <Button size="compact-sm" loading={decide.isPending} onClick={() => decide.mutate(true)}>{t('approvals.approve')}</Button>
          <Button size="compact-sm" variant="default" onClick={() => decide.mutate(false)}>{t('approvals.decline')}</Button>
        </Group>
      )}
    </li>
  );
}
