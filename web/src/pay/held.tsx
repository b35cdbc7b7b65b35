import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { HeldLine } from '../api/gaming';
import { get } from '../api/http';
import type { List } from '../api/types';
import { dateTime } from '../ui/format';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { Amount } from './lines';

interface HeldProps {
  /** Where the lines are: of a run, of a statement, or mine. */
  path: string;
  lead: string;
  /** Several people's: their names stand beside the lines. */
  names?: boolean;
}

/** What waits because its results are under review; nothing, where nothing does. */
export function Held({ path, lead, names = false }: HeldProps) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['pay', 'held', path], queryFn: () => get<List<HeldLine>>(path) });
  const lines = query.data?.items ?? [];
  if (lines.length === 0) return null;
  const columns: Column<HeldLine>[] = [
    ...(names ? [{ id: 'agent', header: t('gaming.heldAgent'), cell: (l: HeldLine) => l.name }] : []),
    { id: 'since', header: t('gaming.heldSince'), cell: (l) => dateTime(l.since) },
    { id: 'result', header: t('gaming.heldResult'), cell: (l) => (l.callId ? `${l.resultKind} · #${l.callId}` : l.resultKind) },
    { id: 'amount', right: true, header: t('gaming.heldAmount'), cell: (l) => <Amount entryId={l.entryId} amount={l.amount} /> },
  ];
  return (
    <Panel title={t('gaming.held')} label={t('gaming.held')}>
      <Text size="sm" c="dimmed" mb="sm">{lead}</Text>
      <DataTable label={t('gaming.held')} columns={columns} rows={lines} rowKey={(l) => l.entryId} />
    </Panel>
  );
}
