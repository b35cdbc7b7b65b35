import { Button, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconBuilding, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { Client, List } from '../api/types';
import { meQuery } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { dateTime } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { commonZones } from '../ui/zone';

type Row = Client & { createdAt?: string };

/** The companies whose work is done here. */
export function Clients() {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const query = useQuery({ queryKey: ['clients'], queryFn: () => get<List<Row>>('/v1/clients') });
  const button = <Button leftSection={<IconPlus size={16} />} onClick={open}>{t('clients.new')}</Button>;
  const columns: Column<Row>[] = [
    { id: 'name', header: t('clients.col.name'), sort: (c) => c.name, cell: (c) => <>{c.name} {c.demo && <Badge tone="violet">{t('clients.demo')}</Badge>}</> },
    { id: 'zone', header: t('clients.col.zone'), sort: (c) => c.zone, cell: (c) => c.zone },
    { id: 'since', header: t('clients.col.since'), cell: (c) => dateTime(c.createdAt), wideOnly: true },
  ];
  return (
    <Page title={t('clients.title')} lead={t('clients.lead')} actions={button}>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconBuilding size={32} />} title={t('clients.emptyTitle')} action={button}>{t('clients.empty')}</Empty>
          : <DataTable label={t('clients.title')} columns={columns} rows={data.items} rowKey={(c) => c.id} />}
      </Answer>
      <Modal opened={opened} onClose={close} title={t('clients.new')} closeButtonProps={{ 'aria-label': t('close') }}><NewClient onDone={close} /></Modal>
    </Page>
  );
}

function NewClient({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState('');
  const form = useForm({ initialValues: { name: '', zone: 'America/New_York' } });
  const create = useAct((v: typeof form.values) => post('/v1/clients', v), { quiet: true, renew: [['clients'], [...meQuery.queryKey]], done: t('clients.created'), after: onDone });
  return (
    <form onSubmit={form.onSubmit((values) => {
      setFault('');
      create.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
    })}
    >
      <Stack>
        <FormAlert message={fault} />
        <TextInput label={t('clients.name')} required maxLength={100} {...form.getInputProps('name')} />
        <NativeSelect label={t('clients.zone')} data={commonZones} {...form.getInputProps('zone')} />
        <Button type="submit" loading={create.isPending}>{t('clients.new')}</Button>
      </Stack>
    </form>
  );
}
