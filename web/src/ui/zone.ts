/**
 * Wall clocks of other places. A wall time is "2026-11-23T14:05", as an input of type datetime-local holds it.
 */

function wallParts(instant: number, zone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23',
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
  return Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]));
}

/** What the clock on the wall in zone shows at an instant. */
export function wallAt(instant: number, zone: string): string {
  const p = wallParts(instant, zone);
  return `${p.year ?? ''}-${p.month ?? ''}-${p.day ?? ''}T${p.hour ?? ''}:${p.minute ?? ''}`;
}

/** How far zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, zone: string): number {
  const p = wallParts(instant, zone);
  const asUTC = Date.UTC(
    Number(p.year), Number(p.month) - 1, Number(p.day), Number(p.hour), Number(p.minute), Number(p.second),
  );
  return asUTC - Math.floor(instant / 1000) * 1000;
}

/**
 * The instant at which the clock in zone shows wall. An hour that spring skips gives the instant one hour later on the
 * wall; an hour that autumn repeats gives the first of the two.
 */
export function instantOf(wall: string, zone: string): number {
  const naive = Date.parse(`${wall}:00Z`);
  const before = naive - offsetAt(naive - 86_400_000, zone);
  const after = naive - offsetAt(naive + 86_400_000, zone);
  const fits = [before, after].filter((at) => wallAt(at, zone) === wall);
  return fits.length > 0 ? Math.min(...fits) : before;
}

/** The first zone of a set such as "America/Chicago|America/New_York". */
export function firstZone(set: string | undefined): string | undefined {
  const first = set?.split('|')[0];
  return first === '' ? undefined : first;
}

export const commonZones = [
  'America/New_York', 'America/Chicago', 'America/Denver', 'America/Phoenix', 'America/Los_Angeles',
  'America/Anchorage', 'Pacific/Honolulu', 'America/Puerto_Rico', 'America/Toronto', 'Europe/London', 'Asia/Manila',
  'Asia/Seoul', 'UTC',
];
