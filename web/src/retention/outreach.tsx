import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconFileImport, IconPlus, IconUserHeart } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Outreach, OutreachResult } from '../api/follow';
import { get, post } from '../api/http';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Confirm } from '../ui/confirm';
import { Figures } from '../ui/facts';
import { number } from '../ui/format';
import { Notice } from '../ui/notice';
import { Page } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { OutreachForm } from './outreach-form';
import { ScoresImport } from './scores-import';

/** Calls to those who left or may leave, against those who were left alone. */
export function Outreaches() {
  const { t } = useTranslation();
  const { clientId } = useClientChoice();
  const { can } = useSession();
  const [shown, show] = useState<Outreach | null>(null);
  const [dialog, open] = useState<'form' | 'scores' | null>(null);
  const actions = (
    <Group gap="xs">
      {can('cases.write') && <Button variant="default" leftSection={<IconFileImport size={16} />} onClick={() => open('scores')}>{t('scores.title')}</Button>}
      {can('campaigns.write') && <Button leftSection={<IconPlus size={16} />} onClick={() => open('form')}>{t('outreachForm.title')}</Button>}
    </Group>
  );
  const query = useQuery({ queryKey: ['outreaches', 'of', clientId], queryFn: () => get<List<Outreach>>('/v1/outreaches', { clientId }) });
  const columns: Column<Outreach>[] = [
    { id: 'name', wraps: true, header: t('outreach.col.name'), sort: (o) => o.name, cell: (o) => <>{o.name} {o.stoppedAt && <Badge tone="grey">{t('outreach.stopped')}</Badge>}</> },
    { id: 'kind', header: t('outreach.col.kind'), cell: (o) => t(`outreach.kind.${o.kind}`) },
    { id: 'treated', header: t('outreach.col.treated'), sort: (o) => o.treated, cell: (o) => number(o.treated), right: true },
    { id: 'holdout', header: t('outreach.col.holdout'), sort: (o) => o.holdout, cell: (o) => number(o.holdout), right: true },
  ];
  return (
    <Page title={t('outreach.title')} lead={t('outreach.lead')} actions={actions}>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconUserHeart size={32} />} title={t('outreach.emptyTitle')}>{t('outreach.empty')}</Empty>
          : <DataTable label={t('outreach.title')} columns={columns} rows={data.items} rowKey={(o) => o.id} onOpen={show} />}
      </Answer>
      <Modal opened={shown !== null} onClose={() => show(null)} size="lg" title={shown?.name ?? ''} closeButtonProps={{ 'aria-label': t('close') }}>
        {shown && <Result outreach={shown} onStopped={() => show(null)} />}
      </Modal>
      <Modal opened={dialog !== null} onClose={() => open(null)} size="lg" title={dialog === 'scores' ? t('scores.title') : t('outreachForm.title')} closeButtonProps={{ 'aria-label': t('close') }}>
        {dialog === 'form' && <OutreachForm onDone={() => open(null)} />}
        {dialog === 'scores' && <ScoresImport />}
      </Modal>
    </Page>
  );
}

const points = (value: number) => number(Math.round(value * 10) / 10);

function Result({ outreach, onStopped }: { outreach: Outreach; onStopped: () => void }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [asking, ask] = useState(false);
  const stop = useAct(() => post(`/v1/outreaches/${outreach.id}/stop`), { renew: [['outreaches']], done: t('outreachForm.stopped'), after: onStopped });
  const query = useQuery({ queryKey: ['outreaches', outreach.id], queryFn: () => get<OutreachResult>(`/v1/outreaches/${outreach.id}/result`) });
  return (
    <Answer query={query} rows={3}>
      {(r) => (
        <Stack>
          <Notice tone={r.verdict === 'worse' ? 'red' : r.verdict === 'better' ? 'green' : 'grey'}>{t(`outreach.verdict.${r.verdict}`)}</Notice>
          <Figures items={[
            { label: t('outreach.treatedRate'), value: t('outreach.rate', { percent: points(r.treatedPercent), good: number(r.treatedGood), all: number(r.treatedUnits) }) },
            { label: t('outreach.holdoutRate'), value: t('outreach.rate', { percent: points(r.holdoutPercent), good: number(r.holdoutGood), all: number(r.holdoutUnits) }) },
            { label: t('outreach.difference'), value: t('outreach.interval', { points: points(r.differencePoints), low: points(r.lowPoints), high: points(r.highPoints) }) },
          ]}
          />
          <Text size="sm" c="dimmed">{t('outreach.counted', { called: number(r.treatedCalled), waiting: number(r.waiting), days: outreach.measureDays })}</Text>
          {!outreach.stoppedAt && can('campaigns.write') && <Group justify="flex-end"><Button variant="default" color="red" onClick={() => ask(true)}>{t('outreachForm.stop')}</Button></Group>}
          <Confirm
            opened={asking} danger title={t('outreachForm.stopTitle', { name: outreach.name })} effect={t('outreachForm.stopEffect')} act={t('outreachForm.stop')} busy={stop.isPending}
            onClose={() => ask(false)} onConfirm={() => stop.mutate(undefined)}
          />
        </Stack>
      )}
    </Answer>
  );
}
