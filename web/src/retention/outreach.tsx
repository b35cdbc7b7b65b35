import { Modal, Stack, Text } from '@mantine/core';
import { IconUserHeart } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Outreach, OutreachResult } from '../api/follow';
import { get } from '../api/http';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Figures } from '../ui/facts';
import { number } from '../ui/format';
import { Notice } from '../ui/notice';
import { Page } from '../ui/page';
import { type Column, DataTable } from '../ui/table';

/** Calls to those who left or may leave, against those who were left alone. */
export function Outreaches() {
  const { t } = useTranslation();
  const { clientId } = useClientChoice();
  const [shown, show] = useState<Outreach | null>(null);
  const query = useQuery({ queryKey: ['outreaches', 'of', clientId], queryFn: () => get<List<Outreach>>('/v1/outreaches', { clientId }) });
  const columns: Column<Outreach>[] = [
    { id: 'name', wraps: true, header: t('outreach.col.name'), sort: (o) => o.name, cell: (o) => <>{o.name} {o.stoppedAt && <Badge tone="grey">{t('outreach.stopped')}</Badge>}</> },
    { id: 'kind', header: t('outreach.col.kind'), cell: (o) => t(`outreach.kind.${o.kind}`) },
    { id: 'treated', header: t('outreach.col.treated'), sort: (o) => o.treated, cell: (o) => number(o.treated), right: true },
    { id: 'holdout', header: t('outreach.col.holdout'), sort: (o) => o.holdout, cell: (o) => number(o.holdout), right: true },
  ];
  return (
    <Page title={t('outreach.title')} lead={t('outreach.lead')}>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconUserHeart size={32} />} title={t('outreach.emptyTitle')}>{t('outreach.empty')}</Empty>
          : <DataTable label={t('outreach.title')} columns={columns} rows={data.items} rowKey={(o) => o.id} onOpen={show} />}
      </Answer>
      <Modal opened={shown !== null} onClose={() => show(null)} size="lg" title={shown?.name ?? ''} closeButtonProps={{ 'aria-label': t('close') }}>
        {shown && <Result outreach={shown} />}
      </Modal>
    </Page>
  );
}

const points = (value: number) => number(Math.round(value * 10) / 10);

function Result({ outreach }: { outreach: Outreach }) {
  const { t } = useTranslation();
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
        </Stack>
      )}
    </Answer>
  );
}
