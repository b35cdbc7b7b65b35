import { Stack } from '@mantine/core';
import { IconDeviceTv } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Floor } from '../api/desk';
import { useClientChoice } from '../app/client-choice';
import { useTopics } from '../app/live';
import { floorQuery } from '../app/pulse';
import { Answer } from '../ui/answer';
import { LinkButton } from '../ui/link';
import { Page, Panel } from '../ui/page';
import { AgentTiles } from './agents';
import { Approvals } from './approvals';
import { CampaignStrips } from './campaigns';
import { CallChart } from './chart';
import './floor.css';
import { Incidents } from './incidents';
import { StopSwitch } from './stop-switch';
import { useSeries } from './use-series';

/** The live floor. */
export function FloorPage() {
  const { t } = useTranslation();
  const { clientId } = useClientChoice();
  useTopics('floor');
  const query = useQuery({ ...floorQuery(clientId), refetchInterval: 5_000 });
  const wall = <LinkButton to="/wall" variant="default" leftSection={<IconDeviceTv size={16} />}>{t('floor.wall')}</LinkButton>;
  return (
    <Page title={t('floor.title')} lead={t('floor.lead')} actions={wall}>
      <Answer query={query} rows={12}>{(floor) => <Loaded key={clientId} floor={floor} />}</Answer>
    </Page>
  );
}

function Loaded({ floor }: { floor: Floor }) {
  const { t } = useTranslation();
  const series = useSeries(floor);
  return (
    <Stack>
      <StopSwitch floor={floor} />
      <div className="floor">
        <AgentTiles agents={floor.agents} />
        <Stack>
          <Approvals />
          <Incidents incidents={floor.incidents} />
          <Panel title={t('floor.history')}><CallChart series={series} /></Panel>
          <CampaignStrips campaigns={floor.campaigns} />
        </Stack>
      </div>
    </Stack>
  );
}
