import { Button, MultiSelect, NativeSelect, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { Plan } from '../api/pay';
import type { PlanDraft, Simulation, SimulationHead } from '../api/plans';
import type { List, User } from '../api/types';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { dateTime, number } from '../ui/format';
import { LinkButton } from '../ui/link';
import { Page, Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { monthAfter, monthName, monthsBack } from './months';
import { planQuery, simulationsQuery } from './queries';
import { monthsOf, share, signed, SimulationBadge, stateText } from './simulation-parts';
import './planner.css';

const monthsMax = 24;

/** What was simulated of a plan, and the form to ask for more. */
export function SimulationsPage() {
  const { planId } = useParams({ from: '/house/plans/$planId/simulations' });
  const query = useQuery(planQuery(planId));
  return <Answer query={query}>{(plan) => <Loaded plan={plan} />}</Answer>;
}

function Loaded({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const query = useQuery(simulationsQuery(String(plan.id)));
  const columns: Column<SimulationHead>[] = [
    { id: 'asked', header: t('simulate.col.asked'), sort: (m) => m.askedAt, text: (m) => m.askedAt, cell: (m) => dateTime(m.askedAt) },
    { id: 'months', header: t('simulate.col.months'), sort: (m) => m.from, cell: (m) => monthsOf(m) },
    { id: 'state', header: t('simulate.col.state'), text: (m) => stateText(t, m.state), cell: (m) => <SimulationBadge state={m.state} /> },
    { id: 'winners', header: t('simulate.col.winners'), sort: (m) => m.summary?.winners ?? 0, cell: (m) => (m.summary ? number(m.summary.winners) : '–'), right: true, wideOnly: true },
    { id: 'losers', header: t('simulate.col.losers'), sort: (m) => m.summary?.losers ?? 0, cell: (m) => (m.summary ? number(m.summary.losers) : '–'), right: true, wideOnly: true },
    { id: 'cost', header: t('simulate.col.cost'), cell: (m) => m.summary?.totals.map((one) => `${signed(one.difference)} (${share(one)})`).join(', ') || '–', right: true },
    { id: 'by', header: t('simulate.col.by'), cell: (m) => m.askedBy, wideOnly: true },
  ];
  return (
    <Page
      title={t('simulate.title', { plan: plan.name })} lead={t('simulate.lead')}
      actions={<LinkButton to="/plans/$planId" params={{ planId: String(plan.id) }} variant="default">{t('simulate.toPlan')}</LinkButton>}
    >
      <Stack>
        {can('plans.write') && <Ask plan={plan} />}
        <Answer query={query} rows={3}>
          {({ items }) => items.length === 0
            ? <Empty icon={<IconScale size={32} />} title={t('simulate.emptyTitle')}>{t('simulate.empty')}</Empty>
            : (
                <DataTable
                  name="plan-simulations" label={t('simulate.list')} columns={columns} rows={items} rowKey={(m) => m.id}
                  onOpen={(m) => void navigate({ to: '/plan-simulations/$simulationId', params: { simulationId: String(m.id) } })}
                />
              )}
        </Answer>
      </Stack>
    </Page>
  );
}

/** What to simulate, over which months, for whom. */
function Ask({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const draft = useQuery({ queryKey: ['plans', String(plan.id), 'draft'], queryFn: () => get<PlanDraft>(`/v1/plans/${plan.id}/draft`) });
  const people = useQuery({ queryKey: ['users', 'agents'], queryFn: () => get<List<User>>('/v1/users', { role: 'agent', size: 200 }) });
  const months = monthsBack(new Date().toISOString(), monthsMax);
  const [from, setFrom] = useState(months[3] ?? '');
  const [last, setLast] = useState(months[1] ?? '');
  const [users, setUsers] = useState<string[]>([]);
  const waiting = plan.versions.filter((version) => !version.approvedAt);
  const revision = draft.data?.savedAt === undefined ? 0 : draft.data.revision;
  const texts = [
    ...(revision > 0 ? [{ value: 'draft', label: t('simulate.draft') }] : []),
    ...waiting.map((version) => ({ value: String(version.id), label: t('plans.version', { n: version.version }) })),
  ];
  const [chosen, choose] = useState<string>();
  const what = chosen ?? texts[0]?.value;
  const ask = useAct(() => post<Simulation>(`/v1/plans/${plan.id}/simulations`, {
    ...(what === 'draft' ? { revision } : { versionId: Number(what) }), from, until: monthAfter(last), users: users.map(Number),
  }), {
    renew: [['plans']], after: (made) => void navigate({ to: '/plan-simulations/$simulationId', params: { simulationId: String(made.id) } }),
  });
  if (draft.isPending) return null;
  if (texts.length === 0) {
    return (
      <Panel title={t('simulate.ask')}>
        <Text size="sm" mb="sm">{t('simulate.nothing')}</Text>
        <LinkButton to="/plans/$planId/edit" params={{ planId: String(plan.id) }} size="xs">{t('planner.edit')}</LinkButton>
      </Panel>
    );
  }
  const named = months.map((month) => ({ value: month, label: monthName(month) }));
  return (
    <Panel title={t('simulate.ask')}>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }} mb="sm">
        <NativeSelect label={t('simulate.what')} data={texts} value={what} onChange={(event) => choose(event.currentTarget.value)} />
        <NativeSelect label={t('simulate.first')} data={named} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        <NativeSelect label={t('simulate.last')} data={named} value={last} onChange={(event) => setLast(event.currentTarget.value)} />
        <MultiSelect
          label={t('simulate.whom')} placeholder={users.length === 0 ? t('simulate.onPlan') : ''} searchable clearable data={(people.data?.items ?? []).map((u) => ({ value: String(u.id), label: u.name }))}
          value={users} onChange={setUsers} clearButtonProps={{ 'aria-label': t('simulate.nobodyNamed') }}
        />
      </SimpleGrid>
      <Button loading={ask.isPending} disabled={last < from} onClick={() => ask.mutate(undefined)}>{t('simulate.run')}</Button>
    </Panel>
  );
}
