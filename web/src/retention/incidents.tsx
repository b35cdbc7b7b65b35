import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { Incident } from '../api/manage';
import type { List, User } from '../api/types';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Confirm } from '../ui/confirm';
import { Facts } from '../ui/facts';
import { dateTime } from '../ui/format';
import { LinkText } from '../ui/link';
import { Notice } from '../ui/notice';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';

const size = 50;

/** What customers were promised and billing did not do: who sees to it, and until when. */
export function Incidents() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/house/incidents' });
  const state = search.state ?? 'open';
  const page = search.page ?? 1;
  const [shown, show] = useState<number | null>(null);
  const query = useQuery({
    queryKey: ['grant-incidents', state, page], placeholderData: keepPreviousData,
    queryFn: () => get<List<Incident>>('/v1/incidents', { state: state === 'all' ? undefined : state, page, size }),
  });
  const columns: Column<Incident>[] = [
    { id: 'cause', header: t('incidents.cause'), sort: (i) => i.cause, cell: (i) => <Badge tone={i.closedAt ? 'grey' : i.cause === 'failed' ? 'red' : 'amber'}>{t(`incidents.causes.${i.cause}`)}</Badge>, text: (i) => t(`incidents.causes.${i.cause}`) },
    { id: 'due', header: t('incidents.due'), sort: (i) => i.dueAt ?? '', cell: (i) => dateTime(i.dueAt) },
    { id: 'owner', header: t('incidents.owner'), sort: (i) => i.ownerName ?? '', cell: (i) => i.ownerName ?? t('incidents.nobody') },
    { id: 'opened', header: t('incidents.opened'), sort: (i) => i.openedAt, cell: (i) => dateTime(i.openedAt), wideOnly: true },
    { id: 'error', header: t('incidents.error'), wraps: true, cell: (i) => i.error ?? i.note ?? '–', wideOnly: true },
  ];
  return (
    <Page title={t('incidents.title')} lead={t('incidents.lead')}>
      <NativeSelect
        mb="sm" w={220} aria-label={t('incidents.state')} value={state} data={(['open', 'closed', 'all'] as const).map((value) => ({ value, label: t(`incidents.states.${value}`) }))}
        onChange={(event) => void navigate({ to: '/incidents', search: { state: event.currentTarget.value } })}
      />
      <Answer query={query}>
        {(data) => {
          const opened = data.items.find((i) => i.id === shown);
          return data.items.length === 0 ? <Empty icon={<IconCircleCheck size={32} />} title={t('incidents.emptyTitle')}>{t('incidents.empty')}</Empty> : (
            <>
              <DataTable label={t('incidents.title')} columns={columns} rows={data.items} rowKey={(i) => i.id} onOpen={(i) => show(i.id)} />
              <Pager page={page} size={size} total={data.total} onPage={(to) => navigate({ to: '/incidents', search: { state, page: to } })} />
              <Modal opened={opened !== undefined} onClose={() => show(null)} size="lg" title={t('incidents.one')} closeButtonProps={{ 'aria-label': t('close') }}>
                {opened && <Opened incident={opened} />}
              </Modal>
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

function Opened({ incident: i }: { incident: Incident }) {
  const { t } = useTranslation();
  const { can } = useSession();
  return (
    <Stack>
      <Facts items={[
        { label: t('incidents.cause'), value: t(`incidents.causes.${i.cause}`) },
        { label: t('incidents.due'), value: dateTime(i.dueAt) },
        { label: t('incidents.owner'), value: i.ownerName ?? t('incidents.nobody') },
        { label: t('incidents.opened'), value: dateTime(i.openedAt) },
        ...(i.closedAt ? [{ label: t('incidents.closed'), value: `${dateTime(i.closedAt)} · ${i.closedBy ?? ''}` }] : []),
      ]}
      />
      {i.caseId !== undefined && <LinkText to="/cases/$caseId" params={{ caseId: String(i.caseId) }}>{t('incidents.case', { id: i.caseId })}</LinkText>}
      {i.error && <Notice tone="red" title={t('incidents.error')}>{i.error}</Notice>}
      {i.note && <Text size="sm">{i.note}</Text>}
      {!i.closedAt && <Text size="sm">{t(`incidents.todo.${i.cause}`)}</Text>}
      {!i.closedAt && can('floor.act') && <Acts incident={i} />}
    </Stack>
  );
}

function Acts({ incident: i }: { incident: Incident }) {
  const { t } = useTranslation();
  const { me, can } = useSession();
  const [ref, setRef] = useState('');
  const [asking, ask] = useState(false);
  const renew = [['grant-incidents'], ['incidents']];
  const people = useQuery({ queryKey: ['users', 'supervising'], enabled: can('users.read'), queryFn: () => get<List<User>>('/v1/users', { size: 200 }) });
  const owners = (people.data?.items ?? []).filter((user) => !user.disabledAt && user.roles.some((role) => role === 'supervisor' || role === 'manager'));
  const give = useAct((ownerId: number) => post(`/v1/incidents/${i.id}/owner`, { ownerId }), { renew, done: t('incidents.given') });
  const retry = useAct(() => post(`/v1/grants/${i.grantId}/retry`), { renew, done: t('incidents.retried') });
  const settle = useAct(() => post(`/v1/grants/${i.grantId}/settle`, { ref: ref.trim() }), { renew, done: t('incidents.settled') });
  return (
    <Stack gap="sm">
      <Group align="flex-end">
        {i.ownerId !== me.id && <Button variant="default" loading={give.isPending} onClick={() => give.mutate(me.id)}>{t('incidents.take')}</Button>}
        {owners.length > 0 && (
          <NativeSelect
            label={t('incidents.give')} value={i.ownerId ?? ''} data={[{ value: '', label: t('incidents.nobody'), disabled: true }, ...owners.map((user) => ({ value: String(user.id), label: user.name }))]}
            onChange={(event) => give.mutate(Number(event.currentTarget.value))}
          />
        )}
        {i.cause === 'failed' && <Button loading={retry.isPending} onClick={() => retry.mutate(undefined)}>{t('incidents.retry')}</Button>}
      </Group>
      <Group align="flex-end">
        <TextInput flex={1} label={t('incidents.ref')} description={t('incidents.refHint')} maxLength={200} value={ref} onChange={(event) => setRef(event.currentTarget.value)} />
        <Button variant="default" disabled={ref.trim() === ''} onClick={() => ask(true)}>{t('incidents.settle')}</Button>
      </Group>
      <Confirm
        opened={asking} title={t('incidents.settleTitle')} effect={t('incidents.settleEffect', { ref })} act={t('incidents.settle')} busy={settle.isPending}
        onClose={() => ask(false)} onConfirm={() => settle.mutate(undefined, { onSettled: () => ask(false) })}
      />
    </Stack>
  );
}
