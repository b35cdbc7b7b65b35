import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { Dispute, PayNotice, StatementItem } from '../api/pay';
import type { List } from '../api/types';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { dateTime, day, lastDay, money } from '../ui/format';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { DisputeTable } from './disputes';
import { Amount } from './lines';
import { word } from '../ui/words';

const noticesShown = 20;

/** What was taken back, each with why and from which call; the heading says when there is something new. */
export function Notices({ unread }: { unread: number }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['my-pay', 'notices'], queryFn: () => get<List<PayNotice>>('/v1/my/notices', { size: noticesShown }) });
  const newest = query.data?.items[0]?.id;
  const seen = useAct(() => post('/v1/my/notices/read', { upTo: newest }), { renew: [['my-pay']] });
  const columns: Column<PayNotice>[] = [
    { id: 'when', header: t('mine.when'), cell: (n) => dateTime(n.createdAt) },
    { id: 'cause', header: t('mine.cause'), cell: (n) => word(t, 'reversal', n.cause) },
    { id: 'call', header: t('mine.call'), cell: (n) => (n.callId ? `#${n.callId}` : '–'), right: true },
    { id: 'amount', header: t('mine.amount'), cell: (n) => <Amount entryId={n.entryId} amount={{ ...n.amount, amount: `-${n.amount.amount}` }} />, right: true },
  ];
  const button = unread > 0 && newest ? <Button size="xs" variant="default" loading={seen.isPending} onClick={() => seen.mutate(undefined)}>{t('mine.seen')}</Button> : undefined;
  return (
    <Panel title={unread > 0 ? `${t('mine.notices')} (${unread})` : t('mine.notices')} actions={button}>
      <Text size="sm" c="dimmed" mb="sm">{t('mine.noticesLead')}</Text>
      <Answer query={query} rows={2}>
        {(data) => (data.items.length === 0 ? <Text size="sm">{t('mine.noNotices')}</Text> : <DataTable label={t('mine.notices')} columns={columns} rows={data.items} rowKey={(n) => n.id} />)}
      </Answer>
    </Panel>
  );
}

/** A statement's files: lines for a spreadsheet, and pages in the reader's language. */
export function SlipLinks({ path }: { path: string }) {
  const { t, i18n } = useTranslation();
  const language = ['ko', 'fil'].includes(i18n.language) ? i18n.language : 'en';
  return (
    <Group gap="xs" wrap="nowrap">
      <Button component="a" size="xs" variant="default" href={`${path}/statement.pdf?language=${language}`} download>{t('mine.pdf')}</Button>
      <Button component="a" size="xs" variant="default" href={`${path}/lines.csv`} download>{t('mine.csv')}</Button>
    </Group>
  );
}

/** The agent's own statements, once their run is locked. */
export function MyStatements() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['my-pay', 'statements'], queryFn: () => get<List<StatementItem>>('/v1/my/statements') });
  const columns: Column<StatementItem>[] = [
    { id: 'period', header: t('mine.period'), cell: (s) => `${day(s.period.startsOn)} – ${lastDay(s.period.endsOn)}` },
    { id: 'amount', header: t('mine.amount'), cell: (s) => money(s.amount), right: true },
    { id: 'files', header: '', cell: (s) => <SlipLinks path={`/v1/my/statements/${s.id}`} />, right: true },
  ];
  return (
    <Panel title={t('mine.statements')}>
      <Text size="sm" c="dimmed" mb="sm">{t('mine.statementsLead')}</Text>
      <Answer query={query} rows={2}>
        {(data) => (data.items.length === 0 ? <Text size="sm">{t('mine.noStatements')}</Text> : <DataTable label={t('mine.statements')} columns={columns} rows={data.items} rowKey={(s) => s.id} />)}
      </Answer>
    </Panel>
  );
}

/** The agent's own disputes; nothing is shown while there is none. */
export function MyDisputes() {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: ['disputes', 'mine'], queryFn: () => get<List<Dispute>>('/v1/my/disputes') });
  if (!data || data.items.length === 0) return null;
  return <Panel title={t('dispute.list')}><DisputeTable rows={data.items} /></Panel>;
}
