import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconAddressBook, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/http';
import type { Plan } from '../api/pay';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { number } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { plansQuery } from './queries';
import { newTerms, TermsForm, type TermsValues } from './terms-form';

/** Every pay plan, with the version in force. */
export function Plans() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { clientId } = useClientChoice();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure(false);
  const query = useQuery(plansQuery(clientId));
  const button = can('plans.write') ? <Button leftSection={<IconPlus size={16} />} onClick={open}>{t('plans.new')}</Button> : undefined;
  const inForce = (plan: Plan) => {
    const version = plan.versions.find((v) => v.approvedAt);
    return version ? t('plans.version', { n: version.version }) : t('plans.none');
  };
  const columns: Column<Plan>[] = [
    { id: 'name', header: t('plans.col.name'), sort: (p) => p.name, cell: (p) => p.name },
    { id: 'inForce', header: t('plans.col.inForce'), cell: inForce },
    { id: 'waiting', header: t('plans.col.waiting'), cell: (p) => (p.versions[0] && !p.versions[0].approvedAt ? t('plans.version', { n: p.versions[0].version }) : '–') },
    { id: 'versions', header: t('plans.col.versions'), cell: (p) => number(p.versions.length), right: true },
  ];
  return (
    <Page title={t('plans.title')} lead={t('plans.lead')} actions={button}>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconAddressBook size={32} />} title={t('plans.emptyTitle')} action={button}>{t('plans.empty')}</Empty>
          : <DataTable label={t('plans.title')} columns={columns} rows={data.items} rowKey={(p) => p.id} onOpen={(p) => navigate({ to: '/plans/$planId', params: { planId: String(p.id) } })} />}
      </Answer>
      <Modal opened={opened} onClose={close} title={t('plans.new')} size="xl" closeButtonProps={{ 'aria-label': t('close') }}><NewPlan /></Modal>
    </Page>
  );
}

function NewPlan() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { clientId } = useClientChoice();
  const navigate = useNavigate();
  const [fault, setFault] = useState('');
  const form = useForm<TermsValues>({ initialValues: { name: '', terms: newTerms } });
  const client = clientId ?? me.clients[0]?.id;
  const create = useAct((values: TermsValues) => post<Plan>('/v1/plans', { ...values, clientId: client }), {
    quiet: true, done: t('plans.created'), renew: [['plans']], after: (plan) => void navigate({ to: '/plans/$planId', params: { planId: String(plan.id) } }),
  });
  return (
    <form onSubmit={form.onSubmit((values) => {
      setFault('');
      create.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
    })}
    >
      <Stack>
        <FormAlert message={fault} />
        <TextInput label={t('plans.name')} required maxLength={100} {...form.getInputProps('name')} />
        <TermsForm form={form} />
        <Button type="submit" w="fit-content" loading={create.isPending}>{t('plans.create')}</Button>
      </Stack>
    </form>
  );
}
