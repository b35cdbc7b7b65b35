import { useQuery } from '@tanstack/react-query';
import type { Stop } from '../api/campaigns';
import { get } from '../api/http';
import { useSession } from './session';

const pollMs = 10_000; // the switch matters more than one event that got lost

/** Whether all dialing is stopped; for everybody who has to do with campaigns. */
export function useStop() {
  const { can } = useSession();
  return useQuery({ queryKey: ['stop'], queryFn: () => get<Stop>('/v1/stop'), refetchInterval: pollMs, enabled: can('campaigns.read') });
}
