import { Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { StatementLine } from '../api/pay';
import type { Money } from '../api/types';
import { useSession } from '../app/session';
import { dateTime, money } from '../ui/format';
import { type Column, DataTable } from '../ui/table';
import { entryKind } from '../ui/words';
import { LinkText } from '../ui/link';
import { operation } from './operations';

/** How an amount came about: "7.5% of $400.00", or what one result pays. */
export function basisText(t: TFunction, { basis, amount }: StatementLine): string {
  const inCurrency = (decimal: string) => money({ amount: decimal, currency: amount.currency });
  if (basis?.rate) return t('pay.rateOf', { rate: basis.rate, value: basis.value ? inCurrency(basis.value) : '–' });
  return basis?.amount ? t('pay.each', { amount: inCurrency(basis.amount) }) : '–';
}

/** An amount that opens its own explanation. */
export function Amount({ entryId, amount }: { entryId: number; amount: Money }) {
  const { t } = useTranslation();
  if (entryId === 0) return <>{money(amount)}</>; // left for the next run: it has no entry yet
  return <LinkText to="/entries/$entryId" params={{ entryId: String(entryId) }} size="sm" aria-label={`${money(amount)}: ${t('explain.open')}`}>{money(amount)}</LinkText>;
}

function OperationName({ line }: { line: StatementLine }) {
  const { t } = useTranslation();
  return operation(t, line.operation ?? '', line.step ?? 0);
}

/** The lines of pay, each with the call that it came from; of a statement also the operation that each stands under. */
export function Lines({ lines, operations = false }: { lines: StatementLine[]; operations?: boolean }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const columns: Column<StatementLine>[] = [
    ...(operations ? [{ id: 'step', header: t('operations.column'), sort: (l: StatementLine) => l.step ?? 0, cell: (l: StatementLine) => <OperationName line={l} />, wideOnly: true }] : []),
    {
      id: 'kind', header: t('pay.line.kind'), sort: (l) => l.kind, cell: (l) => (
        <>
          {entryKind(t, l.kind)}
          {l.reverses && <Text size="xs" c="dimmed">{t('pay.line.reverses', { id: l.reverses })}</Text>}
        </>
      ),
    },
    { id: 'component', header: t('pay.line.component'), sort: (l) => l.component ?? '', cell: (l) => (l.component ?? '–').replaceAll('_', ' ') },
    { id: 'version', header: t('pay.line.version'), cell: (l) => l.planVersion ?? '–', right: true, wideOnly: true },
    { id: 'basis', header: t('pay.line.basis'), cell: (l) => basisText(t, l), right: true, wideOnly: true },
    { id: 'when', header: t('pay.line.when'), sort: (l) => l.effectiveAt, cell: (l) => (
        <>
          {dateTime(l.effectiveAt)}
          {l.holdUntil && <Text size="xs" c="dimmed">{t('pay.holdUntil', { when: dateTime(l.holdUntil) })}</Text>}
        </>
      ), wideOnly: true },
    {
      id: 'call', header: t('pay.line.call'), right: true, cell: (l) => {
        if (!l.callId) return '–';
        return can('calls.read') ? <LinkText to="/calls/$callId" params={{ callId: String(l.callId) }} size="sm">#{l.callId}</LinkText> : `#${l.callId}`;
      },
    },
    { id: 'amount', header: t('pay.line.amount'), sort: (l) => Number(l.amount.amount), cell: (l) => <Amount entryId={l.entryId} amount={l.amount} />, right: true },
  ];
  return <DataTable label={t('pay.mine.lines')} columns={columns} rows={lines} rowKey={(l) => l.entryId} />;
}
