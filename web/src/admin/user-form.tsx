import { Button, Checkbox, Group, NativeSelect, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patch, post, Problem } from '../api/http';
import type { Role, User } from '../api/types';
import { useSession } from '../app/session';
import { languages } from '../locales';
import { useAct } from '../ui/act';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { commonZones } from '../ui/zone';

export const roles: Role[] = ['admin', 'manager', 'supervisor', 'agent', 'payroll', 'compliance', 'integrator'];

interface UserFormProps {
  user: User | null;
  onSaved: (answer: User & { password?: string }) => void;
}

function initial(user: User | null, zone: string) {
  return {
    name: user?.name ?? '', email: user?.email ?? '', roles: (user?.roles ?? ['agent']), clientIds: (user?.clientIds ?? []).map(String),
    allClients: user?.allClients ?? false, employeeNo: user?.employeeNo ?? '', zone: user?.zone ?? zone, language: user?.language ?? 'en', disabled: Boolean(user?.disabledAt),
  };
}

type Values = ReturnType<typeof initial>;

function inputOf({ clientIds, disabled, ...rest }: Values, isNew: boolean) {
  return { ...rest, clientIds: clientIds.map(Number), ...(isNew ? {} : { disabled }) };
}

/** Adds or edits a person. */
export function UserForm({ user, onSaved }: UserFormProps) {
  const { t } = useTranslation();
  const { me } = useSession();
  const [fault, setFault] = useState('');
  const form = useForm<Values>({ initialValues: initial(user, me.zone) });
  const save = useAct(
    (v: Values) => (user
      ? patch<User>(`/v1/users/${user.id}`, inputOf(v, false), user.version)
      : post<User & { password?: string }>('/v1/users', inputOf(v, true))),
    { quiet: true, renew: [['users']], done: user ? t('saved') : (made) => t('users.created', { name: made.name }), after: onSaved },
  );
  const zones = commonZones.includes(form.values.zone) ? commonZones : [form.values.zone, ...commonZones];
  const submit = form.onSubmit((values) => {
    setFault('');
    save.mutate(values, { onError: (error) => setFault(error instanceof Problem && error.stale ? t('stale.title') : showFaults(form, error)) });
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <FormAlert message={fault} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t('users.name')} required maxLength={100} {...form.getInputProps('name')} />
          <TextInput label={t('users.email')} type="email" required maxLength={254} {...form.getInputProps('email')} />
          <TextInput label={t('users.employeeNo')} maxLength={40} {...form.getInputProps('employeeNo')} />
          <NativeSelect label={t('users.zone')} data={zones} {...form.getInputProps('zone')} />
          <NativeSelect label={t('users.language')} data={[...languages]} {...form.getInputProps('language')} />
        </SimpleGrid>
        <Checkbox.Group label={t('users.roles')} {...form.getInputProps('roles')}>
          <Group gap="md" mt={6}>{roles.map((role) => <Checkbox key={role} value={role} label={t(`role.${role}`)} />)}</Group>
        </Checkbox.Group>
        <Switch label={t('users.allClients')} {...form.getInputProps('allClients', { type: 'checkbox' })} />
        {!form.values.allClients && (
          <Checkbox.Group label={t('users.clients')} {...form.getInputProps('clientIds')}>
            <Group gap="md" mt={6}>{me.clients.map((c) => <Checkbox key={c.id} value={String(c.id)} label={c.name} />)}</Group>
          </Checkbox.Group>
        )}
        {user && <Switch color="red" label={t('users.disable')} description={t('users.disableHint')} {...form.getInputProps('disabled', { type: 'checkbox' })} />}
        <Button type="submit" w="fit-content" loading={save.isPending}>{user ? t('save') : t('users.create')}</Button>
      </Stack>
    </form>
  );
}
