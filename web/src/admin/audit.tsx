import { Group, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconHistory } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { get } from '../api/http';
import type { AuditRow, List } from '../api/types';
import { Answer, Empty } from '../ui/answer';
import { dateTime } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';

const size = 50;

/** Who changed what, when and why. In the address, q is the act and state is the object. */
export function Audit() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/house/admin/audit' });
  const page = search.page ?? 1;
  const query = useQuery({
    queryKey: ['audit', search], placeholderData: keepPreviousData, queryFn: () => get<List<AuditRow>>('/v1/audit', { act: search.q, object: search.state, page, size }),
  });
  const filter = useDebouncedCallback((change: { q?: string | undefined; state?: string | undefined }) => {
    void navigate({ to: '/admin/audit', search: { ...search, ...change, page: undefined }, replace: true });
  }, 300);
  const columns: Column<AuditRow>[] = [
    { id: 'at', header: t('audit.col.at'), sort: (a) => a.at, cell: (a) => dateTime(a.at) },
    { id: 'actor', header: t('audit.col.actor'), sort: (a) => a.actor, cell: (a) => a.actor },
    { id: 'act', header: t('audit.col.act'), sort: (a) => a.act, cell: (a) => a.act },
    { id: 'object', header: t('audit.col.object'), sort: (a) => a.object, cell: (a) => a.object },
    { id: 'why', wraps: true, header: t('audit.col.why'), cell: (a) => a.why || '–', wideOnly: true },
    { id: 'request', header: t('audit.col.request'), cell: (a) => a.requestId ?? '–', wideOnly: true },
  ];
  return (
    <Page title={t('audit.title')} lead={t('audit.lead')}>
      <Group mb="sm" gap="xs">
        <TextInput aria-label={t('audit.act')} placeholder={t('audit.actHint')} defaultValue={search.q} onChange={(event) => filter({ q: event.currentTarget.value || undefined })} />
        <TextInput aria-label={t('audit.object')} placeholder={t('audit.objectHint')} defaultValue={search.state} onChange={(event) => filter({ state: event.currentTarget.value || undefined })} />
      </Group>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconHistory size={32} />} title={t('audit.emptyTitle')}>{t('audit.empty')}</Empty>
          : (
              <>
                <DataTable label={t('audit.title')} columns={columns} rows={data.items} rowKey={(a) => a.id} />
                <Pager page={page} size={size} total={data.total} onPage={(to) => navigate({ to: '/admin/audit', search: { ...search, page: to } })} />
              </>
            )}
      </Answer>
    </Page>
  );
}
