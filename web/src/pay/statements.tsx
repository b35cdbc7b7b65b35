import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run, StatementItem } from '../api/pay';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { money, number } from '../ui/format';
import { Panel } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { statementsQuery } from './queries';

const size = 50;

/** What the run pays to whom. */
export function Statements({ run }: { run: Run }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [page, setPage] = useState(1);
  const query = useQuery({ ...statementsQuery(String(run.id), page, size), placeholderData: keepPreviousData });
  const columns: Column<StatementItem>[] = [
    { id: 'name', header: t('run.stmtCol.name'), sort: (s) => s.name, cell: (s) => s.name },
    { id: 'no', header: t('run.stmtCol.employeeNo'), sort: (s) => s.employeeNo, cell: (s) => s.employeeNo || '–', wideOnly: true },
    { id: 'lines', header: t('run.stmtCol.lines'), sort: (s) => s.lines, cell: (s) => number(s.lines), right: true },
    { id: 'amount', header: t('run.stmtCol.amount'), sort: (s) => Number(s.amount.amount), right: true, cell: (s) => <>{s.carried && <Badge tone="amber">{t('run.carried')} {money(s.carriedAmount)}</Badge>} {money(s.amount)}</> },
  ];
  return (
    <Answer query={query} rows={4}>
      {(data) => data.items.length === 0 ? <Empty title={t('run.noStatementsTitle')}>{t('run.noStatements')}</Empty> : (
        <Panel title={t('run.statements')}>
          <DataTable
            label={t('run.statements')} columns={columns} rows={data.items} rowKey={(s) => s.id}
            onOpen={(s) => navigate({ to: '/pay/statements/$statementId', params: { statementId: String(s.id) } })}
          />
          <Pager page={page} size={size} total={data.total} onPage={setPage} />
        </Panel>
      )}
    </Answer>
  );
}
