import type { TFunction } from 'i18next';
import { en } from '../locales/en';

/** A code as a word. Codes that a newer server knows and this page does not are shown as they are. */
function word<K extends string>(table: Record<K, string>, code: string | null | undefined, say: (known: K) => string): string {
  if (!code) return '–';
  return code in table ? say(code as K) : code.replaceAll('_', ' ');
}

/** How a call ended. */
export const disposition = (t: TFunction, code: string | null | undefined) =>
  word(en.campaigns.disposition, code, (known) => t(`campaigns.disposition.${known}`));

/** What a conversation came to. */
export const outcome = (t: TFunction, code: string | null | undefined) => word(en.outcome, code, (known) => t(`outcome.${known}`));

/** How the last call of a lead went: what it came to, or how it ended where nobody spoke. */
export const ending = (t: TFunction, code: string | null | undefined) => (code && code in en.outcome ? outcome(t, code) : disposition(t, code));

/** Why an agent is away. */
export const pauseReason = (t: TFunction, code: string | null | undefined) =>
  word(en.desk.reason, code, (known) => t(`desk.reason.${known}`));

/** What an entry of the ledger is. */
export const entryKind = (t: TFunction, code: string | null | undefined) => word(en.pay.kind, code, (known) => t(`pay.kind.${known}`));

/** What happened to a call. */
export const callEvent = (t: TFunction, code: string) => word(en.calls.event, code, (known) => t(`calls.event.${known}`));

/** Where a case stands. */
export const caseState = (t: TFunction, code: string) => word(en.cases.state, code, (known) => t(`cases.state.${known}`));

/** What an offer can be. */
export const offerKind = (t: TFunction, code: string) => word(en.offers.kinds, code, (known) => t(`offers.kinds.${known}`));
