import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { IconPhoneOff, IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { every } from '../api/every';
import { del, get, post } from '../api/http';
import type { List, Suppression } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Confirm } from '../ui/confirm';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { dateTime, phone } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { caseSource } from '../ui/words';

const size = 50;

/** The numbers that are never called. */
export function Suppressions() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { clientId } = useClientChoice();
  const navigate = useNavigate();
  const search = useSearch({ from: '/house/suppressions' });
  const page = search.page ?? 1;
  const [opened, { open, close }] = useDisclosure(false);
  const [leaving, leave] = useState<Suppression | null>(null);
  const query = useQuery({
    queryKey: ['suppressions', search, clientId], placeholderData: keepPreviousData,
    queryFn: () => get<List<Suppression>>('/v1/suppressions', { q: search.q, clientId, page, size }),
  });
  const remove = useAct((v: { one: Suppression; why: string }) => del(`/v1/suppressions/${v.one.clientId}/${encodeURIComponent(v.one.number)}`, { query: { why: v.why } }), {
    renew: [['suppressions']], done: t('suppressions.removed'), after: () => leave(null),
  });
  const find = useDebouncedCallback((q: string) => void navigate({ to: '/suppressions', search: { q: q || undefined }, replace: true }), 250);
  const button = can('suppressions.write') ? <Button leftSection={<IconPlus size={16} />} onClick={open}>{t('suppressions.add')}</Button> : undefined;
  const columns: Column<Suppression>[] = [
    { id: 'number', header: t('suppressions.col.number'), cell: (s) => phone(s.number) },
    { id: 'reason', wraps: true, header: t('suppressions.col.reason'), cell: (s) => s.reason },
    { id: 'source', header: t('suppressions.col.source'), cell: (s) => caseSource(t, s.source), wideOnly: true },
    { id: 'by', header: t('suppressions.col.by'), cell: (s) => s.createdBy, wideOnly: true },
    { id: 'when', header: t('suppressions.col.when'), cell: (s) => dateTime(s.createdAt), wideOnly: true },
    ...(can('suppressions.remove') ? [{ id: 'act', header: t('suppressions.remove'), cell: (s: Suppression) => <Button size="compact-xs" variant="default" onClick={() => leave(s)}>{t('suppressions.remove')}</Button> }] : []),
  ];
  return (
    <Page title={t('suppressions.title')} lead={t('suppressions.lead')} actions={button}>
      <TextInput
        mb="sm" w={260} aria-label={t('suppressions.find')} placeholder={t('suppressions.find')} leftSection={<IconSearch size={15} />} defaultValue={search.q}
        onChange={(event) => find(event.currentTarget.value)}
      />
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconPhoneOff size={32} />} title={search.q ? t('suppressions.nothing') : t('suppressions.emptyTitle')}>{t('suppressions.empty')}</Empty>
          : (
              <>
                <DataTable
                  name="do-not-call" every={() => every<Suppression>('/v1/suppressions', { q: search.q, clientId })}
                  label={t('suppressions.title')} columns={columns} rows={data.items} rowKey={(s) => `${s.clientId}/${s.number}`}
                />
                <Pager page={page} size={size} total={data.total} onPage={(to) => navigate({ to: '/suppressions', search: { ...search, page: to } })} />
              </>
            )}
      </Answer>
      <Modal opened={opened} onClose={close} title={t('suppressions.add')} closeButtonProps={{ 'aria-label': t('close') }}><AddNumber onDone={close} /></Modal>
      {leaving && (
        <Confirm
          opened danger title={t('suppressions.removeTitle', { number: phone(leaving.number) })} effect={t('suppressions.removeEffect')} why={t('suppressions.why')}
          act={t('suppressions.remove')} busy={remove.isPending} onClose={() => leave(null)} onConfirm={(why) => remove.mutate({ one: leaving, why })}
        />
      )}
    </Page>
  );
}

function AddNumber({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const { me } = useSession();
  const { clientId } = useClientChoice();
  const [fault, setFault] = useState('');
  const form = useForm({ initialValues: { clientId: String(clientId ?? me.clients[0]?.id ?? ''), number: '', reason: '' } });
  const add = useAct((v: typeof form.values) => post('/v1/suppressions', { ...v, clientId: Number(v.clientId) }), {
    quiet: true, renew: [['suppressions'], ['leads']], done: t('suppressions.added'), after: onDone,
  });
  return (
    <form onSubmit={form.onSubmit((values) => {
      setFault('');
      add.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
    })}
    >
      <Stack>
        <FormAlert message={fault} />
        {me.clients.length > 1 && <NativeSelect label={t('suppressions.client')} data={me.clients.map((c) => ({ value: String(c.id), label: c.name }))} {...form.getInputProps('clientId')} />}
        <TextInput label={t('suppressions.number')} type="tel" required {...form.getInputProps('number')} />
        <TextInput label={t('suppressions.reason')} required maxLength={500} {...form.getInputProps('reason')} />
        <Group justify="flex-end"><Button type="submit" loading={add.isPending}>{t('suppressions.add')}</Button></Group>
      </Stack>
    </form>
  );
}
