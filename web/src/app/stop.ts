import { useQuery } from '@tanstack/react-query';
import type { Stop } from '../api/campaigns';
import { get } from '../api/http';

const pollMs = 10_000; // the switch matters more than one event that got lost

/** Whether all dialing is stopped. */
export function useStop() {
  return useQuery({ queryKey: ['stop'], queryFn: () => get<Stop>('/v1/stop'), refetchInterval: pollMs });
}
