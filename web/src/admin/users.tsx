import { Button, Group, Modal, NativeSelect, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { List, User } from '../api/types';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Confirm } from '../ui/confirm';
import { Page } from '../ui/page';
import { Secret } from '../ui/secret';
import { type Column, DataTable, Pager } from '../ui/table';
import { roles, UserForm } from './user-form';

const size = 50;

interface Shown {
  name: string;
  password: string;
}

/** Who may sign in. */
export function Users() {
  const { t } = useTranslation();
  const { can } = useSession();
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text, 250);
  const [role, setRole] = useState('');
  const [page, setPage] = useState(1);
  const [editing, edit] = useState<User | 'new' | null>(null);
  const [resetting, reset] = useState<User | null>(null);
  const [shown, show] = useState<Shown | null>(null);
  const query = useQuery({
    queryKey: ['users', { q, role, page }], placeholderData: keepPreviousData, queryFn: () => get<List<User>>('/v1/users', { q, role, page, size, disabled: true }),
  });
  const renew = useAct((user: User) => post<{ password: string }>(`/v1/users/${user.id}/reset-password`), { renew: [['users']] });
  const write = can('users.write');
  const button = write ? <Button leftSection={<IconPlus size={16} />} onClick={() => edit('new')}>{t('users.new')}</Button> : undefined;
  return (
    <Page title={t('users.title')} lead={t('users.lead')} actions={button}>
      <Group mb="sm" gap="xs">
        <TextInput w={260} aria-label={t('users.find')} placeholder={t('users.find')} leftSection={<IconSearch size={15} />} value={text} onChange={(event) => {
          setText(event.currentTarget.value);
          setPage(1);
        }}
        />
        <NativeSelect aria-label={t('users.col.roles')} value={role} data={[{ value: '', label: t('all') }, ...roles.map((r) => ({ value: r, label: t(`role.${r}`) }))]} onChange={(event) => {
          setRole(event.currentTarget.value);
          setPage(1);
        }}
        />
      </Group>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconUsers size={32} />} title={t('users.emptyTitle')}>{t('users.empty')}</Empty>
          : (
              <>
                <UserTable rows={data.items} onEdit={write ? edit : undefined} onReset={reset} />
                <Pager page={page} size={size} total={data.total} onPage={setPage} />
              </>
            )}
      </Answer>
      <Modal opened={editing !== null} onClose={() => edit(null)} size="lg" title={editing === 'new' || editing === null ? t('users.new') : t('users.edit', { name: editing.name })} closeButtonProps={{ 'aria-label': t('close') }}>
        {editing !== null && (
          <UserForm user={editing === 'new' ? null : editing} onSaved={(saved) => {
            edit(null);
            if (saved.password) show({ name: saved.name, password: saved.password });
          }}
          />
        )}
      </Modal>
      {resetting && (
        <Confirm
          opened danger title={t('users.resetTitle', { name: resetting.name })} effect={t('users.resetEffect')} act={t('users.reset')} busy={renew.isPending} onClose={() => reset(null)}
          onConfirm={() => renew.mutate(resetting, {
            onSuccess: ({ password }) => {
              show({ name: resetting.name, password });
              reset(null);
            },
          })}
        />
      )}
      {shown && <Secret title={t('users.password', { name: shown.name })} hint={t('users.passwordHint')} secret={shown.password} onClose={() => show(null)} />}
    </Page>
  );
}

interface UserTableProps {
  rows: User[];
  onEdit: ((user: User) => void) | undefined;
  onReset: (user: User) => void;
}

function UserTable({ rows, onEdit, onReset }: UserTableProps) {
  const { t } = useTranslation();
  const { me } = useSession();
  const clientNames = (user: User) => user.clientIds.map((id) => me.clients.find((c) => c.id === id)?.name ?? `#${id}`).join(', ');
  const state = (user: User) => {
    if (user.disabledAt) return <Badge tone="red">{t('users.disabled')}</Badge>;
    return user.simulated ? <Badge tone="violet">{t('users.simulated')}</Badge> : <Badge tone="green">{t('users.active')}</Badge>;
  };
  const columns: Column<User>[] = [
    { id: 'name', header: t('users.col.name'), sort: (u) => u.name, cell: (u) => <>{u.name}<Text size="xs" c="dimmed">{u.email}</Text></> },
    { id: 'roles', wraps: true, header: t('users.col.roles'), cell: (u) => u.roles.map((r) => t(`role.${r}`)).join(', ') },
    { id: 'clients', header: t('users.col.clients'), cell: (u) => (u.allClients ? t('users.all') : clientNames(u)), wideOnly: true },
    { id: 'no', header: t('users.col.employeeNo'), sort: (u) => u.employeeNo ?? '', cell: (u) => u.employeeNo || '–', wideOnly: true },
    { id: 'state', header: t('users.col.state'), cell: state, wideOnly: true },
    ...(onEdit ? [{
      id: 'acts', header: t('edit'), cell: (u: User) => (
        <Group gap={6} wrap="nowrap">
          <Button size="compact-xs" variant="default" onClick={() => onEdit(u)} aria-label={t('users.edit', { name: u.name })}>{t('edit')}</Button>
          <Button size="compact-xs" variant="default" onClick={() => onReset(u)} aria-label={`${t('users.reset')} ${u.name}`}>{t('users.reset')}</Button>
        </Group>
      ),
    }] : []),
  ];
  return <DataTable label={t('users.title')} columns={columns} rows={rows} rowKey={(u) => u.id} />;
}
