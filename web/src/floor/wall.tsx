import { Group, Text, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Floor } from '../api/desk';
import { Banners } from '../app/banners';
import { useClientChoice } from '../app/client-choice';
import { useTopics } from '../app/live';
import { floorQuery } from '../app/pulse';
import { AgentBadge } from '../desk/agent-state';
import { Answer } from '../ui/answer';
import { number } from '../ui/format';
import { Panel } from '../ui/page';
import { Tile } from './agents';
import { CampaignStrips } from './campaigns';
import { CallChart } from './chart';
import './floor.css';
import { Incidents } from './incidents';
import { countStates, sortAgents, stateOrder } from './sorting';
import { useSeries } from './use-series';

/** The floor for a screen on the wall: large, and nothing to press. Escape leads back. */
export function WallPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { clientId } = useClientChoice();
  useTopics('floor');
  const query = useQuery({ ...floorQuery(clientId), refetchInterval: 5_000 });
  useEffect(() => {
    document.title = `${t('floor.wall')} · ${t('app')}`;
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Escape') void navigate({ to: '/floor' });
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [navigate, t]);
  return (
    <main className="wall">
      <Link to="/floor" className="skip">{t('floor.wallBack')}</Link>
      <VisuallyHidden component="h1">{t('floor.title')}</VisuallyHidden>
      <Banners />
      <Answer query={query} rows={12}>{(floor) => <Loaded key={clientId} floor={floor} />}</Answer>
    </main>
  );
}

function Loaded({ floor }: { floor: Floor }) {
  const { t } = useTranslation();
  const series = useSeries(floor);
  const counts = countStates(floor.agents);
  return (
    <div className="floor">
      <div className="wall-column">
        <Group gap="xl">
          {stateOrder.map((state) => (
            <div key={state}><AgentBadge state={state} /><Text className="wall-figure">{number(counts[state])}</Text></div>
          ))}
        </Group>
        <ul className="tiles">{sortAgents(floor.agents, 'state').map((agent) => <Tile key={agent.userId} agent={agent} />)}</ul>
      </div>
      <div className="wall-column">
        {floor.incidents.length > 0 && <Incidents incidents={floor.incidents} />}
        <Panel title={t('floor.history')}><CallChart series={series} /></Panel>
        <CampaignStrips campaigns={floor.campaigns} />
      </div>
    </div>
  );
}
