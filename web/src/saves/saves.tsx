import { Button, Group, Select, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconFileDownload, IconLifebuoy } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { address, get } from '../api/http';
import { useClientChoice } from '../app/client-choice';
import { Answer, Empty } from '../ui/answer';
import { Facts } from '../ui/facts';
import { money, number } from '../ui/format';
import { reason } from '../ui/words';
import { Page, Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import type { SaveFigures, SaveReport, SaveRow, SaveStage } from './api';
import { type Asked, Behind } from './behind';
import { CohortChart } from './chart';

const dimensions = ['cohort', 'reason', 'offer', 'agent', 'plan', 'client'] as const;
type Dimension = (typeof dimensions)[number];
const periods = ['3', '6', '12'];

/** The first day of the month so many months ago: a cohort is a whole month. */
function monthsAgo(months: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months + 1, 1)).toISOString().slice(0, 10);
}

/** Gross, net and incremental side by side, with the cases behind every number. */
export function SavesPage() {
  const { t } = useTranslation();
  const { clientId } = useClientChoice();
  const { by = 'cohort', months = '12', reason, agent, plan } = useSearch({ from: '/house/saves' });
  const navigate = useNavigate({ from: '/saves' });
  const [asked, ask] = useState<Asked | null>(null);
  const filter = { clientId, from: monthsAgo(Number(months)), reason, agentId: agent, plan };
  const read = (dimension: string) => get<SaveReport>('/v1/retention/report', { ...filter, by: dimension });
  const query = useQuery({ queryKey: ['saves', filter, by], queryFn: () => read(by), placeholderData: keepPreviousData });
  const set = (change: Record<string, string | undefined>) => void navigate({ search: (was) => ({ ...was, ...change }), replace: true });
  return (
    <Page
      title={t('saves.title')} lead={t('saves.lead')}
      actions={<Button component="a" href={address('/v1/retention/report.csv', { ...filter, by })} download variant="default" size="xs" leftSection={<IconFileDownload size={14} aria-hidden="true" />}>{t('saves.csv')}</Button>}
    >
      <Stack>
        <Group gap="sm" align="flex-end">
          <Select
            size="xs" w={150} label={t('saves.period')} data={periods.map((n) => ({ value: n, label: t('saves.months', { n }) }))} value={months} allowDeselect={false}
            onChange={(value) => set({ months: value ?? undefined })}
          />
          <Select
            size="xs" w={150} label={t('saves.groupBy')} data={dimensions.map((d) => ({ value: d, label: t(`saves.by.${d}`) }))} value={by} allowDeselect={false}
            onChange={(value) => set({ by: value ?? undefined })}
          />
          <Choice dimension="reason" value={reason} read={read} scope={filter} onChoose={(value) => set({ reason: value })} />
          <Choice dimension="agent" value={agent} read={read} scope={filter} onChoose={(value) => set({ agent: value })} />
          <Choice dimension="plan" value={plan} read={read} scope={filter} onChoose={(value) => set({ plan: value })} />
        </Group>
        <Answer query={query}>
          {(report) => report.total.requests === 0
            ? <Empty icon={<IconLifebuoy size={32} />} title={t('saves.emptyTitle')}>{t('saves.empty')}</Empty>
            : <Report report={report} onAsk={ask} />}
        </Answer>
      </Stack>
      <Behind asked={asked} filter={{ ...filter, by }} onClose={() => ask(null)} />
    </Page>
  );
}

interface ChoiceProps {
  dimension: 'reason' | 'agent' | 'plan';
  value: string | undefined;
  read: (dimension: string) => Promise<SaveReport>;
  scope: { clientId: number | null; from: string };
  onChoose: (value: string | undefined) => void;
}

/** One of those that the time has, or any. */
function Choice({ dimension, value, read, scope, onChoose }: ChoiceProps) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['saves', 'choice', dimension, scope.clientId, scope.from, value ?? ''], queryFn: () => read(dimension), placeholderData: keepPreviousData });
  const data = (query.data?.rows ?? []).filter((row) => row.key !== '' && row.key !== '0').map((row) => ({ value: row.key, label: row.name ?? reason(t, row.key) }));
  if (value !== undefined && !data.some((one) => one.value === value)) data.push({ value, label: value });
  return (
    <Select size="xs" w={170} clearable label={t(`saves.by.${dimension}`)} placeholder={t('saves.any')} data={data} value={value ?? null} onChange={(chosen) => onChoose(chosen ?? undefined)} />
  );
}

const points = (value: number | null) => (value === null ? '–' : number(Math.round(value * 10) / 10));

function Report({ report, onAsk }: { report: SaveReport; onAsk: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const nameOf = (row: SaveRow) => {
    if (row.key === totalKey) return t('saves.all');
    if (report.by === 'agent' && row.key === '0') return t('saves.nobody');
    return row.name ?? (row.key === '' ? t('saves.none') : reason(t, row.key));
  };
  const count = (row: SaveRow, number_: string, value: number, label: string) => (
    <UnstyledButton className="count-link" aria-label={`${nameOf(row)}, ${label}: ${value}`} onClick={() => onAsk({ number: number_, ...(row.key === totalKey ? {} : { group: row.key }), name: nameOf(row) })}>
      {number(value)}
    </UnstyledButton>
  );
  const share = (row: SaveRow, number_: string, value: number, all: number, percent: number | null, label: string) => (
    <span className="share"><strong>{t('saves.of', { percent: points(percent) })}</strong> <small>{count(row, number_, value, label)}/{number(all)}</small></span>
  );
  const net = (row: SaveRow, i: number) => {
    const stage = row.net[i];
    if (!stage) return '–';
    if (!stage.isMature) return <Text span size="xs" c="dimmed">{t('saves.young')}</Text>;
    return (
      <>
        {share(row, `net${stage.stage}`, stage.verified, stage.eligible, stage.netPercent, t(`saves.col.net${stage.stage}`))}
        {stage.waiting > 0 && <Text size="xs" c="dimmed">{t('saves.waiting', { n: number(stage.waiting) })}</Text>}
      </>
    );
  };
  const cash = (row: SaveRow, of: (m: SaveFigures['money'][number]) => Parameters<typeof money>[0]) => row.money.map((m) => money(of(m))).join(' · ');
  const columns: Column<SaveRow>[] = [
    { id: 'name', header: t(`saves.by.${report.by as Dimension}`), cell: nameOf, wraps: true },
    { id: 'requests', header: t('saves.col.requests'), text: (r) => String(r.requests), cell: (r) => count(r, 'requests', r.requests, t('saves.col.requests')), right: true, wideOnly: true },
    { id: 'eligible', header: t('saves.col.eligible'), text: (r) => String(r.eligible), cell: (r) => count(r, 'eligible', r.eligible, t('saves.col.eligible')), right: true, wideOnly: true },
    { id: 'gross', header: t('saves.col.gross'), text: (r) => points(r.grossPercent), cell: (r) => share(r, 'gross', r.gross, r.eligible, r.grossPercent, t('saves.col.gross')), right: true },
    { id: 'net30', header: t('saves.col.net30'), text: (r) => points(r.net[0]?.netPercent ?? null), cell: (r) => net(r, 0), right: true, wideOnly: true },
    { id: 'net60', header: t('saves.col.net60'), text: (r) => points(r.net[1]?.netPercent ?? null), cell: (r) => net(r, 1), right: true, wideOnly: true },
    { id: 'net90', header: t('saves.col.net90'), text: (r) => points(r.net[2]?.netPercent ?? null), cell: (r) => net(r, 2), right: true },
    { id: 'incremental', header: t('saves.col.incremental'), text: (r) => points(r.net[2]?.incrementalPoints ?? null), cell: (r) => <Incremental stage={r.net[2]} />, right: true, wideOnly: true },
    { id: 'leakage', header: t('saves.col.leakage'), text: (r) => cash(r, (m) => m.stage[2]?.leakage), cell: (r) => cash(r, (m) => m.stage[2]?.leakage), right: true, wideOnly: true },
    { id: 'discount', header: t('saves.col.discount'), cell: (r) => cash(r, (m) => m.discountCost), right: true, wideOnly: true },
    { id: 'cost', header: t('saves.col.cost'), cell: (r) => cash(r, (m) => m.costPerNetSave), right: true, wideOnly: true },
  ];
  const { total } = report;
  const immature = total.net.findLast((stage) => stage.immature > 0);
  return (
    <Stack>
      <DataTable label={t('saves.title')} columns={columns} rows={[{ ...total, key: totalKey }, ...report.rows]} rowKey={(r) => r.key} />
      <div>
        {immature && <Text size="sm" c="dimmed">{t('saves.youngWhy', { n: number(immature.immature), days: immature.stage })}</Text>}
        {total.excluded > 0 && <Text size="sm" c="dimmed">{t('saves.excluded', { n: number(total.excluded), percent: points((100 * total.excluded) / total.requests) })}</Text>}
        {total.withdrawn > 0 && <Text size="sm" c="dimmed">{t('saves.withdrawn', { n: number(total.withdrawn) })}</Text>}
      </div>
      {report.by === 'cohort' && <CohortChart rows={report.rows} />}
      {total.money.map((m) => (
        <Panel key={m.atRisk.currency} title={t('saves.money')}>
          <Facts items={[
            { label: t('saves.atRisk'), value: money(m.atRisk) },
            { label: t('saves.grossSaved'), value: money(m.grossSaved) },
            { label: t('saves.retained'), value: money(m.stage[2]?.retained) },
            { label: t('saves.rechurn'), value: money(m.stage[2]?.rechurn) },
            { label: t('saves.downgrade'), value: money(m.stage[2]?.downgrade) },
            { label: t('saves.col.discount'), value: money(m.discountCost) },
            ...(report.hasPay ? [{ label: t('saves.col.pay'), value: money(m.payCost) }] : []),
            { label: t('saves.col.cost'), value: money(m.costPerNetSave) },
          ]}
          />
          <Text size="xs" c="dimmed" mt="xs">{report.hasPay ? t('saves.costs') : t('saves.costsWithoutPay')}</Text>
        </Panel>
      ))}
    </Stack>
  );
}

const totalKey = '\u0000total';

/** What the desk brings against those left alone, with its interval; said plainly where nothing can be said. */
function Incremental({ stage }: { stage: SaveStage | undefined }) {
  const { t } = useTranslation();
  if (stage && !stage.isMature) return <Text span size="xs" c="dimmed">{t('saves.young')}</Text>;
  if (!stage || stage.incrementalVerdict === 'no_holdout') return <Text span size="xs" c="dimmed">{t('saves.noHoldout')}</Text>;
  if (stage.incrementalVerdict === 'not_enough_data') return <Text span size="xs" c="dimmed">{t('saves.notEnough')}</Text>;
  return (
    <>
      <strong>{t('saves.points', { points: points(stage.incrementalPoints) })}</strong>
      <Text size="xs" c="dimmed">{t('saves.interval', { low: points(stage.incrementalLow), high: points(stage.incrementalHigh) })}</Text>
    </>
  );
}
