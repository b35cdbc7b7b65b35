import i18n, { type TFunction } from 'i18next';
import type { en } from '../locales/en';

type Words = typeof en;

/** A code as a word. Codes that a newer server knows and this page does not are shown as they are. */
function word(table: string, code: string | null | undefined, say: (known: never) => string): string {
  if (!code) return '–';
  const name = code.replaceAll(' ', '_');
  return i18n.exists(`${table}.${name}`) ? say(name as never) : code.replaceAll('_', ' ');
}

/** How a call ended. */
export const disposition = (t: TFunction, code: string | null | undefined) =>
  word('campaigns.disposition', code, (known: keyof Words['campaigns']['disposition']) => t(`campaigns.disposition.${known}`));

/** What a conversation came to. */
export const outcome = (t: TFunction, code: string | null | undefined) => word('outcome', code, (known: keyof Words['outcome']) => t(`outcome.${known}`));

/** How the last call of a lead went: what it came to, or how it ended where nobody spoke. */
export const ending = (t: TFunction, code: string | null | undefined) => (code && i18n.exists(`outcome.${code}`) ? outcome(t, code) : disposition(t, code));

/** Why an agent is away. */
export const pauseReason = (t: TFunction, code: string | null | undefined) =>
  word('desk.reason', code, (known: keyof Words['desk']['reason']) => t(`desk.reason.${known}`));

/** What an entry of the ledger is. */
export const entryKind = (t: TFunction, code: string | null | undefined) => word('pay.kind', code, (known: keyof Words['pay']['kind']) => t(`pay.kind.${known}`));

/** What happened to a call. */
export const callEvent = (t: TFunction, code: string) => word('calls.event', code, (known: keyof Words['calls']['event']) => t(`calls.event.${known}`));

/** Where a case stands. */
export const caseState = (t: TFunction, code: string) => word('cases.state', code, (known: keyof Words['cases']['state']) => t(`cases.state.${known}`));

/** What an offer can be. */
export const offerKind = (t: TFunction, code: string) => word('offers.kinds', code, (known: keyof Words['offers']['kinds']) => t(`offers.kinds.${known}`));
