import type { Money } from '../api/types';

const language = () => document.documentElement.lang || 'en';

/** 65 is "1:05", 3725 is "1:02:05". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = String(whole % 60).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

/** Seconds between an instant and now, never negative. */
export function secondsSince(iso: string | null | undefined, now: number): number {
  if (!iso) return 0;
  return Math.max(0, (now - Date.parse(iso)) / 1000);
}

export function number(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

/**
 * Money with its currency. The decimals are the server's: the text is grouped, never computed with, so no amount
 * passes through a floating point number.
 */
export function money(value: Money | null | undefined): string {
  if (!value) return '–';
  const negative = value.amount.startsWith('-');
  const [whole = '0', fraction] = value.amount.replace('-', '').split('.');
  const grouped = new Intl.NumberFormat(language()).format(BigInt(whole));
  const point = new Intl.NumberFormat(language()).format(1.5).charAt(1);
  const digits = fraction === undefined ? grouped : `${grouped}${point}${fraction}`;
  const symbol = currencySymbol(value.currency);
  return `${negative ? '−' : ''}${symbol}${digits}`;
}

function currencySymbol(currency: string): string {
  try {
    const parts = new Intl.NumberFormat(language(), { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
    const symbol = parts.formatToParts(0).find((part) => part.type === 'currency')?.value ?? currency;
    return symbol === currency ? `${currency} ` : symbol;
  } catch {
    return `${currency} `; // a code that the browser does not know is still a code
  }
}

/** A ratio as percent: 0.0271 is "2.7 %". */
export function percent(ratio: number, digits = 1): string {
  return new Intl.NumberFormat(language(), {
    style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(ratio);
}

function zoned(iso: string, zone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '–';
  try {
    return new Intl.DateTimeFormat(language(), { ...options, ...(zone ? { timeZone: zone } : {}) }).format(at);
  } catch {
    return new Intl.DateTimeFormat(language(), { ...options, timeZone: 'UTC' }).format(at);
  }
}

/** Date and time with the zone's short name: "Nov 23, 14:05 EST". Without a zone it is the viewer's own. */
export function dateTime(iso: string | null | undefined, zone?: string): string {
  if (!iso) return '–';
  return zoned(iso, zone, {
    month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false, timeZoneName: 'short',
  });
}

/** The hour and minute, with the zone's short name where it is not the viewer's own. */
export function timeOfDay(iso: string | null | undefined, zone?: string): string {
  if (!iso) return '–';
  return zoned(iso, zone, {
    hour: '2-digit', minute: '2-digit', hour12: false, ...(zone ? { timeZoneName: 'short' as const } : {}),
  });
}

/** A calendar day, which has no zone: "2026-11-23" is the same day everywhere. */
export function day(date: string | null | undefined): string {
  if (!date) return '–';
  return zoned(`${date.slice(0, 10)}T00:00:00Z`, 'UTC', { year: 'numeric', month: 'short', day: 'numeric' });
}

/** The last day of a stretch whose end is the first day after it. */
export function lastDay(end: string): string {
  return day(new Date(Date.parse(`${end.slice(0, 10)}T00:00:00Z`) - 86_400_000).toISOString());
}

/** +14155550123 as people read it: "+1 415 555 0123". Other numbers stay as they are. */
export function phone(e164: string): string {
  const nanp = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164);
  return nanp ? `+1 ${nanp[1] ?? ''} ${nanp[2] ?? ''} ${nanp[3] ?? ''}` : e164;
}
