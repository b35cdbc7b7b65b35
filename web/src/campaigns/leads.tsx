import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign, Lead, LeadState } from '../api/campaigns';
import { every } from '../api/every';
import { get } from '../api/http';
import type { List } from '../api/types';
import { Answer, Empty } from '../ui/answer';
import { Badge, type Tone } from '../ui/badge';
import { useNow } from '../ui/clock';
import { dateTime, number, phone, timeOfDay } from '../ui/format';
import { type Column, DataTable, Pager, type ServerSort } from '../ui/table';
import { ending } from '../ui/words';
import { firstZone } from '../ui/zone';
import { WhyNot } from './why';
import { LinkButton } from '../ui/link';

const states: LeadState[] = ['waiting', 'reserved', 'calling', 'done', 'suppressed', 'withdrawn'];
const tones: Record<LeadState, Tone> = { waiting: 'blue', reserved: 'violet', calling: 'green', done: 'grey', suppressed: 'red', withdrawn: 'grey' };
const size = 50;

/** The people of a campaign, and why each is or is not being called. */
export function Leads({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/campaigns/$campaignId/$tab' });
  const search = useSearch({ from: '/house/campaigns/$campaignId/$tab' });
  const [asked, ask] = useState<Lead | null>(null);
  const path = `/v1/campaigns/${campaign.id}/leads`;
  const query = useQuery({
    queryKey: ['leads', campaign.id, search], placeholderData: keepPreviousData,
    queryFn: () => get<List<Lead>>(path, { ...search, page: search.page ?? 1, size }),
  });
  const find = useDebouncedCallback((q: string) => {
    void navigate({ search: { ...search, q: q || undefined, page: undefined }, replace: true });
  }, 250);
  return (
    <>
      <Group mb="sm" gap="xs">
        <TextInput
          aria-label={t('leads.search')} placeholder={t('leads.search')} leftSection={<IconSearch size={15} />} w={270}
          defaultValue={search.q} onChange={(event) => find(event.currentTarget.value)}
        />
        <Select
          aria-label={t('leads.col.state')} placeholder={t('leads.any')} clearable w={190} value={search.state ?? null}
          data={states.map((state) => ({ value: state, label: t(`leads.state.${state}`) }))}
          onChange={(state) => navigate({ search: { ...search, state: state ?? undefined, page: undefined } })}
        />
      </Group>
      <Answer query={query}>
        {(data) => data.items.length === 0 ? (
          <Empty
            icon={<IconUsers size={32} />} title={t('leads.emptyTitle')}
            action={<LinkButton to="/campaigns/$campaignId/$tab" params={{ campaignId: String(campaign.id), tab: 'lists' }} variant="default">{t('leads.import')}</LinkButton>}
          >
            {t('leads.empty')}
          </Empty>
        ) : (
          <>
            <LeadTable
              rows={data.items} onWhy={ask} every={() => every<Lead>(path, { q: search.q, state: search.state, sort: search.sort })}
              sorting={{ by: search.sort, onSort: (sort) => void navigate({ search: { ...search, sort, page: undefined } }) }}
            />
            <Pager page={search.page ?? 1} size={size} total={data.total} onPage={(page) => navigate({ search: { ...search, page } })} />
          </>
        )}
      </Answer>
      {asked && <WhyNot lead={asked} onClose={() => ask(null)} />}
    </>
  );
}

interface LeadTableProps {
  rows: Lead[];
  onWhy: (lead: Lead) => void;
  every: () => Promise<Lead[]>;
  sorting: ServerSort;
}

function LeadTable({ rows, onWhy, every, sorting }: LeadTableProps) {
  const { t } = useTranslation();
  const now = new Date(useNow()).toISOString();
  const columns: Column<Lead>[] = [
    { id: 'name', header: t('leads.col.name'), sort: (l) => l.name, cell: (l) => l.name || l.externalId || `#${l.personId}` },
    { id: 'number', header: t('leads.col.number'), cell: (l) => phone(l.number) },
    { id: 'zone', header: t('leads.col.zone'), cell: (l) => timeOfDay(now, firstZone(l.zone)), wideOnly: true },
    { id: 'state', header: t('leads.col.state'), sort: (l) => l.state, text: (l) => t(`leads.state.${l.state}`), cell: (l) => <Badge tone={tones[l.state]}>{t(`leads.state.${l.state}`)}</Badge> },
    { id: 'due', header: t('leads.col.due'), sort: (l) => l.dueAt, cell: (l) => (l.state === 'waiting' ? dateTime(l.dueAt) : '–'), wideOnly: true },
    { id: 'attempts', header: t('leads.col.attempts'), sort: (l) => l.attempts, cell: (l) => number(l.attempts), right: true },
    { id: 'last', header: t('leads.col.last'), cell: (l) => ending(t, l.lastDisposition), wideOnly: true },
    {
      id: 'why', header: t('leads.col.why'), cell: (l) => (
        <Button size="compact-xs" variant="default" onClick={() => onWhy(l)} aria-label={`${t('leads.why')} ${l.name}`}>{t('leads.whyShort')}</Button>
      ),
    },
  ];
  return <DataTable name="leads" every={every} sorting={sorting} label={t('campaigns.tab.leads')} columns={columns} rows={rows} rowKey={(l) => l.id} />;
}
