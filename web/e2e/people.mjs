// Lists of people for the journeys, in a place where people may be called now: the gate keeps its hours in tests too.

/** Area codes from east to west of the clock, each with its zone; a legal hour is between 9 and 20 there. */
const places = [
  { code: '1212', zone: 'America/New_York' }, { code: '1808', zone: 'Pacific/Honolulu' }, { code: '1671', zone: 'Pacific/Guam' },
  { code: '1787', zone: 'America/Puerto_Rico' }, { code: '1709', zone: 'America/St_Johns' },
];

function hourIn(zone, now) {
  return Number(new Intl.DateTimeFormat('en-US', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(now));
}

/** The place where it is most safely day. */
export function dayPlace(now = new Date()) {
  const noon = (place) => Math.abs(hourIn(place.zone, now) - 14);
  return [...places].sort((a, b) => noon(a) - noon(b))[0];
}

/** A CSV of made-up people with fictional numbers (555-01xx): semicolons, to see the separator recognised. */
export function listOf(count, tag) {
  const { code } = dayPlace();
  const rows = Array.from({ length: count }, (_, i) => `${tag}-${i};Person ${tag} ${i};+${code}55501${String(i % 100).padStart(2, '0')};Basic`);
  return Buffer.from(['customer id;full name;phone;current plan', ...rows].join('\n') + '\n');
}
