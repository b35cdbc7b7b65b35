import { Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { IconClipboardCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import { type AccountAsk, requestStates } from '../api/manage';
import type { List } from '../api/types';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Confirm } from '../ui/confirm';
import { Facts } from '../ui/facts';
import { dateTime, money } from '../ui/format';
import { LinkText } from '../ui/link';
import { Notice } from '../ui/notice';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { requestKind, requestState } from '../ui/words';
import { toneOf } from './customer-words';

const size = 50;

const isMoney = (r: AccountAsk) => Number(r.amount.amount) !== 0;

/** What customers asked for on calls and another system does, until it is done. */
export function Requests() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/house/requests' });
  const status = search.state ?? 'open';
  const page = search.page ?? 1;
  const [shown, show] = useState<number | null>(null);
  const query = useQuery({
    queryKey: ['account-requests', status, page], placeholderData: keepPreviousData,
    queryFn: () => get<List<AccountAsk>>('/v1/requests', { status: status === 'all' ? undefined : status, page, size }),
  });
  const columns: Column<AccountAsk>[] = [
    { id: 'customer', header: t('requests.customer'), sort: (r) => r.customerName, cell: (r) => r.customerName || '–' },
    { id: 'kind', header: t('requests.what'), sort: (r) => r.kind, cell: (r) => requestKind(t, r.kind) },
    { id: 'amount', header: t('requests.amount'), right: true, cell: (r) => (isMoney(r) ? money(r.amount) : '–') },
    { id: 'state', header: t('requests.state'), sort: (r) => r.status, cell: (r) => <Badge tone={toneOf(r.status)}>{requestState(t, r.status)}</Badge>, text: (r) => requestState(t, r.status) },
    { id: 'by', header: t('requests.by'), sort: (r) => r.askedByName, cell: (r) => r.askedByName, wideOnly: true },
    { id: 'at', header: t('requests.at'), sort: (r) => r.askedAt, cell: (r) => dateTime(r.askedAt), wideOnly: true },
  ];
  return (
    <Page title={t('requests.title')} lead={t('requests.lead')}>
      <NativeSelect
        mb="sm" w={220} aria-label={t('requests.state')} value={status}
        data={[...requestStates.map((value) => ({ value, label: value === 'open' ? t('requests.open') : requestState(t, value) })), { value: 'all', label: t('requests.all') }]}
        onChange={(event) => void navigate({ to: '/requests', search: { state: event.currentTarget.value } })}
      />
      <Answer query={query}>
        {(data) => {
          const opened = data.items.find((r) => r.id === shown);
          return data.items.length === 0 ? <Empty icon={<IconClipboardCheck size={32} />} title={t('requests.emptyTitle')}>{t('requests.empty')}</Empty> : (
            <>
              <DataTable label={t('requests.title')} columns={columns} rows={data.items} rowKey={(r) => r.id} onOpen={(r) => show(r.id)} />
              <Pager page={page} size={size} total={data.total} onPage={(to) => navigate({ to: '/requests', search: { state: status, page: to } })} />
              <Modal opened={opened !== undefined} onClose={() => show(null)} size="lg" title={opened ? requestKind(t, opened.kind) : ''} closeButtonProps={{ 'aria-label': t('close') }}>
                {opened && <Opened request={opened} />}
              </Modal>
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

function Opened({ request: r }: { request: AccountAsk }) {
  const { t } = useTranslation();
  const { me, can } = useSession();
  return (
    <Stack>
      <Facts items={[
        { label: t('requests.customer'), value: <LinkText to="/customers/$customerId" params={{ customerId: String(r.customerId) }}>{r.customerName || t('requests.toCustomer')}</LinkText> },
        { label: t('requests.state'), value: <Badge tone={toneOf(r.status)}>{requestState(t, r.status)}</Badge> },
        ...(isMoney(r) ? [{ label: t('requests.amount'), value: money(r.amount) }] : []),
        ...(r.invoice ? [{ label: t('requests.invoice'), value: r.invoice }] : []),
        { label: t('requests.by'), value: `${r.askedByName} · ${dateTime(r.askedAt)}` },
        ...Object.entries(r.details).map(([label, value]) => ({ label: label.replaceAll('_', ' '), value })),
      ]}
      />
      {r.reason && <Text size="sm">{r.reason}</Text>}
      {r.status === 'waiting' && can('floor.act') && (r.askedBy === me.id ? <Notice tone="grey">{t('requests.mine')}</Notice> : <Decide request={r} />)}
      {(r.status === 'approved' || r.status === 'passed_on') && can('cases.write') && <Follow request={r} />}
    </Stack>
  );
}

function Decide({ request: r }: { request: AccountAsk }) {
  const { t } = useTranslation();
  const [refusing, refuse] = useState(false);
  const decide = useAct((body: { approve: boolean; reason?: string }) => post(`/v1/requests/${r.id}/decision`, body), {
    renew: [['account-requests']], done: t('requests.decided'), after: () => refuse(false),
  });
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={() => refuse(true)}>{t('requests.refuse')}</Button>
      <Button loading={decide.isPending} onClick={() => decide.mutate({ approve: true })}>{isMoney(r) ? t('requests.approveMoney', { amount: money(r.amount) }) : t('requests.approve')}</Button>
      <Confirm
        opened={refusing} danger title={t('requests.refuseTitle')} effect={t('requests.refuseEffect')} act={t('requests.refuse')} why={t('requests.why')} busy={decide.isPending}
        onClose={() => refuse(false)} onConfirm={(reason) => decide.mutate({ approve: false, reason })}
      />
    </Group>
  );
}

/** How far the system is that owns it. What billing carries out by itself reports itself. */
function Follow({ request: r }: { request: AccountAsk }) {
  const { t } = useTranslation();
  const [failing, fail] = useState(false);
  const move = useAct((body: { status: string; reason?: string }) => post(`/v1/requests/${r.id}/status`, body), {
    renew: [['account-requests']], done: t('requests.moved'), after: () => fail(false),
  });
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={() => fail(true)}>{t('requests.fail')}</Button>
      {r.status === 'approved' && <Button variant="default" loading={move.isPending} onClick={() => move.mutate({ status: 'passed_on' })}>{t('requests.pass')}</Button>}
      <Button loading={move.isPending} onClick={() => move.mutate({ status: 'done' })}>{t('requests.finish')}</Button>
      <Confirm
        opened={failing} danger title={t('requests.failTitle')} effect={t('requests.failEffect')} act={t('requests.fail')} why={t('requests.why')} busy={move.isPending}
        onClose={() => fail(false)} onConfirm={(reason) => move.mutate({ status: 'failed', reason })}
      />
    </Group>
  );
}
