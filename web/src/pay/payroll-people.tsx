import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { put } from '../api/http';
import type { PayrollPerson } from '../api/payroll';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { Panel } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { peopleQuery } from './payroll-queries';

const size = 50;
const statuses = ['nonexempt', 'exempt_7i', 'exempt_inside_sales', 'exempt', 'contractor'] as const;

/** What payroll and the law know of each agent. */
export function PayrollPeople({ client }: { client: number | undefined }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [page, setPage] = useState(1);
  const [opened, open] = useState<PayrollPerson | null>(null);
  const { data } = useQuery(peopleQuery(client, page, size));
  if (!data) return null;
  const columns: Column<PayrollPerson>[] = [
    { id: 'name', header: t('payroll.person.name'), sort: (p) => p.name, cell: (p) => p.name },
    { id: 'id', header: t('payroll.person.id'), cell: (p) => p.employeeId || p.employeeNo || '–' },
    { id: 'jurisdiction', header: t('payroll.person.jurisdiction'), cell: (p) => p.jurisdiction || '–' },
    { id: 'status', header: t('payroll.person.status'), wideOnly: true, cell: (p) => (p.status ? t(`payroll.statuses.${p.status}`) : '–') },
    { id: 'signed', header: t('payroll.person.signedOn'), wideOnly: true, cell: (p) => p.signedOn ?? '–' },
  ];
  return (
    <Panel title={t('payroll.people')}>
      <Text size="sm" c="dimmed" mb="sm">{t('payroll.peopleHint')}</Text>
      <DataTable label={t('payroll.people')} columns={columns} rows={data.items} rowKey={(p) => p.userId ?? 0} onOpen={can('pay.run') ? open : undefined} />
      <Pager page={page} size={size} total={data.total} onPage={setPage} />
      <Modal opened={opened !== null} onClose={() => open(null)} title={opened?.name} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
        {opened && <PersonForm person={opened} client={client} onSaved={() => open(null)} />}
      </Modal>
    </Panel>
  );
}

// A type, not an interface: the form library wants an index signature, which only a type can have implied.
type Texts = 'employeeId' | 'firstName' | 'lastName' | 'title' | 'payGroup' | 'department' | 'frequency' | 'jurisdiction' | 'status' | 'signedOn' | 'receivedOn' | 'leftOn';
type Values = { [Key in Texts]: string } & { nettingConsent: boolean };

function PersonForm({ person, client, onSaved }: { person: PayrollPerson; client: number | undefined; onSaved: () => void }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState('');
  const form = useForm<Values>({
    initialValues: {
      employeeId: person.employeeId ?? '', firstName: person.firstName ?? '', lastName: person.lastName ?? '', title: person.title ?? '',
      payGroup: person.payGroup ?? '', department: person.department ?? '', frequency: person.frequency ?? '', jurisdiction: person.jurisdiction ?? '',
      status: person.status ?? '', signedOn: person.signedOn ?? '', receivedOn: person.receivedOn ?? '', leftOn: person.leftOn ?? '',
      nettingConsent: person.nettingConsent,
    },
  });
  const save = useAct((values: Values) => {
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')); // blank is not known
    return put<PayrollPerson>(`/v1/payroll/people/${person.userId}`, { ...given, clientId: client });
  }, { quiet: true, renew: [['payroll', 'people'], ['pay', 'law']], done: t('payroll.saved'), after: onSaved });
  const text = (name: Exclude<Texts, 'status' | 'frequency'>, type?: 'date') => <TextInput label={t(`payroll.person.${name}`)} {...(type ? { type } : {})} {...form.getInputProps(name)} />;
  return (
    <form onSubmit={form.onSubmit((values) => {
      setFault('');
      save.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
    })}
    >
      <Stack gap="sm">
        <FormAlert message={fault} />
        <Group grow align="flex-start">{text('employeeId')}{text('firstName')}{text('lastName')}</Group>
        <Group grow align="flex-start">{text('title')}{text('payGroup')}{text('department')}</Group>
        <Group grow align="flex-start">
          {text('jurisdiction')}
          <NativeSelect label={t('payroll.person.status')} data={[{ value: '', label: '–' }, ...statuses.map((s) => ({ value: s, label: t(`payroll.statuses.${s}`) }))]} {...form.getInputProps('status')} />
          <NativeSelect label={t('payroll.frequency')} data={[{ value: '', label: '–' }, ...(['W', 'B', 'S', 'M'] as const).map((f) => ({ value: f, label: t(`payroll.frequencies.${f}`) }))]} {...form.getInputProps('frequency')} />
        </Group>
        <Group grow align="flex-start">{text('signedOn', 'date')}{text('receivedOn', 'date')}{text('leftOn', 'date')}</Group>
        <Checkbox label={t('payroll.person.nettingConsent')} {...form.getInputProps('nettingConsent', { type: 'checkbox' })} />
        <Button type="submit" w="fit-content" loading={save.isPending}>{t('payroll.save')}</Button>
      </Stack>
    </form>
  );
}
