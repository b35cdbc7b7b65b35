import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { post } from '../api/http';
import type { PayException } from '../api/pay';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { dateTime } from '../ui/format';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { outcome } from '../ui/words';
import { exceptionsQuery } from './queries';
import { LinkText } from '../ui/link';

/** What pay could not value; nothing is shown while there is nothing. */
export function Exceptions() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { clientId } = useClientChoice();
  const { data } = useQuery(exceptionsQuery(clientId));
  const retry = useAct(() => post<{ solved: number }>('/v1/pay/exceptions/retry'), {
    renew: [['pay']], done: ({ solved }) => t('runs.solved', { count: solved }),
  });
  if (!data || data.items.length === 0) return null;
  const columns: Column<PayException>[] = [
    { id: 'who', header: t('runs.exceptionCol.who'), sort: (e) => e.name ?? '', cell: (e) => e.name ?? '–' },
    { id: 'why', wraps: true, header: t('runs.exceptionCol.why'), sort: (e) => e.why, cell: (e) => e.why.replaceAll('_', ' ') },
    { id: 'what', header: t('runs.exceptionCol.what'), cell: (e) => outcome(t, e.kind), wideOnly: true },
    { id: 'call', header: t('runs.exceptionCol.call'), cell: (e) => (e.callId && can('calls.read') ? <LinkText to="/calls/$callId" params={{ callId: String(e.callId) }} size="sm">#{e.callId}</LinkText> : (e.callId ?? '–')) },
    { id: 'when', header: t('runs.exceptionCol.when'), sort: (e) => e.createdAt, cell: (e) => dateTime(e.effectiveAt ?? e.createdAt), wideOnly: true },
  ];
  return (
    <Panel
      title={t('runs.exceptions')}
      actions={can('pay.run') ? <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate(undefined)}>{t('runs.retry')}</Button> : undefined}
    >
      <Text size="sm" c="dimmed" mb="sm">{t('runs.exceptionsLead')}</Text>
      <DataTable label={t('runs.exceptions')} columns={columns} rows={data.items} rowKey={(e) => e.id} />
    </Panel>
  );
}
