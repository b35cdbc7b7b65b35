import { Group, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '../api/campaigns';
import { useTopics } from '../app/live';
import { useSession } from '../app/session';
import { Answer, Waiting } from '../ui/answer';
import { Page } from '../ui/page';
import { CampaignActs } from './acts';
import { Overview } from './overview';
import { campaignQuery } from './queries';
import { CampaignBadge, Hours } from './state';

const Lists = lazy(() => import('./lists').then((m) => ({ default: m.Lists })));
const Leads = lazy(() => import('./leads').then((m) => ({ default: m.Leads })));
const Script = lazy(() => import('./script').then((m) => ({ default: m.Script })));
const Agents = lazy(() => import('./agents').then((m) => ({ default: m.Agents })));
const Rehearse = lazy(() => import('./rehearse').then((m) => ({ default: m.Rehearse })));
const Settings = lazy(() => import('./settings').then((m) => ({ default: m.Settings })));

const tabs = ['overview', 'lists', 'leads', 'script', 'agents', 'rehearse', 'settings'] as const;
type Tab = (typeof tabs)[number];

const bodies: Record<Tab, (campaign: Campaign) => ReactNode> = {
  overview: (campaign) => <Overview campaign={campaign} />,
  lists: (campaign) => <Lists campaign={campaign} />,
  leads: (campaign) => <Leads campaign={campaign} />,
  script: (campaign) => <Script campaign={campaign} />,
  agents: (campaign) => <Agents campaign={campaign} />,
  rehearse: (campaign) => <Rehearse campaign={campaign} />,
  settings: (campaign) => <Settings key={campaign.id} campaign={campaign} />,
};

const permissions: Partial<Record<Tab, string>> = {
  lists: 'leads.read', leads: 'leads.read', script: 'campaigns.write', agents: 'campaigns.write', rehearse: 'rehearsals.run', settings: 'campaigns.write',
};

export function CampaignPage() {
  const { campaignId, tab } = useParams({ from: '/house/campaigns/$campaignId/$tab' });
  const id = Number(campaignId);
  useTopics(`campaign:${id}`);
  const query = useQuery(campaignQuery(id));
  const shown = tabs.find((one) => one === tab) ?? 'overview';
  return <Answer query={query} rows={10}>{(campaign) => <Loaded campaign={campaign} tab={shown} />}</Answer>;
}

function Loaded({ campaign, tab }: { campaign: Campaign; tab: Tab }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const allowed = tabs.filter((one) => permissions[one] === undefined || can(permissions[one]));
  const go = (to: string | null) => navigate({ to: '/campaigns/$campaignId/$tab', params: { campaignId: String(campaign.id), tab: to ?? 'overview' } });
  const about = (
    <Group gap="xs" component="span">
      <CampaignBadge state={campaign.state} /> <Hours campaign={campaign} /> · {t(`campaigns.mode.${campaign.mode}`)}
    </Group>
  );
  return (
    <Page title={campaign.name} lead={about} actions={can('campaigns.write') ? <CampaignActs campaign={campaign} /> : undefined}>
      <Tabs value={tab} onChange={go} keepMounted={false}>
        <Tabs.List mb="md">
          {allowed.map((one) => <Tabs.Tab key={one} value={one}>{t(`campaigns.tab.${one}`)}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value={tab}><Suspense fallback={<Waiting />}>{bodies[tab](campaign)}</Suspense></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
