import { Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Floor, Incident } from '../api/desk';
import { useTopics } from '../app/live';
import { floorQuery } from '../app/pulse';
import { Answer } from '../ui/answer';
import { Page, Panel } from '../ui/page';
import { Since } from '../ui/since';
import { AgentTiles } from './agents';
import { Approvals } from './approvals';
import { CampaignStrips } from './campaigns';
import { CallChart } from './chart';
import './floor.css';
import { addSample } from './history';
import { StopSwitch } from './stop-switch';

/** The live floor. */
export function FloorPage() {
  const { t } = useTranslation();
  useTopics('floor');
  const query = useQuery({ ...floorQuery, refetchInterval: 5_000 });
  return (
    <Page title={t('floor.title')} lead={t('floor.lead')}>
      <Answer query={query} rows={12}>{(floor) => <Loaded floor={floor} />}</Answer>
    </Page>
  );
}

function Loaded({ floor }: { floor: Floor }) {
  const { t } = useTranslation();
  const [{ seen, series }, keep] = useState({ seen: floor, series: addSample([[], [], []], floor) });
  if (seen !== floor) keep({ seen: floor, series: addSample(series, floor) });
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

/** What needs a person now, newest first. */
function Incidents({ incidents }: { incidents: Incident[] }) {
  const { t } = useTranslation();
  const newest = incidents.toSorted((a, b) => b.since.localeCompare(a.since));
  return (
    <Panel title={t('floor.incidents')}>
      {newest.length === 0 ? <Text size="sm" c="dimmed">{t('floor.noIncidents')}</Text> : (
        <ul className="plain-list incidents" aria-live="polite">
          {newest.map((incident) => (
            <li key={`${incident.kind}-${incident.callId ?? ''}-${incident.agentId ?? ''}-${incident.since}`}>
              <IconAlertTriangle size={16} aria-hidden="true" />
              <Text size="sm" flex={1}>{incident.sentence}</Text>
              <Text size="sm" fw={600}><Since at={incident.since} /></Text>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
