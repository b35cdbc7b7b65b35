import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../api/http';
import type { Comparison, Run } from '../api/pay';
import { Answer } from '../ui/answer';
import { day, lastDay, money } from '../ui/format';
import { LinkText } from '../ui/link';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';

type Change = Comparison['changes'][number];
const shown = 20;

/** What changed since the last run, the largest changes first. */
export function Compared({ run }: { run: Run }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['pay', 'comparison', run.id, run.hash], queryFn: () => get<Comparison>(`/v1/pay/runs/${run.id}/comparison`) });
  const columns: Column<Change>[] = [
    { id: 'who', header: t('compare.who'), sort: (c) => c.name, cell: (c) => (c.statementId ? <LinkText to="/pay/statements/$statementId" params={{ statementId: String(c.statementId) }} size="sm">{c.name}</LinkText> : c.name) },
    { id: 'was', header: t('compare.was'), cell: (c) => money(c.before), right: true, wideOnly: true },
    { id: 'now', header: t('compare.now'), cell: (c) => money(c.now), right: true },
    { id: 'change', header: t('compare.change'), sort: (c) => Number(c.change.amount), cell: (c) => money(c.change), right: true },
  ];
  return (
    <Panel title={t('compare.title')}>
      <Answer query={query} rows={3}>
        {({ before, changes }) => before ? (
          <>
            <Text size="sm" c="dimmed" mb="sm">{t('compare.before', { id: before.id, from: day(before.startsOn), to: lastDay(before.endsOn) })}</Text>
            <DataTable label={t('compare.title')} columns={columns} rows={changes.slice(0, shown)} rowKey={(c) => c.userId} />
          </>
        ) : <Text size="sm">{t('compare.none')}</Text>}
      </Answer>
    </Panel>
  );
}
