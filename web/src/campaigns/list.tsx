import { Group, Progress, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus, IconSearch, IconSpeakerphone } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Campaign, CampaignState } from '../api/campaigns';
import { useClientChoice } from '../app/client-choice';
import { useTopics } from '../app/live';
import { useSession } from '../app/session';
import { Answer, Empty } from '../ui/answer';
import { number, percent } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { campaignsQuery } from './queries';
import { CampaignBadge, Hours } from './state';
import { LinkButton } from '../ui/link';

const states: CampaignState[] = ['draft', 'scheduled', 'running', 'paused', 'finished'];

/** Share of a campaign's people who are done with. */
export function penetration({ stats }: Campaign): number {
  const live = stats.leads - stats.withdrawn;
  return live > 0 ? (stats.done + stats.suppressed) / live : 0;
}

export function Campaigns() {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const search = useSearch({ from: '/house/campaigns' });
  const { clientId } = useClientChoice();
  useTopics('floor');
  const query = useQuery({ ...campaignsQuery({ q: search.q, state: search.state, clientId }), placeholderData: keepPreviousData });
  const find = useDebouncedCallback((q: string) => {
    void navigate({ to: '/campaigns', search: { ...search, q: q || undefined, page: undefined }, replace: true });
  }, 250);
  const create = can('campaigns.write')
    ? <LinkButton to="/campaigns/new" leftSection={<IconPlus size={16} />}>{t('campaigns.new')}</LinkButton>
    : undefined;
  const filtered = search.q !== undefined || search.state !== undefined;
  return (
    <Page title={t('campaigns.title')} lead={t('campaigns.lead')} actions={create}>
      <Group mb="sm" gap="xs">
        <TextInput
          aria-label={t('campaigns.search')} placeholder={t('campaigns.search')} leftSection={<IconSearch size={15} />}
          defaultValue={search.q} onChange={(event) => find(event.currentTarget.value)}
        />
        <Select
          aria-label={t('campaigns.col.state')} placeholder={t('leads.any')} clearable w={190} value={search.state ?? null}
          data={states.map((state) => ({ value: state, label: t(`campaigns.state.${state}`) }))}
          onChange={(state) => navigate({ to: '/campaigns', search: { ...search, state: state ?? undefined, page: undefined } })}
        />
      </Group>
      <Answer query={query}>
        {(data) => data.total === 0 && !filtered ? (
          <Empty icon={<IconSpeakerphone size={32} />} title={t('campaigns.emptyTitle')} action={create}>{t('campaigns.empty')}</Empty>
        ) : data.items.length === 0 ? <Empty title={t('campaigns.nothing')} /> : (
          <>
            <CampaignTable rows={data.items} />
            <Pager page={1} size={data.items.length} total={data.total} onPage={() => undefined} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function CampaignTable({ rows }: { rows: Campaign[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const columns: Column<Campaign>[] = [
    { id: 'name', wraps: true, header: t('campaigns.col.name'), sort: (c) => c.name, text: (c) => c.name, cell: (c) => <Link to="/campaigns/$campaignId/$tab" params={{ campaignId: String(c.id), tab: 'overview' }} className="strong-link">{c.name}</Link> },
    { id: 'state', header: t('campaigns.col.state'), sort: (c) => c.state, text: (c) => t(`campaigns.state.${c.state}`), cell: (c) => <CampaignBadge state={c.state} /> },
    { id: 'hours', header: t('campaigns.col.hours'), cell: (c) => <Hours campaign={c} />, wideOnly: true },
    { id: 'mode', header: t('campaigns.col.mode'), sort: (c) => c.mode, cell: (c) => t(`campaigns.mode.${c.mode}`), wideOnly: true },
    {
      id: 'progress', header: t('campaigns.col.progress'), sort: penetration, text: (c) => percent(penetration(c), 0), wideOnly: true, cell: (c) => (
        <Group gap={6} wrap="nowrap" miw={110}>
          <Progress value={penetration(c) * 100} flex={1} size="sm" aria-label={t('campaigns.col.progress')} />
          {percent(penetration(c), 0)}
        </Group>
      ),
    },
    { id: 'ready', header: t('campaigns.col.ready'), sort: (c) => c.stats.ready, cell: (c) => number(c.stats.ready), right: true },
    { id: 'attempts', header: t('campaigns.col.attempts'), sort: (c) => c.stats.attempts, cell: (c) => number(c.stats.attempts), right: true, wideOnly: true },
    { id: 'contacts', header: t('campaigns.col.contacts'), sort: (c) => c.stats.contacts, cell: (c) => number(c.stats.contacts), right: true, wideOnly: true },
    { id: 'agents', header: t('campaigns.col.agents'), sort: (c) => c.stats.agents, cell: (c) => number(c.stats.agents), right: true },
  ];
  return (
    <DataTable
      name="campaigns" label={t('campaigns.title')} columns={columns} rows={rows} rowKey={(c) => c.id}
      onOpen={(c) => navigate({ to: '/campaigns/$campaignId/$tab', params: { campaignId: String(c.id), tab: 'overview' } })}
    />
  );
}
