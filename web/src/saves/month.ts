/** The days of a month as weeks from Monday, with the days of its neighbours that fill them: "2026-11-24". */
export function weeksOf(month: string): string[][] {
  const first = new Date(`${month}-01T12:00:00Z`);
  const lead = (first.getUTCDay() + 6) % 7;
  const next = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1, 12));
  const days = lead + Math.round((next.getTime() - first.getTime()) / dayMs);
  return Array.from({ length: Math.ceil(days / 7) }, (_, week) =>
    Array.from({ length: 7 }, (_day, i) => shifted(`${month}-01`, week * 7 + i - lead)));
}

const dayMs = 86_400_000;

/** A day some days on. */
export function shifted(day: string, by: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + by * dayMs).toISOString().slice(0, 10);
}

/** The same day some months on, or the last of a shorter month. */
export function monthsOn(day: string, by: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + by, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + by, Math.min(date, last), 12)).toISOString().slice(0, 10);
}

/** Where a key leads from a day: arrows by day and week, Home and End in the week, Page keys by month. */
export function keyTo(key: string, day: string): string | undefined {
  const weekday = (new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7;
  const to: Record<string, () => string> = {
    ArrowLeft: () => shifted(day, -1), ArrowRight: () => shifted(day, 1), ArrowUp: () => shifted(day, -7), ArrowDown: () => shifted(day, 7),
    Home: () => shifted(day, -weekday), End: () => shifted(day, 6 - weekday), PageUp: () => monthsOn(day, -1), PageDown: () => monthsOn(day, 1),
  };
  return to[key]?.();
}
