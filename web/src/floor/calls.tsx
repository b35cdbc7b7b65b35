import { NativeSelect } from '@mantine/core';
import { IconPhoneOutgoing } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Call } from '../api/desk';
import { every } from '../api/every';
import { get } from '../api/http';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { campaignsQuery } from '../campaigns/queries';
import { Answer, Empty } from '../ui/answer';
import { dateTime, duration, phone } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { disposition, outcome } from '../ui/words';

const size = 50;

/** Every call that was placed; the address keeps the campaign and the page. */
export function Calls() {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const search = useSearch({ from: '/house/calls' });
  const page = search.page ?? 1;
  const { clientId } = useClientChoice();
  const filter = { campaignId: search.q, sort: search.sort, clientId };
  const campaigns = useQuery({ ...campaignsQuery({ clientId }), enabled: can('campaigns.read') });
  const query = useQuery({
    queryKey: ['calls', search, clientId], placeholderData: keepPreviousData,
    queryFn: () => get<List<Call>>('/v1/calls', { ...filter, page, size }),
  });
  const columns: Column<Call>[] = [
    { id: 'placed', header: t('calls.col.when'), sort: (c) => c.placedAt, cell: (c) => dateTime(c.placedAt) },
    { id: 'person', header: t('calls.col.person'), sort: (c) => c.name, cell: (c) => c.name || phone(c.number) },
    { id: 'number', header: t('calls.col.number'), cell: (c) => phone(c.number), wideOnly: true },
    { id: 'campaign', header: t('calls.col.campaign'), sort: (c) => c.campaign, cell: (c) => c.campaign, wideOnly: true },
    { id: 'agent', header: t('calls.col.agent'), sort: (c) => c.agent ?? '', cell: (c) => c.agent ?? '–', wideOnly: true },
    { id: 'ended', header: t('calls.col.ended'), sort: (c) => c.disposition, cell: (c) => (c.endedAt ? disposition(t, c.disposition) : t('calls.up')) },
    { id: 'talk', header: t('calls.col.talk'), sort: (c) => c.talkSeconds, cell: (c) => duration(c.talkSeconds), right: true },
    { id: 'outcome', header: t('calls.col.outcome'), sort: (c) => c.outcome ?? '', cell: (c) => outcome(t, c.outcome) },
  ];
  return (
    <Page title={t('calls.title')} lead={t('calls.lead')}>
      <NativeSelect
        mb="sm" w="fit-content" aria-label={t('calls.campaign')} value={search.q ?? ''}
        data={[{ value: '', label: t('calls.any') }, ...(campaigns.data?.items ?? []).map((c) => ({ value: String(c.id), label: c.name }))]}
        onChange={(event) => navigate({ to: '/calls', search: { ...search, q: event.currentTarget.value || undefined, page: undefined } })}
      />
      <Answer query={query}>
        {(data) => data.items.length === 0 ? <Empty icon={<IconPhoneOutgoing size={32} />} title={t('calls.emptyTitle')}>{t('calls.empty')}</Empty> : (
          <>
            <DataTable
              name="calls" every={() => every<Call>('/v1/calls', filter)} sorting={{ by: search.sort, onSort: (sort) => void navigate({ to: '/calls', search: { ...search, sort, page: undefined } }) }}
              label={t('calls.title')} columns={columns} rows={data.items} rowKey={(c) => c.id}
              onOpen={(c) => navigate({ to: '/calls/$callId', params: { callId: String(c.id) } })}
            />
            <Pager page={page} size={size} total={data.total} onPage={(to) => navigate({ to: '/calls', search: { ...search, page: to } })} />
          </>
        )}
      </Answer>
    </Page>
  );
}
