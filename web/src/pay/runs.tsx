import { Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/http';
import type { Period, Run } from '../api/pay';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { day, lastDay, money, number } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { Exceptions } from './exceptions';
import { periodsQuery, runsQuery } from './queries';
import { RunBadge } from './run-state';

export const periodText = (period: Pick<Period, 'startsOn' | 'endsOn'>) => `${day(period.startsOn)} – ${lastDay(period.endsOn)}`;

/** Every pay run, and what could not be paid. */
export function Runs() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { clientId } = useClientChoice();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure(false);
  const query = useQuery(runsQuery(clientId));
  const button = can('pay.run') ? <Button leftSection={<IconPlus size={16} />} onClick={open}>{t('runs.new')}</Button> : undefined;
  const columns: Column<Run>[] = [
    { id: 'run', header: t('runs.col.run'), sort: (r) => r.id, cell: (r) => `#${r.id}` },
    { id: 'period', header: t('runs.col.period'), sort: (r) => r.period.startsOn, cell: (r) => periodText(r.period) },
    { id: 'state', header: t('runs.col.state'), text: (r) => t(`runs.state.${r.state}`), cell: (r) => <RunBadge state={r.state} /> },
    { id: 'payees', header: t('runs.col.payees'), sort: (r) => r.payees, cell: (r) => number(r.payees), right: true, wideOnly: true },
    { id: 'lines', header: t('runs.col.lines'), sort: (r) => r.lines, cell: (r) => number(r.lines), right: true, wideOnly: true },
    { id: 'exceptions', header: t('runs.col.exceptions'), sort: (r) => r.exceptions, cell: (r) => number(r.exceptions), right: true, wideOnly: true },
    { id: 'total', header: t('runs.col.total'), sort: (r) => Number(r.total.amount), cell: (r) => money(r.total), right: true },
  ];
  return (
    <Page title={t('runs.title')} lead={t('runs.lead')} actions={button}>
      <Stack>
        <Answer query={query}>
          {(data) => data.items.length === 0
            ? <Empty icon={<IconScale size={32} />} title={t('runs.emptyTitle')} action={button}>{t('runs.empty')}</Empty>
            : (
                <DataTable
                  name="pay-runs" label={t('runs.title')} columns={columns} rows={data.items} rowKey={(r) => r.id}
                  onOpen={(r) => navigate({ to: '/pay/runs/$runId', params: { runId: String(r.id) } })}
                />
              )}
        </Answer>
        <Exceptions />
      </Stack>
      <Modal opened={opened} onClose={close} title={t('runs.new')} closeButtonProps={{ 'aria-label': t('close') }}><OpenRun /></Modal>
    </Page>
  );
}

function OpenRun() {
  const { t } = useTranslation();
  const { me } = useSession();
  const navigate = useNavigate();
  const { clientId } = useClientChoice();
  const query = useQuery(periodsQuery(clientId));
  const [chosen, choose] = useState('');
  const run = useAct((period: Period) => post<Run>('/v1/pay/runs', { clientId: period.clientId, periodId: period.id }), {
    renew: [['pay']], done: t('runs.opened'), after: (made) => void navigate({ to: '/pay/runs/$runId', params: { runId: String(made.id) } }),
  });
  const named = (period: Period) => {
    const client = me.clients.length > 1 ? ` · ${me.clients.find((c) => c.id === period.clientId)?.name ?? ''}` : '';
    return `${periodText(period)} (${t(`runs.${period.state}`)})${client}`;
  };
  return (
    <Answer query={query} rows={2}>
      {(data) => {
        const periods = data.items;
        const period = periods.find((p) => String(p.id) === chosen) ?? periods[0];
        if (!period) return <Text size="sm" c="dimmed">{t('runs.noPeriods')}</Text>;
        return (
          <Stack>
            <NativeSelect
              label={t('runs.period')} value={String(period.id)} onChange={(event) => choose(event.currentTarget.value)}
              data={periods.map((p) => ({ value: String(p.id), label: named(p) }))}
            />
            <Group justify="flex-end"><Button loading={run.isPending} onClick={() => run.mutate(period)}>{t('runs.new')}</Button></Group>
          </Stack>
        );
      }}
    </Answer>
  );
}
