import { Anchor, Button, Group, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CustomerPage as Everything, CustomerSubscription, Discount, Note } from '../api/customers';
import { get, post } from '../api/http';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Facts } from '../ui/facts';
import { dateTime, day, money, phone } from '../ui/format';
import { LinkText } from '../ui/link';
import { Notice } from '../ui/notice';
import { Page, Panel } from '../ui/page';
import { ending, grantKind, grantState, invoiceState, orderState, reason, requestKind, requestState, subscriptionState, valueTier } from '../ui/words';
import { CaseBadge } from './case-state';
import { toneOf } from './customer-words';

/** Everything that is known of a customer, on one page. */
export function CustomerPage() {
  const { customerId } = useParams({ from: '/house/customers/$customerId' });
  const query = useQuery({ queryKey: ['customers', 'one', customerId], queryFn: () => get<Everything>(`/v1/customers/${customerId}`) });
  return <Answer query={query}>{(one) => <Loaded one={one} />}</Answer>;
}

function Loaded({ one }: { one: Everything }) {
  const { t } = useTranslation();
  return (
    <Page title={one.name || one.externalId} lead={one.externalId}>
      <Stack>
        {one.masked ? <Notice tone="amber">{t('customers.masked')}</Notice> : <Open one={one} />}
      </Stack>
    </Page>
  );
}

function Open({ one }: { one: Everything }) {
  const { t } = useTranslation();
  return (
    <>
      {one.openCaseId && <LinkText to="/cases/$caseId" params={{ caseId: String(one.openCaseId) }}>{t('customers.openCase')}</LinkText>}
      <Panel title={t('customers.facts')}>
        <Facts items={[
          { label: t('customers.email'), value: one.email || '–' },
          { label: t('customers.phones'), value: one.phones.map(phone).join(', ') || '–' },
          { label: t('customers.region'), value: [one.region, one.postalCode].filter(Boolean).join(' ') || '–' },
          { label: t('customers.language'), value: one.language || '–' },
          { label: t('customers.col.tier'), value: valueTier(t, one.valueTier) },
        ]}
        />
      </Panel>
      {one.subscriptions.map((sub) => <Subscription key={sub.id} sub={sub} />)}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Rows title={t('customers.invoices')} items={one.invoices.map((in_) => ({
          key: in_.externalId, text: money(in_.due), badge: <Badge tone={in_.disputed ? 'red' : toneOf(in_.status)}>{in_.disputed ? t('customers.disputed') : invoiceState(t, in_.status)}</Badge>,
          under: [dateTime(in_.invoicedAt), Number(in_.refunded.amount) > 0 && t('customers.refunded', { amount: money(in_.refunded) })],
        }))}
        />
        <Rows title={t('customers.grants')} items={one.grants.map((g) => ({
          key: g.id, text: grantKind(t, g.kind), badge: <Badge tone={toneOf(g.status)}>{grantState(t, g.status)}</Badge>, under: [dateTime(g.createdAt), g.error],
        }))}
        />
        <Rows title={t('customers.orders')} items={one.orders.map((o) => ({
          key: o.id, text: `${o.items.map((item) => item.name).join(', ')} · ${money(o.total)}`, badge: <Badge tone={toneOf(o.status)}>{orderState(t, o.status)}</Badge>,
          under: [dateTime(o.placedAt), o.paymentLink && <Anchor key="pay" size="xs" href={o.paymentLink} target="_blank" rel="noreferrer">{t('customers.payHere')}</Anchor>],
        }))}
        />
        <Rows title={t('customers.requests')} items={one.requests.map((r) => ({
          key: r.id, text: Number(r.amount.amount) > 0 ? `${requestKind(t, r.kind)} · ${money(r.amount)}` : requestKind(t, r.kind),
          badge: <Badge tone={toneOf(r.status)}>{requestState(t, r.status)}</Badge>, under: [dateTime(r.askedAt), r.askedByName, r.reason],
        }))}
        />
        <Rows title={t('customers.cases')} items={one.cases.map((c) => ({
          key: c.id, text: <LinkText to="/cases/$caseId" params={{ caseId: String(c.id) }}>{t('cases.one', { id: c.id })}</LinkText>, badge: <CaseBadge state={c.state} />,
          under: [dateTime(c.requestedAt), reason(t, c.reasonCode)],
        }))}
        />
        <Rows title={t('customers.offers')} items={one.offers.map((o, i) => ({
          key: i, text: o.name, badge: o.decision ? <Badge tone={o.decision === 'accepted' ? 'green' : 'grey'}>{t(o.decision === 'accepted' ? 'desk.accepted' : 'desk.declined')}</Badge> : undefined,
          under: [dateTime(o.at), o.reason],
        }))}
        />
        <Rows title={t('customers.calls')} items={one.calls.map((c) => ({
          key: c.id, text: <LinkText to="/calls/$callId" params={{ callId: String(c.id) }}>{dateTime(c.at)}</LinkText>, badge: <Text size="sm">{ending(t, c.outcome)}</Text>, under: [c.campaign, c.agent],
        }))}
        />
        <Notes id={one.id} notes={one.notes} />
      </SimpleGrid>
    </>
  );
}

function Subscription({ sub }: { sub: CustomerSubscription }) {
  const { t } = useTranslation();
  const size = (d: Discount) => (d.percent ? `${d.percent} %` : money(d.amount));
  return (
    <Panel
      title={sub.plan || sub.externalId}
      actions={(
        <Group gap="xs">
          {sub.pastDue && <Badge tone="red">{t('customers.pastDue')}</Badge>}
          {sub.pausedUntil && <Badge tone="violet">{t('customers.paused', { when: dateTime(sub.pausedUntil) })}</Badge>}
          <Badge tone={toneOf(sub.status)}>{subscriptionState(t, sub.status)}</Badge>
        </Group>
      )}
    >
      <Facts items={[
        { label: t('customers.price'), value: money(sub.price) },
        { label: t('customers.term'), value: t('customers.months', { count: sub.termMonths }) },
        { label: t('customers.since'), value: sub.startedOn ? day(sub.startedOn.slice(0, 10)) : '–' },
        { label: t('customers.next'), value: dateTime(sub.nextInvoiceAt) },
        ...(sub.trialEnd ? [{ label: t('customers.trialEnd'), value: dateTime(sub.trialEnd) }] : []),
        ...(sub.cancelAt ? [{ label: t('customers.ends'), value: dateTime(sub.cancelAt) }] : []),
        { label: t('customers.discounts'), value: sub.discounts.map((d) => (d.endsAt ? t('customers.until', { size: size(d), when: dateTime(d.endsAt) }) : size(d))).join(', ') || '–' },
        { label: t('customers.seen'), value: dateTime(sub.billedAt) },
      ]}
      />
    </Panel>
  );
}

interface Row {
  key: string | number;
  text: ReactNode;
  badge?: ReactNode;
  /** What stands below in small; what is empty is left out. */
  under: ReactNode[];
}

function Rows({ title, items }: { title: string; items: Row[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={title}>
      {items.length === 0 ? <Text size="sm" c="dimmed">{t('customers.none')}</Text> : (
        <Stack gap={8} component="ul" className="plain-list">
          {items.map((row) => (
            <li key={row.key}>
              <Group justify="space-between" gap="xs"><Text size="sm" component="div">{row.text}</Text>{row.badge}</Group>
              <Group gap={6}>{row.under.filter(Boolean).map((part, i) => <Text key={i} size="xs" c="dimmed" component="span">{part}</Text>)}</Group>
            </li>
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function Notes({ id, notes }: { id: number; notes: Note[] }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const write = useAct(() => post<Note>(`/v1/customers/${id}/notes`, { text }), {
    done: t('customers.noteSaved'), renew: [['customers', 'one']], after: () => setText(''),
  });
  return (
    <Panel title={t('customers.notes')}>
      <Stack gap={8}>
        <Textarea label={t('customers.note')} description={t('customers.noteHint')} autosize minRows={2} maxLength={4000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Button w="fit-content" size="xs" disabled={text.trim() === ''} loading={write.isPending} onClick={() => write.mutate(undefined)}>{t('customers.writeNote')}</Button>
        {notes.length === 0 && <Text size="sm" c="dimmed">{t('customers.none')}</Text>}
        {notes.map((note) => <div key={note.id}><Text size="sm">{note.text}</Text><Text size="xs" c="dimmed">{dateTime(note.createdAt)} · {note.authorName}</Text></div>)}
      </Stack>
    </Panel>
  );
}
