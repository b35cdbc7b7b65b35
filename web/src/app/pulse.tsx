import { Box, Group } from '@mantine/core';
import { IconHeadset } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Floor } from '../api/desk';
import { get } from '../api/http';
import { percent } from '../ui/format';
import { useClientChoice } from './client-choice';
import { useTopics } from './live';
import { useSession } from './session';

const pollMs = 15_000;

export const floorQuery = (clientId: number | null) => ({
  queryKey: ['floor', 'now', clientId],
  queryFn: () => get<Floor>('/v1/floor', { clientId }),
  refetchInterval: pollMs,
});

export const abandonLimit = 0.03;

/** The floor in two figures, on every page of those who may see it. */
export function Pulse() {
  const { can } = useSession();
  return can('floor.read') ? <FloorPulse /> : null;
}

function FloorPulse() {
  const { t } = useTranslation();
  useTopics('floor');
  const { clientId } = useClientChoice();
  const { data } = useQuery(floorQuery(clientId));
  if (!data) return <Box w={120} />;
  const { answered, abandoned } = data.totals;
  const rate = answered + abandoned > 0 ? abandoned / (answered + abandoned) : 0;
  const on = data.agents.filter((agent) => agent.state !== 'away').length;
  return (
    <Group gap="sm" className="pulse tabular" role="group" aria-label={t('pulse.label')} wrap="nowrap">
      <Group gap={4} wrap="nowrap" title={t('pulse.agentsLabel')}>
        <IconHeadset size={15} aria-hidden="true" />
        {t('pulse.agents', { count: on })}
      </Group>
      <Box c={rate > abandonLimit ? 'var(--sl-red)' : undefined} title={t('pulse.limit')}>{percent(rate)} {t('pulse.abandon')}</Box>
    </Group>
  );
}
