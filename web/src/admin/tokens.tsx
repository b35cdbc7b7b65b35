import { Button, Checkbox, Modal, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { del, get, post } from '../api/http';
import type { List, Token } from '../api/types';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Confirm } from '../ui/confirm';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { dateTime } from '../ui/format';
import { Page } from '../ui/page';
import { Secret } from '../ui/secret';
import { type Column, DataTable } from '../ui/table';

/** Keys for programs. */
export function Tokens() {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const [leaving, leave] = useState<Token | null>(null);
  const [secret, show] = useState<string | null>(null);
  const query = useQuery({ queryKey: ['tokens'], queryFn: () => get<List<Token>>('/v1/tokens') });
  const revoke = useAct((token: Token) => del(`/v1/tokens/${token.id}`), { renew: [['tokens']], done: t('tokens.revoked'), after: () => leave(null) });
  const button = <Button leftSection={<IconPlus size={16} />} onClick={open}>{t('tokens.new')}</Button>;
  const columns: Column<Token>[] = [
    { id: 'name', header: t('tokens.col.name'), sort: (k) => k.name, cell: (k) => k.name },
    { id: 'user', header: t('tokens.col.user'), sort: (k) => k.user ?? '', cell: (k) => k.user ?? '–', wideOnly: true },
    { id: 'scopes', wraps: true, header: t('tokens.col.scopes'), cell: (k) => k.scopes.join(', '), wideOnly: true },
    { id: 'used', header: t('tokens.col.used'), sort: (k) => k.usedAt ?? '', cell: (k) => (k.usedAt ? dateTime(k.usedAt) : t('tokens.never')) },
    { id: 'expires', header: t('tokens.col.expires'), cell: (k) => (k.expiresAt ? dateTime(k.expiresAt) : t('tokens.never')), wideOnly: true },
    { id: 'act', header: t('tokens.revoke'), cell: (k) => <Button size="compact-xs" variant="default" aria-label={`${t('tokens.revoke')} ${k.name}`} onClick={() => leave(k)}>{t('tokens.revoke')}</Button> },
  ];
  return (
    <Page title={t('tokens.title')} lead={t('tokens.lead')} actions={button}>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconKey size={32} />} title={t('tokens.emptyTitle')} action={button}>{t('tokens.empty')}</Empty>
          : <DataTable label={t('tokens.title')} columns={columns} rows={data.items} rowKey={(k) => k.id} />}
      </Answer>
      <Modal opened={opened} onClose={close} title={t('tokens.new')} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
        <NewToken onMade={(token) => {
          close();
          show(token);
        }}
        />
      </Modal>
      {leaving && (
        <Confirm
          opened danger title={t('tokens.revokeTitle', { name: leaving.name })} effect={t('tokens.revokeEffect')} act={t('tokens.revoke')} busy={revoke.isPending}
          onClose={() => leave(null)} onConfirm={() => revoke.mutate(leaving)}
        />
      )}
      {secret !== null && <Secret title={t('tokens.secret')} hint={t('tokens.secretHint')} secret={secret} onClose={() => show(null)} />}
    </Page>
  );
}

function NewToken({ onMade }: { onMade: (token: string) => void }) {
  const { t } = useTranslation();
  const { me } = useSession();
  const [fault, setFault] = useState('');
  const form = useForm({ initialValues: { name: '', scopes: [] as string[], expires: '' } });
  const create = useAct(
    (v: typeof form.values) => post<{ token: string }>('/v1/tokens', { name: v.name, scopes: v.scopes, ...(v.expires ? { expiresAt: new Date(`${v.expires}T00:00:00`).toISOString() } : {}) }),
    { quiet: true, renew: [['tokens']], after: ({ token }) => onMade(token) },
  );
  return (
    <form onSubmit={form.onSubmit((values) => {
      setFault('');
      create.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
    })}
    >
      <Stack>
        <FormAlert message={fault} />
        <TextInput label={t('tokens.name')} required maxLength={100} {...form.getInputProps('name')} />
        <Checkbox.Group label={t('tokens.scopes')} {...form.getInputProps('scopes')}>
          <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing={6} mt={6}>{me.permissions.map((p) => <Checkbox key={p} value={p} label={p} />)}</SimpleGrid>
        </Checkbox.Group>
        <TextInput type="date" label={t('tokens.expires')} maw={200} {...form.getInputProps('expires')} />
        <Button type="submit" w="fit-content" loading={create.isPending} disabled={form.values.scopes.length === 0}>{t('tokens.create')}</Button>
      </Stack>
    </form>
  );
}
