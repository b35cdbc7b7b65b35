import { IconMessageQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { get } from '../api/http';
import type { Dispute } from '../api/pay';
import type { List } from '../api/types';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { dateTime, money } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable } from '../ui/table';

/** Where a dispute stands, as a word; a state that a newer server knows is shown as it is. */
export function useDisputeState() {
  const { t } = useTranslation();
  return (state: string) => (state === 'open' || state === 'upheld' || state === 'rejected' || state === 'withdrawn' ? t(`dispute.states.${state}`) : state);
}

/** Disputes in a table: for payroll all of them, for an agent their own. */
export function DisputeTable({ rows }: { rows: Dispute[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const said = useDisputeState();
  const columns: Column<Dispute>[] = [
    { id: 'who', header: t('dispute.who'), sort: (d) => d.name, cell: (d) => d.name },
    { id: 'line', header: t('dispute.line'), cell: (d) => d.component.replaceAll('_', ' ') },
    { id: 'state', header: t('dispute.state'), cell: (d) => <>{said(d.state)} {d.late && <Badge tone="amber">{t('dispute.late')}</Badge>}</> },
    { id: 'answer', header: t('dispute.answerBy'), sort: (d) => d.answerBy, cell: (d) => (d.state === 'open' ? dateTime(d.answerBy) : '–'), wideOnly: true },
    { id: 'claim', header: t('dispute.claim'), sort: (d) => Number(d.claim.amount), cell: (d) => money(d.claim), right: true },
  ];
  return <DataTable label={t('dispute.list')} columns={columns} rows={rows} rowKey={(d) => d.id} onOpen={(d) => navigate({ to: '/disputes/$disputeId', params: { disputeId: String(d.id) } })} />;
}

/** Every dispute of the clients that one sees. */
export function Disputes() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['disputes', 'all'], queryFn: () => get<List<Dispute>>('/v1/pay/disputes', { size: 200 }) });
  return (
    <Page title={t('dispute.list')} lead={t('dispute.listLead')}>
      <Answer query={query}>
        {(data) => (data.items.length === 0 ? <Empty icon={<IconMessageQuestion size={32} />} title={t('dispute.emptyTitle')}>{t('dispute.empty')}</Empty> : <DisputeTable rows={data.items} />)}
      </Answer>
    </Page>
  );
}
