import { Button, Group, Modal, NativeSelect, Stack, Tabs, Text } from '@mantine/core';
import { IconMail } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message, MessageState } from '../api/follow';
import { get, post } from '../api/http';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Badge, type Tone } from '../ui/badge';
import { Confirm } from '../ui/confirm';
import { Facts } from '../ui/facts';
import { dateTime } from '../ui/format';
import { Notice } from '../ui/notice';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { messageCause, messageKind } from '../ui/words';
import { MessageSettingsForm } from './message-settings';
import { Objections } from './objections';
import { Templates } from './templates';

const size = 50;
const states: MessageState[] = ['queued', 'sending', 'sent', 'failed', 'suppressed'];
const tones: Record<MessageState, Tone> = { queued: 'blue', sending: 'violet', sent: 'green', failed: 'red', suppressed: 'grey' };

/** What was written to customers, and how it goes out. */
export function Messages() {
  const { t } = useTranslation();
  const { can } = useSession();
  return (
    <Page title={t('messages.title')} lead={t('messages.lead')}>
      <Tabs defaultValue="outbox" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="outbox">{t('messages.outbox')}</Tabs.Tab>
          {can('cases.read') && <Tabs.Tab value="wrong">{t('objections.title')}</Tabs.Tab>}
          {can('messages.write') && <Tabs.Tab value="words">{t('templates.title')}</Tabs.Tab>}
          {can('messages.write') && <Tabs.Tab value="settings">{t('messages.settings')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="outbox"><Outbox /></Tabs.Panel>
        <Tabs.Panel value="wrong"><Objections /></Tabs.Panel>
        <Tabs.Panel value="words"><Templates /></Tabs.Panel>
        <Tabs.Panel value="settings"><MessageSettingsForm /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Outbox() {
  const { t } = useTranslation();
  const { clientId } = useClientChoice();
  const navigate = useNavigate();
  const search = useSearch({ from: '/house/messages' });
  const page = search.page ?? 1;
  const [shown, show] = useState<Message | null>(null);
  const query = useQuery({
    queryKey: ['messages', search, clientId], placeholderData: keepPreviousData, queryFn: () => get<List<Message>>('/v1/messages', { state: search.state, page, size, clientId }),
  });
  const columns: Column<Message>[] = [
    { id: 'person', header: t('messages.col.person'), sort: (m) => m.person, cell: (m) => <>{m.person || '–'}<Text size="xs" c="dimmed">{m.address}</Text></> },
    { id: 'kind', header: t('messages.col.kind'), sort: (m) => m.kind, cell: (m) => messageKind(t, m.kind) },
    { id: 'channel', header: t('messages.col.channel'), cell: (m) => t(`messages.channel.${m.channel}`), wideOnly: true },
    { id: 'state', header: t('messages.col.state'), sort: (m) => m.state, cell: (m) => <State message={m} /> },
    { id: 'when', header: t('messages.col.when'), sort: (m) => m.sentAt ?? m.dueAt, cell: (m) => dateTime(m.sentAt ?? m.dueAt), wideOnly: true },
  ];
  return (
    <>
      <NativeSelect
        mb="sm" w={220} aria-label={t('messages.col.state')} value={search.state ?? ''}
        data={[{ value: '', label: t('messages.any') }, ...states.map((s) => ({ value: s, label: t(`messages.state.${s}`) }))]}
        onChange={(event) => void navigate({ to: '/messages', search: { state: event.currentTarget.value || undefined } })}
      />
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconMail size={32} />} title={t('messages.emptyTitle')}>{t('messages.empty')}</Empty>
          : (
              <>
                <DataTable label={t('messages.title')} columns={columns} rows={data.items} rowKey={(m) => m.id} onOpen={show} />
                <Pager page={page} size={size} total={data.total} onPage={(to) => navigate({ to: '/messages', search: { ...search, page: to } })} />
              </>
            )}
      </Answer>
      <Modal opened={shown !== null} onClose={() => show(null)} size="lg" title={shown ? messageKind(t, shown.kind) : ''} closeButtonProps={{ 'aria-label': t('close') }}>
        {shown && <Opened message={shown} onDone={() => show(null)} />}
      </Modal>
    </>
  );
}

function State({ message }: { message: Message }) {
  const { t } = useTranslation();
  return (
    <Group gap={6}>
      <Badge tone={tones[message.state]}>{t(`messages.state.${message.state}`)}</Badge>
      {message.cause && <Text size="xs" c="dimmed">{messageCause(t, message.cause)}</Text>}
      {message.local && <Badge tone="violet">{t('messages.local')}</Badge>}
    </Group>
  );
}

function Opened({ message, onDone }: { message: Message; onDone: () => void }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [asking, ask] = useState(false);
  const unclear = message.cause === 'unclear';
  const resend = useAct((evenIfTwice: boolean) => post(`/v1/messages/${message.id}/resend`, { evenIfTwice }), {
    renew: [['messages']], done: t('messages.queuedAgain'), after: onDone,
  });
  const again = message.state === 'failed' || (message.state === 'suppressed' && (message.cause === 'not_configured' || message.cause === 'day_limit'));
  return (
    <Stack>
      {message.local && <Notice tone="grey">{t('messages.localHint')}</Notice>}
      <Facts items={[
        { label: t('messages.col.person'), value: `${message.person} · ${message.address || '–'}` },
        { label: t('messages.col.state'), value: <State message={message} /> },
        { label: t('messages.language'), value: message.language },
        { label: t('messages.words'), value: message.templateVersion === 0 ? t('messages.house') : t('messages.version', { n: message.templateVersion }) },
      ]}
      />
      {message.subject && <Text fw={600}>{message.subject}</Text>}
      <Text size="sm" className="script">{message.body}</Text>
      {message.hasInvite && <Text size="xs" c="dimmed">{t('messages.invite')}</Text>}
      {again && can('messages.write') && (
        <Group justify="flex-end"><Button loading={resend.isPending} onClick={() => (unclear ? ask(true) : resend.mutate(false))}>{t('messages.resend')}</Button></Group>
      )}
      <Confirm
        opened={asking} danger title={t('messages.resendTitle')} effect={t('messages.resendEffect')} act={t('messages.resend')} busy={resend.isPending}
        onClose={() => ask(false)} onConfirm={() => resend.mutate(true)}
      />
    </Stack>
  );
}
