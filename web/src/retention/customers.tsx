import { Button, Modal, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { IconAddressBook, IconFileImport, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../api/customers';
import { get } from '../api/http';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { CustomerImportForm } from './customer-import';
import { subscriptionState, valueTier } from '../ui/words';
import { toneOf } from './customer-words';

const size = 50;
const typingPause = 250;

/** Everybody with a subscription. */
export function Customers() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { clientId } = useClientChoice();
  const navigate = useNavigate();
  const search = useSearch({ from: '/house/customers' });
  const page = search.page ?? 1;
  const [typed, setTyped] = useState(search.q ?? '');
  const [opened, { open, close }] = useDisclosure(false);
  const find = useDebouncedCallback((q: string) => navigate({ to: '/customers', search: { q: q.trim().length > 1 ? q.trim() : undefined } }), typingPause);
  const query = useQuery({
    queryKey: ['customers', search, clientId], placeholderData: keepPreviousData,
    queryFn: () => get<List<Customer>>('/v1/customers', { q: search.q, page, size, clientId }),
  });
  const button = can('customers.write') ? <Button leftSection={<IconFileImport size={16} />} onClick={open}>{t('customers.import')}</Button> : undefined;
  const columns: Column<Customer>[] = [
    { id: 'name', header: t('customers.col.name'), sort: (c) => c.name, cell: (c) => c.name || c.externalId },
    { id: 'id', header: t('customers.col.id'), sort: (c) => c.externalId, cell: (c) => c.externalId, wideOnly: true },
    { id: 'plan', header: t('customers.col.plan'), sort: (c) => c.plan ?? '', cell: (c) => c.plan || '–' },
    { id: 'status', header: t('customers.col.status'), sort: (c) => c.status ?? '', cell: (c) => (c.status ? <Badge tone={toneOf(c.status)}>{subscriptionState(t, c.status)}</Badge> : '–') },
    { id: 'tier', header: t('customers.col.tier'), sort: (c) => c.valueTier ?? '', cell: (c) => valueTier(t, c.valueTier), wideOnly: true },
    { id: 'region', header: t('customers.col.region'), sort: (c) => c.region ?? '', cell: (c) => c.region || '–', wideOnly: true },
  ];
  return (
    <Page title={t('customers.title')} lead={t('customers.lead')} actions={button}>
      <TextInput
        mb="sm" w={280} aria-label={t('customers.find')} placeholder={t('customers.find')} leftSection={<IconSearch size={16} />} value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          find(event.currentTarget.value);
        }}
      />
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? (
              <Empty icon={<IconAddressBook size={32} />} title={search.q ? t('customers.nothing') : t('customers.emptyTitle')} action={search.q ? undefined : button}>
                {search.q ? undefined : t('customers.empty')}
              </Empty>
            )
          : (
              <>
                <DataTable
                  label={t('customers.title')} columns={columns} rows={data.items} rowKey={(c) => c.id}
                  onOpen={(c) => navigate({ to: '/customers/$customerId', params: { customerId: String(c.id) } })}
                />
                <Pager page={page} size={size} total={data.total} onPage={(to) => navigate({ to: '/customers', search: { ...search, page: to } })} />
              </>
            )}
      </Answer>
      <Modal opened={opened} onClose={close} size="lg" title={t('customers.importTitle')} closeButtonProps={{ 'aria-label': t('close') }}><CustomerImportForm /></Modal>
    </Page>
  );
}
