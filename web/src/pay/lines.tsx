import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { StatementLine } from '../api/pay';
import { useSession } from '../app/session';
import { dateTime, money } from '../ui/format';
import { type Column, DataTable } from '../ui/table';
import { entryKind } from '../ui/words';

/** Text of what an amount was computed from: money, or a plain count. */
export function basisText(basis: StatementLine['basis']): string {
  if (basis === null || basis === undefined) return '–';
  return typeof basis === 'string' ? basis : money(basis);
}

/** The lines of a statement, each with the call that it came from. */
export function Lines({ lines }: { lines: StatementLine[] }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const columns: Column<StatementLine>[] = [
    {
      id: 'kind', header: t('pay.line.kind'), sort: (l) => l.kind, cell: (l) => (
        <>
          {entryKind(t, l.kind)}
          {l.reverses && <Text size="xs" c="dimmed">{t('pay.line.reverses', { id: l.reverses })}</Text>}
        </>
      ),
    },
    { id: 'component', header: t('pay.line.component'), sort: (l) => l.component, cell: (l) => l.component },
    { id: 'version', header: t('pay.line.version'), cell: (l) => l.planVersion, right: true, wideOnly: true },
    { id: 'basis', header: t('pay.line.basis'), cell: (l) => basisText(l.basis), right: true, wideOnly: true },
    { id: 'when', header: t('pay.line.when'), sort: (l) => l.effectiveAt, cell: (l) => dateTime(l.effectiveAt), wideOnly: true },
    {
      id: 'call', header: t('pay.line.call'), right: true, cell: (l) => {
        if (!l.callId) return '–';
        return can('calls.read') ? <Anchor component={Link} to="/calls/$callId" params={{ callId: String(l.callId) }} size="sm">#{l.callId}</Anchor> : `#${l.callId}`;
      },
    },
    { id: 'amount', header: t('pay.line.amount'), sort: (l) => Number(l.amount.amount), cell: (l) => money(l.amount), right: true },
  ];
  return <DataTable label={t('pay.mine.lines')} columns={columns} rows={lines} rowKey={(l) => l.entryId} />;
}
