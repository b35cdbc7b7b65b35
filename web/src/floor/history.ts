import { queryOptions } from '@tanstack/react-query';
import type { Floor, FloorHistory } from '../api/desk';
import { get } from '../api/http';

export const keptSeconds = 30 * 60;

export type Series = [number[], number[], number[]];

/** Adds what the floor shows now to the series (seconds, talking, ringing); older than half an hour falls off. */
export function addSample([times, talking, ringing]: Series, floor: Floor): Series {
  const at = Math.floor(Date.parse(floor.now) / 1000);
  if (Number.isNaN(at) || (times.at(-1) ?? 0) >= at) return [times, talking, ringing];
  const sum = (of: 'talking' | 'ringing') => floor.campaigns.reduce((total, campaign) => total + campaign[of], 0);
  const from = times.findIndex((time) => time > at - keptSeconds);
  const keep = (values: number[]) => (from < 0 ? [] : values.slice(from));
  return [[...keep(times), at], [...keep(talking), sum('talking')], [...keep(ringing), sum('ringing')]];
}

/** The half hour before the page opened, from the server: read once, the page adds what it sees itself. */
export const floorHistoryQuery = (clientId: number | null) => queryOptions({
  queryKey: ['floor-history', clientId], staleTime: Infinity, gcTime: 0, queryFn: () => get<FloorHistory>('/v1/floor/history', { clientId }),
});

/** What the server remembers up to the first thing that the page saw, and from there what the page saw. */
export function joined(past: FloorHistory | undefined, seen: Series): Series {
  const until = seen[0][0] ?? Infinity;
  const from = (seen[0].at(-1) ?? 0) - keptSeconds;
  const older = (past?.samples ?? []).map(({ at, ...up }) => ({ at: Math.floor(Date.parse(at) / 1000), ...up })).filter(({ at }) => at < until && at > from);
  return [
    [...older.map(({ at }) => at), ...seen[0]], [...older.map(({ talking }) => talking), ...seen[1]], [...older.map(({ ringing }) => ringing), ...seen[2]],
  ];
}
