import { Button, Group, Modal, NativeSelect, PasswordInput, SimpleGrid, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconReceipt } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { address, get, post, Problem, put } from '../api/http';
import type { BillingConnection, Difference, Reconciliation } from '../api/manage';
import type { List } from '../api/types';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty, Failed } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Confirm } from '../ui/confirm';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { dateTime, number } from '../ui/format';
import { LinkText } from '../ui/link';
import { Notice } from '../ui/notice';
import { Page, Panel } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { useOneClient } from './client-of';

const size = 50;
const pollMs = 2_000;

/** Our mirror against billing, and how billing is reached. */
export function Billing() {
  const { t } = useTranslation();
  const { can } = useSession();
  return (
    <Page title={t('billing.title')} lead={t('billing.lead')}>
      <Tabs defaultValue="compare" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="compare">{t('billing.compare')}</Tabs.Tab>
          {can('billing.write') && <Tabs.Tab value="connection">{t('billing.connection')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="compare"><Comparisons /></Tabs.Panel>
        <Tabs.Panel value="connection"><ConnectionPanel /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Comparisons() {
  const { t } = useTranslation();
  const { can } = useSession();
  const client = useOneClient();
  const navigate = useNavigate();
  const page = useSearch({ from: '/house/billing' }).page ?? 1;
  const [shown, show] = useState<Reconciliation | null>(null);
  const query = useQuery({
    queryKey: ['reconciliations', page], placeholderData: keepPreviousData, queryFn: () => get<List<Reconciliation>>('/v1/billing/reconciliations', { page, size }),
    refetchInterval: (q) => (q.state.data?.items.some((r) => !r.endedAt) ? pollMs : false),
  });
  const start = useAct(() => post<Reconciliation>(address('/v1/billing/reconciliations', { clientId: client })), { renew: [['reconciliations']], done: t('billing.started') });
  const button = can('billing.write') ? <Button loading={start.isPending} onClick={() => start.mutate(undefined)}>{t('billing.pull')}</Button> : undefined;
  const columns: Column<Reconciliation>[] = [
    { id: 'at', header: t('billing.at'), sort: (r) => r.startedAt, cell: (r) => dateTime(r.startedAt) },
    { id: 'state', header: t('billing.state'), cell: (r) => <State one={r} />, text: (r) => (r.endedAt ? t('billing.ended') : t('billing.running')) },
    { id: 'checked', header: t('billing.checked'), right: true, sort: (r) => r.checked, cell: (r) => number(r.checked) },
    { id: 'differing', header: t('billing.differing'), right: true, sort: (r) => r.differing, cell: (r) => number(r.differing) },
    { id: 'failed', header: t('billing.unread'), right: true, sort: (r) => r.failed, cell: (r) => number(r.failed), wideOnly: true },
  ];
  return (
    <Answer query={query}>
      {(data) => data.items.length === 0 ? <Empty icon={<IconReceipt size={32} />} title={t('billing.emptyTitle')} action={button}>{t('billing.empty')}</Empty> : (
        <>
          <Group mb="sm" justify="space-between"><Text size="sm" c="dimmed">{t('billing.nightly')}</Text>{button}</Group>
          <DataTable label={t('billing.compare')} columns={columns} rows={data.items} rowKey={(r) => r.id} onOpen={show} />
          <Pager page={page} size={size} total={data.total} onPage={(to) => navigate({ to: '/billing', search: { page: to } })} />
          <Modal opened={shown !== null} onClose={() => show(null)} size="xl" title={shown ? t('billing.of', { when: dateTime(shown.startedAt) }) : ''} closeButtonProps={{ 'aria-label': t('close') }}>
            {shown && <Differences of={shown} />}
          </Modal>
        </>
      )}
    </Answer>
  );
}

function State({ one }: { one: Reconciliation }) {
  const { t } = useTranslation();
  if (!one.endedAt) return <Badge tone="blue">{t('billing.running')}</Badge>;
  return one.failed > 0 ? <Badge tone="red">{t('billing.withFailures')}</Badge> : <Badge tone={one.differing > 0 ? 'amber' : 'green'}>{t('billing.ended')}</Badge>;
}

function Differences({ of }: { of: Reconciliation }) {
  const { t } = useTranslation();
  const [page, go] = useState(1);
  const query = useQuery({
    queryKey: ['reconciliations', of.id, 'differences', page], placeholderData: keepPreviousData,
    queryFn: () => get<List<Difference>>(`/v1/billing/reconciliations/${of.id}/differences`, { page, size }),
  });
  const columns: Column<Difference>[] = [
    { id: 'id', header: t('billing.subscription'), sort: (d) => d.externalId, text: (d) => d.externalId, cell: (d) => <LinkText to="/customers/$customerId" params={{ customerId: String(d.customerId) }}>{d.externalId}</LinkText> },
    { id: 'field', header: t('billing.field'), sort: (d) => d.field, cell: (d) => d.field },
    { id: 'ours', header: t('billing.ours'), wraps: true, cell: (d) => d.ours || '–' },
    { id: 'theirs', header: t('billing.theirs'), wraps: true, cell: (d) => d.theirs || '–' },
  ];
  return (
    <Stack>
      <Text size="sm" c="dimmed">{t('billing.corrected')}</Text>
      <Answer query={query} rows={3}>
        {(data) => data.items.length === 0 ? <Empty title={t('billing.same')} /> : (
          <>
            <DataTable label={t('billing.differing')} columns={columns} rows={data.items} rowKey={(d) => d.id} name="differences" />
            <Pager page={page} size={size} total={data.total} onPage={go} />
          </>
        )}
      </Answer>
    </Stack>
  );
}

/** Where a client's billing system sends what happens by itself. */
const hookOf = (client: number) => new URL(`/v1/billing/events/${client}`, window.location.origin).href;

const noConnection = (error: unknown) => error instanceof Problem && error.status === 404;

function ConnectionPanel() {
  const { t } = useTranslation();
  const client = useOneClient();
  const query = useQuery({
    queryKey: ['billing-connection', client],
    queryFn: async () => {
      try {
        return await get<BillingConnection>('/v1/billing/connection', { clientId: client });
      } catch (error) {
        if (noConnection(error)) return null; // nothing is connected yet
        throw error;
      }
    },
  });
  return (
    <Answer query={query}>
      {(connection) => (
        <Stack>
          {connection === null && <Notice tone="amber">{t('billing.unconnected')}</Notice>}
          <ConnectionForm key={`${client ?? 0}/${connection?.changedAt ?? ''}`} client={client} read={connection} />
          {connection !== null && <Test client={client} />}
        </Stack>
      )}
    </Answer>
  );
}

function ConnectionForm({ client, read }: { client: number | undefined; read: BillingConnection | null }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState('');
  const [asking, ask] = useState(false);
  const form = useForm({ initialValues: { kind: read?.kind ?? 'stripe', url: read?.url ?? '', paymentLink: read?.paymentLink ?? '', secret: '', signing: '' } });
  const save = useAct((v: typeof form.values) => put('/v1/billing/connection', {
    clientId: client, kind: v.kind, url: v.url, paymentLink: v.paymentLink, ...(v.secret ? { secret: v.secret } : {}), ...(v.signing ? { signing: v.signing } : {}),
  }), { quiet: true, renew: [['billing-connection']], done: t('billing.saved') });
  const send = () => {
    setFault('');
    ask(false);
    save.mutate(form.values, { onError: (error) => setFault(showFaults(form, error)) });
  };
  const turns = read !== null && (form.values.secret !== '' || form.values.signing !== '' || form.values.kind !== read.kind);
  return (
    <Panel title={t('billing.connection')}>
      <form onSubmit={form.onSubmit(() => (turns ? ask(true) : send()))}>
        <Stack>
          <FormAlert message={fault} />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <NativeSelect label={t('billing.kind')} data={[{ value: 'stripe', label: t('billing.stripe') }, { value: 'webhook', label: t('billing.webhook') }]} {...form.getInputProps('kind')} />
            <TextInput label={t('billing.url')} description={t('billing.urlHint')} type="url" {...form.getInputProps('url')} />
            <PasswordInput label={t('billing.secret')} description={read ? t('billing.stays') : undefined} autoComplete="new-password" {...form.getInputProps('secret')} />
            <PasswordInput label={t('billing.signing')} description={t('billing.signingHint')} autoComplete="new-password" {...form.getInputProps('signing')} />
            <TextInput label={t('billing.paymentLink')} description={t('billing.paymentLinkHint')} type="url" {...form.getInputProps('paymentLink')} />
          </SimpleGrid>
          {client !== undefined && <Text size="sm">{t('billing.hook')} <code>{hookOf(client)}</code></Text>}
          <Group justify="space-between">
            <Text size="xs" c="dimmed">{read && t('billing.changed', { name: read.changedBy, when: dateTime(read.changedAt) })}</Text>
            <Button type="submit" loading={save.isPending}>{t('billing.save')}</Button>
          </Group>
        </Stack>
      </form>
      <Confirm opened={asking} danger title={t('billing.turnTitle')} effect={t('billing.turnEffect')} act={t('billing.save')} onClose={() => ask(false)} onConfirm={send} />
    </Panel>
  );
}

const said = (r: Reconciliation) => ({ checked: number(r.checked), differing: number(r.differing), failed: number(r.failed) });

/** A connection is tried by what it is for: a comparison reads every subscription and changes nothing in billing. */
function Test({ client }: { client: number | undefined }) {
  const { t } = useTranslation();
  const run = useAct(() => post<Reconciliation>(address('/v1/billing/reconciliations', { clientId: client })), { quiet: true, renew: [['reconciliations']] });
  const id = run.data?.id;
  const query = useQuery({
    queryKey: ['reconciliations', 'test', id], enabled: id !== undefined, queryFn: () => get<List<Reconciliation>>('/v1/billing/reconciliations', { size }),
    refetchInterval: (q) => (q.state.data?.items.find((r) => r.id === id)?.endedAt ? false : pollMs),
  });
  const found = query.data?.items.find((r) => r.id === id);
  return (
    <Panel title={t('billing.test')}>
      <Stack>
        <Text size="sm" c="dimmed">{t('billing.testHint')}</Text>
        {run.isError && <Failed error={run.error} />}
        {found && !found.endedAt && <Notice tone="grey">{t('billing.testing', { checked: number(found.checked) })}</Notice>}
        {found?.endedAt && (
          <Notice tone={found.failed > 0 ? 'red' : 'green'} urgent>
            {found.failed > 0 ? t('billing.testBad', said(found)) : t('billing.testGood', said(found))}
          </Notice>
        )}
        <Button w="fit-content" variant="default" loading={run.isPending} onClick={() => run.mutate(undefined)}>{t('billing.test')}</Button>
      </Stack>
    </Panel>
  );
}
