import i18n, { type TFunction } from 'i18next';
import type { en } from '../locales/en';

type Words = typeof en;

/** A code as a word. Codes that a newer server knows and this page does not are shown as they are. */
function word<K extends string>(table: string, code: string | null | undefined, say: (known: K) => string): string {
  if (!code) return '–';
  return i18n.exists(`${table}.${code}`) ? say(code as K) : code.replaceAll('_', ' ');
}

/** How a call ended. */
export const disposition = (t: TFunction, code: string | null | undefined) =>
  word<keyof Words['campaigns']['disposition']>('campaigns.disposition', code, (known) => t(`campaigns.disposition.${known}`));

/** What a conversation came to. */
export const outcome = (t: TFunction, code: string | null | undefined) => word<keyof Words['outcome']>('outcome', code, (known) => t(`outcome.${known}`));

/** How the last call of a lead went: what it came to, or how it ended where nobody spoke. */
export const ending = (t: TFunction, code: string | null | undefined) => (code && i18n.exists(`outcome.${code}`) ? outcome(t, code) : disposition(t, code));

/** Why an agent is away. */
export const pauseReason = (t: TFunction, code: string | null | undefined) =>
  word<keyof Words['desk']['reason']>('desk.reason', code, (known) => t(`desk.reason.${known}`));

/** What an entry of the ledger is. */
export const entryKind = (t: TFunction, code: string | null | undefined) => word<keyof Words['pay']['kind']>('pay.kind', code, (known) => t(`pay.kind.${known}`));

/** What happened to a call. */
export const callEvent = (t: TFunction, code: string) => word<keyof Words['calls']['event']>('calls.event', code, (known) => t(`calls.event.${known}`));

/** Where a case stands. */
export const caseState = (t: TFunction, code: string) => word<keyof Words['cases']['state']>('cases.state', code, (known) => t(`cases.state.${known}`));

/** What an offer can be. */
export const offerKind = (t: TFunction, code: string) => word<keyof Words['offers']['kinds']>('offers.kinds', code, (known) => t(`offers.kinds.${known}`));
