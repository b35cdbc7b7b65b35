import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { Assignment, Plan } from '../api/pay';
import type { List, User } from '../api/types';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { day } from '../ui/format';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { assignmentsQuery } from './queries';

const today = () => new Date().toISOString().slice(0, 10);

/** Who is on the plan, from when until when. */
export function Assignments({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [opened, { open, close }] = useDisclosure(false);
  const [leaving, leave] = useState<Assignment | null>(null);
  const query = useQuery(assignmentsQuery);
  const columns: Column<Assignment>[] = [
    { id: 'name', header: t('plans.person'), sort: (a) => a.name, cell: (a) => a.name },
    { id: 'from', header: t('plans.from'), sort: (a) => a.fromDate, cell: (a) => day(a.fromDate) },
    { id: 'until', header: t('plans.until'), cell: (a) => (a.untilDate ? day(a.untilDate) : t('plans.open')) },
    { id: 'end', header: t('plans.end'), cell: (a) => (!a.untilDate && can('plans.write') ? <Button size="compact-xs" variant="default" onClick={() => leave(a)}>{t('plans.end')}</Button> : '') },
  ];
  return (
    <Panel title={t('plans.people')} actions={can('plans.write') ? <Button size="xs" variant="default" onClick={open}>{t('plans.assign')}</Button> : undefined}>
      <Answer query={query} rows={3}>
        {(data) => {
          const rows = data.items.filter((a) => a.planId === plan.id);
          return rows.length === 0 ? <Text size="sm" c="dimmed">{t('plans.nobody')}</Text> : <DataTable label={t('plans.people')} columns={columns} rows={rows} rowKey={(a) => a.id} />;
        }}
      </Answer>
      <Modal opened={opened} onClose={close} title={t('plans.assign')} closeButtonProps={{ 'aria-label': t('close') }}><Assign plan={plan} onDone={close} /></Modal>
      {leaving && (
        <Modal opened onClose={() => leave(null)} title={t('plans.endTitle', { name: leaving.name })} closeButtonProps={{ 'aria-label': t('close') }}>
          <End assignment={leaving} onDone={() => leave(null)} />
        </Modal>
      )}
    </Panel>
  );
}

function Assign({ plan, onDone }: { plan: Plan; onDone: () => void }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState('');
  const users = useQuery({ queryKey: ['users', 'agents'], queryFn: () => get<List<User>>('/v1/users', { role: 'agent', size: 200 }) });
  const form = useForm({ initialValues: { userId: '', fromDate: today() } });
  const assign = useAct((v: typeof form.values) => post('/v1/assignments', { planId: plan.id, userId: Number(v.userId), fromDate: v.fromDate }), {
    quiet: true, renew: [['assignments'], ['pay']], done: t('plans.assigned'), after: onDone,
  });
  return (
    <form onSubmit={form.onSubmit((values) => {
      setFault('');
      assign.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
    })}
    >
      <Stack>
        <FormAlert message={fault} />
        <NativeSelect label={t('plans.person')} required data={[{ value: '', label: '' }, ...(users.data?.items ?? []).map((u) => ({ value: String(u.id), label: u.name }))]} {...form.getInputProps('userId')} />
        <TextInput type="date" label={t('plans.from')} required {...form.getInputProps('fromDate')} />
        <Button type="submit" loading={assign.isPending}>{t('plans.assign')}</Button>
      </Stack>
    </form>
  );
}

function End({ assignment, onDone }: { assignment: Assignment; onDone: () => void }) {
  const { t } = useTranslation();
  const [date, setDate] = useState(today());
  const end = useAct(() => post(`/v1/assignments/${assignment.id}/end`, { untilDate: date }), { renew: [['assignments']], done: t('plans.ended'), after: onDone });
  return (
    <Stack>
      <Text size="sm">{t('plans.endEffect', { name: assignment.name })}</Text>
      <TextInput type="date" label={t('plans.lastDay')} value={date} onChange={(event) => setDate(event.currentTarget.value)} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>{t('cancel')}</Button>
        <Button loading={end.isPending} onClick={() => end.mutate(undefined)}>{t('plans.end')}</Button>
      </Group>
    </Stack>
  );
}
