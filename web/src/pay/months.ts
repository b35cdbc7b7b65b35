/** The first days of so many months, the one that a day falls in first, then back: "2026-11-01". */
export function monthsBack(today: string, count: number): string[] {
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  return Array.from({ length: count }, (_, back) => new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 10));
}

/** The first day of the month after the one that begins on a day. */
export function monthAfter(first: string): string {
  return new Date(Date.UTC(Number(first.slice(0, 4)), Number(first.slice(5, 7)), 1)).toISOString().slice(0, 10);
}

/** "November 2026". */
export const monthName = (first: string): string =>
  new Intl.DateTimeFormat(document.documentElement.lang || 'en', { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(`${first}T00:00:00Z`));
