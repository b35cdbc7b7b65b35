import { Button, Code, Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { SimulatedCliff, SimulatedPerson, Simulation, SimulationResult, SimulatedPeriod } from '../api/plans';
import { Answer } from '../ui/answer';
import { Facts, Figures } from '../ui/facts';
import { dateTime, money, number, percent } from '../ui/format';
import { LinkButton } from '../ui/link';
import { Notice } from '../ui/notice';
import { Page, Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { monthName } from './months';
import { simulationQuery, simulationRunning } from './queries';
import { monthsOf, share, signed, TwoBars } from './simulation-parts';
import './planner.css';

/** What one simulation found: who would have had more or less, what it would have cost, and what decided. */
export function SimulationPage() {
  const { t } = useTranslation();
  const { simulationId } = useParams({ from: '/house/plan-simulations/$simulationId' });
  const query = useQuery(simulationQuery(simulationId));
  return (
    <Answer query={query}>
      {(m) => (
        <Page
          title={t('simulate.one', { id: m.id })} lead={t('simulate.oneLead', { months: monthsOf(m), name: m.askedBy, when: dateTime(m.askedAt) })}
          actions={(
            <>
              {m.result && <Button component="a" variant="default" href={`/v1/plan-simulations/${m.id}/people.csv`} download>{t('mine.csv')}</Button>}
              <LinkButton to="/plans/$planId/simulations" params={{ planId: String(m.planId) }} variant="default">{t('simulate.all')}</LinkButton>
              <LinkButton to="/plans/$planId" params={{ planId: String(m.planId) }} variant="default">{t('simulate.toPlan')}</LinkButton>
            </>
          )}
        >
          <Stack>
            {simulationRunning(m) && (
              <Panel title={t('simulate.running')}>
                <Progress value={m.progress * 100} animated aria-label={t('simulate.running')} />
                <Text size="sm" c="dimmed" mt="xs" role="status">{t('simulate.progress', { percent: percent(m.progress, 0) })}</Text>
              </Panel>
            )}
            {m.state === 'failed' && <Notice tone="red" urgent>{t('simulate.failed', { error: m.error ?? '' })}</Notice>}
            {m.result && <Result m={m} result={m.result} />}
            <details><summary>{t('simulate.text')}</summary><Code block tabIndex={0} role="region" aria-label={t('simulate.text')}>{m.text}</Code></details>
          </Stack>
        </Page>
      )}
    </Answer>
  );
}

function Result({ m, result }: { m: Simulation; result: SimulationResult }) {
  const { t } = useTranslation();
  const { summary } = result;
  return (
    <>
      {!m.current && <Notice tone="amber">{t('simulate.stale', { count: m.newer })}</Notice>}
      <Panel>
        <Figures items={[
          { label: t('simulate.col.winners'), value: number(summary.winners) },
          { label: t('simulate.col.losers'), value: number(summary.losers) },
          { label: t('simulate.same'), value: number(summary.same) },
          ...summary.totals.map((one) => ({ label: t('simulate.costOf', { currency: one.old.currency }), value: `${signed(one.difference)} (${share(one)})` })),
        ]}
        />
        <Facts items={[
          ...summary.totals.map((one) => ({ label: t('simulate.fromTo', { currency: one.old.currency }), value: `${money(one.old)} → ${money(one.new)}` })),
          { label: t('simulate.exceptions'), value: `${number(summary.exceptionsOld)} → ${number(summary.exceptionsNew)}` },
          { label: t('simulate.held'), value: `${number(summary.heldOld)} → ${number(summary.heldNew)}` },
          { label: t('simulate.cliffs'), value: number(summary.cliffs) },
          { label: t('simulate.fingerprint'), value: m.sha256.slice(0, 16) },
          { label: t('simulate.watermark'), value: number(m.watermark ?? 0) },
        ]}
        />
      </Panel>
      <Panel title={t('simulate.people')}><People rows={result.people} /></Panel>
      <Cost result={result} />
      <Cliffs rows={result.cliffs} />
      <Exceptions result={result} />
    </>
  );
}

function People({ rows }: { rows: SimulatedPerson[] }) {
  const { t } = useTranslation();
  const columns: Column<SimulatedPerson>[] = [
    {
      id: 'name', header: t('planner.col.name'), sort: (p) => p.name ?? '', cell: (p) => (
        <>{p.name}{!p.tried && <Text size="xs" c="dimmed">{t('simulate.shares')}</Text>}</>
      ), text: (p) => p.name ?? '',
    },
    { id: 'old', header: t('simulate.old'), sort: (p) => Number(p.old.amount), cell: (p) => money(p.old), right: true },
    { id: 'new', header: t('simulate.new'), sort: (p) => Number(p.new.amount), cell: (p) => money(p.new), right: true },
    { id: 'difference', header: t('simulate.difference'), sort: (p) => Number(p.difference.amount), cell: (p) => signed(p.difference), right: true },
    { id: 'percent', header: t('simulate.percent'), sort: (p) => Number(p.percent ?? 0), cell: (p) => share(p), right: true, wideOnly: true },
  ];
  if (rows.length === 0) return <Text size="sm">{t('simulate.nobody')}</Text>;
  return <DataTable label={t('simulate.people')} columns={columns} rows={rows} rowKey={(p) => `${p.userId} ${p.old.currency}`} />;
}

function Cost({ result }: { result: SimulationResult }) {
  const { t } = useTranslation();
  const columns: Column<SimulatedPeriod>[] = [
    { id: 'month', header: t('simulate.col.months'), sort: (p) => p.month, cell: (p) => monthName(p.month) },
    { id: 'component', header: t('planner.col.component'), sort: (p) => p.component, cell: (p) => p.component.replaceAll('_', ' ') },
    { id: 'old', header: t('simulate.old'), sort: (p) => Number(p.old.amount), cell: (p) => money(p.old), right: true },
    { id: 'new', header: t('simulate.new'), sort: (p) => Number(p.new.amount), cell: (p) => money(p.new), right: true },
    { id: 'difference', header: t('simulate.difference'), sort: (p) => Number(p.difference.amount), cell: (p) => signed(p.difference), right: true },
  ];
  if (result.periods.length === 0) return null;
  return (
    <Panel title={t('simulate.cost')}>
      <TwoBars items={result.periods.map((p) => ({ name: `${monthName(p.month)} · ${p.component.replaceAll('_', ' ')}`, total: p }))} />
      <DataTable label={t('simulate.cost')} columns={columns} rows={result.periods} rowKey={(p) => `${p.month} ${p.component} ${p.old.currency}`} />
      <Text size="sm" c="dimmed" mt="sm">
        {t('simulate.booked', { list: result.booked.map((b) => `${monthName(b.month)} ${money(b.amount)}`).join(', ') || '–' })}
      </Text>
    </Panel>
  );
}

function Cliffs({ rows }: { rows: SimulatedCliff[] }) {
  const { t } = useTranslation();
  const columns: Column<SimulatedCliff>[] = [
    { id: 'kind', header: t('simulate.col.kind'), cell: (c) => t(`simulate.kinds.${c.kind}`) },
    { id: 'component', header: t('planner.col.component'), sort: (c) => c.component, cell: (c) => c.component.replaceAll('_', ' ') },
    { id: 'on', header: t('simulate.col.on'), cell: (c) => c.on },
    { id: 'reached', header: t('simulate.col.reached'), sort: (c) => c.reached, cell: (c) => number(c.reached), right: true },
    { id: 'missed', header: t('simulate.col.missed'), sort: (c) => c.missed, cell: (c) => number(c.missed), right: true },
    { id: 'waits', header: t('simulate.col.waits'), sort: (c) => c.held, cell: (c) => number(c.held), right: true, wideOnly: true },
    { id: 'amount', header: t('simulate.col.decided'), sort: (c) => Number(c.amount.amount), cell: (c) => money(c.amount), right: true },
  ];
  return (
    <Panel title={t('simulate.cliffsTitle')}>
      <Text size="sm" c="dimmed" mb="sm">{t('simulate.cliffsLead')}</Text>
      {rows.length === 0 ? <Text size="sm">{t('simulate.noCliffs')}</Text> : <DataTable label={t('simulate.cliffsTitle')} columns={columns} rows={rows} rowKey={(c) => `${c.kind} ${c.component} ${c.on}`} />}
    </Panel>
  );
}

function Exceptions({ result }: { result: SimulationResult }) {
  const { t } = useTranslation();
  if (result.exceptions.length === 0) return null;
  return (
    <Panel title={t('simulate.exceptionsTitle')}>
      <Stack gap="xs">
        {result.exceptions.map((x) => (
          <Group key={`${x.component} ${x.why}`} justify="space-between" wrap="nowrap">
            <Text size="sm">{x.component ? `${x.component}: ${x.why}` : x.why}</Text>
            <Text size="sm">{`${number(x.old)} → ${number(x.new)}`}</Text>
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
