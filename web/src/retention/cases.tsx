import { Button, Group, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFileImport, IconLifebuoy } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Case } from '../api/desk';
import { every } from '../api/every';
import { get } from '../api/http';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { Answer, Empty } from '../ui/answer';
import { dateTime, money } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { caseState, reason } from '../ui/words';
import { CaseBadge, states } from './case-state';
import { CaseImportForm } from './case-import';

const size = 50;

/** Customers who asked to cancel, by deadline. */
export function Cases() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { clientId } = useClientChoice();
  const navigate = useNavigate();
  const search = useSearch({ from: '/house/cases' });
  const page = search.page ?? 1;
  const [opened, { open, close }] = useDisclosure(false);
  const filter = { state: search.state, sort: search.sort, clientId };
  const query = useQuery({
    queryKey: ['cases', search, clientId], placeholderData: keepPreviousData,
    queryFn: () => get<List<Case>>('/v1/cases', { ...filter, page, size }),
  });
  const button = can('cases.write') ? <Button leftSection={<IconFileImport size={16} />} onClick={open}>{t('cases.import')}</Button> : undefined;
  const columns: Column<Case>[] = [
    { id: 'customer', header: t('cases.col.customer'), sort: (c) => c.customer.name, cell: (c) => c.customer.name || c.customer.externalId },
    { id: 'state', header: t('cases.col.state'), sort: (c) => c.state, text: (c) => caseState(t, c.state), cell: (c) => <CaseBadge state={c.state} /> },
    { id: 'reason', wraps: true, header: t('cases.col.reason'), sort: (c) => c.reasonCode, cell: (c) => c.reasonText || reason(t, c.reasonCode), wideOnly: true },
    { id: 'owner', header: t('cases.col.owner'), cell: (c) => c.owner ?? '–', wideOnly: true },
    { id: 'mrr', header: t('cases.col.mrr'), sort: (c) => Number(c.mrr.amount), cell: (c) => money(c.mrr), right: true },
    { id: 'due', header: t('cases.col.due'), sort: (c) => c.dueAt, cell: (c) => dateTime(c.dueAt) },
  ];
  return (
    <Page title={t('cases.title')} lead={t('cases.lead')} actions={button}>
      <Group gap="sm" mb="sm" align="flex-end">
        <NativeSelect
          w="fit-content" aria-label={t('cases.col.state')} value={search.state ?? ''}
          data={[{ value: '', label: t('cases.any') }, { value: 'open', label: t('cases.open') }, ...states.map((s) => ({ value: s, label: caseState(t, s) }))]}
          onChange={(event) => navigate({ to: '/cases', search: { ...search, page: undefined, state: event.currentTarget.value || undefined } })}
        />
        <TextInput
          w={220} aria-label={t('caseFilter.find')} placeholder={t('caseFilter.find')} defaultValue={search.q ?? ''}
          onChange={(event) => navigate({ to: '/cases', search: { ...search, page: undefined, q: event.currentTarget.value || undefined }, replace: true })}
        />
      </Group>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconLifebuoy size={32} />} title={t('cases.emptyTitle')} action={button}>{t('cases.empty')}</Empty>
          : (
              <>
                <DataTable
                  name="cases" every={() => every<Case>('/v1/cases', filter)} sorting={{ by: search.sort, onSort: (sort) => void navigate({ to: '/cases', search: { ...search, sort, page: undefined } }) }}
                  label={t('cases.title')} columns={columns} rows={data.items} rowKey={(c) => c.id}
                  onOpen={(c) => navigate({ to: '/cases/$caseId', params: { caseId: String(c.id) } })}
                />
                <Pager page={page} size={size} total={data.total} onPage={(to) => navigate({ to: '/cases', search: { ...search, page: to } })} />
              </>
            )}
      </Answer>
      <Modal opened={opened} onClose={close} title={t('cases.importTitle')} closeButtonProps={{ 'aria-label': t('close') }}><CaseImportForm /></Modal>
    </Page>
  );
}
