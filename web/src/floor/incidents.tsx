import { Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Incident } from '../api/desk';
import { Panel } from '../ui/page';
import { Since } from '../ui/since';

/** What needs a person now, newest first. */
export function Incidents({ incidents }: { incidents: Incident[] }) {
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
