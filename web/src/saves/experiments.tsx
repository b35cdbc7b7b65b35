import { Stack, Text } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../api/http';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { Answer, Empty } from '../ui/answer';
import { Badge, type Tone } from '../ui/badge';
import { number } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import type { Experiment } from './api';

const tones: Record<Experiment['verdict'], Tone> = { not_enough_data: 'grey', unclear: 'amber', better: 'green', worse: 'red' };

/** What is compared with people who were left alone: holdouts of the save desk, win-backs, calls to people at risk. */
export function Experiments() {
  const { t } = useTranslation();
  const { clientId } = useClientChoice();
  const query = useQuery({ queryKey: ['experiments', clientId], queryFn: () => get<List<Experiment>>('/v1/experiments', { clientId }) });
  const rate = (good: number, all: number, percent: number) => t('experiments.rate', { good: number(good), all: number(all), percent: number(percent) });
  const columns: Column<Experiment>[] = [
    {
      id: 'name', wraps: true, header: t('experiments.col.name'), text: (e) => e.name,
      cell: (e) => <><Text size="sm">{t(`experiments.kind.${e.kind}`, { days: e.days })}</Text><Text size="xs" c="dimmed">{e.name}</Text></>,
    },
    { id: 'treated', header: t('experiments.col.treated'), cell: (e) => rate(e.treatedGood, e.treatedUnits, e.treatedRate), right: true, wideOnly: true },
    { id: 'holdout', header: t('experiments.col.holdout'), cell: (e) => rate(e.holdoutGood, e.holdoutUnits, e.holdoutRate), right: true, wideOnly: true },
    {
      id: 'difference', header: t('experiments.col.difference'), right: true, wideOnly: true,
      cell: (e) => (e.verdict === 'not_enough_data' ? '–' : t('experiments.interval', { points: number(e.differencePoints), low: number(e.lowPoints), high: number(e.highPoints) })),
    },
    {
      id: 'verdict', wraps: true, header: t('experiments.col.verdict'), text: (e) => t(`experiments.verdict.${e.verdict}`),
      cell: (e) => (
        <>
          <Badge tone={tones[e.verdict]}>{t(`experiments.verdict.${e.verdict}`)}</Badge>
          {e.verdict === 'not_enough_data' && <Text size="xs" c="dimmed">{t('experiments.needs', { min: number(e.unitsMin), have: number(Math.min(e.treatedUnits, e.holdoutUnits)) })}</Text>}
          {e.waiting > 0 && <Text size="xs" c="dimmed">{t('experiments.waiting', { n: number(e.waiting) })}</Text>}
        </>
      ),
    },
  ];
  return (
    <Page title={t('experiments.title')} lead={t('experiments.lead')}>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconFlask size={32} />} title={t('experiments.emptyTitle')}>{t('experiments.empty')}</Empty>
          : (
            <Stack gap="xs">
              <DataTable label={t('experiments.title')} columns={columns} rows={data.items} rowKey={(e) => `${e.kind}:${e.id}`} />
              <Text size="sm" c="dimmed">{t('experiments.hint')}</Text>
            </Stack>
          )}
      </Answer>
    </Page>
  );
}
