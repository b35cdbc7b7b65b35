// Lists of people for the journeys, in a place where people may be called now: the gate keeps its hours in tests too.

/** Area codes from east to west of the clock, each with its zone; a legal hour is between 9 and 20 there. */
const places = [
  { code: '1212', zone: 'America/New_York', zip: '10001' }, { code: '1808', zone: 'Pacific/Honolulu', zip: '96813' },
  { code: '1671', zone: 'Pacific/Guam', zip: '96910' }, { code: '1787', zone: 'America/Puerto_Rico', zip: '00901' },
  { code: '1709', zone: 'America/St_Johns', zip: 'A1C 5S7' },
];

function hourIn(zone, now) {
  return Number(new Intl.DateTimeFormat('en-US', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(now));
}

/** The place where it is most safely day. */
export function dayPlace(now = new Date()) {
  const noon = (place) => Math.abs(hourIn(place.zone, now) - 14);
  return [...places].sort((a, b) => noon(a) - noon(b))[0];
}

/** The i-th fictional number of that place, 555-01xx. In the demo the first ten, 555-0190 to 0199, are always answered. */
export function numberAt(i) {
  return `+${dayPlace().code}55501${String((90 + i) % 100).padStart(2, '0')}`;
}

/** A CSV of made-up people with fictional numbers: semicolons, to see the separator recognised. */
export function listOf(count, tag) {
  const rows = Array.from({ length: count }, (_, i) => `${tag}-${i};Person ${tag} ${i};${numberAt(i)};Basic`);
  return Buffer.from(['customer id;full name;phone;current plan', ...rows].join('\n') + '\n');
}
