import type { Floor } from '../api/desk';

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
