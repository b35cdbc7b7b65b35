import i18n, { type TFunction } from 'i18next';
import type { English } from '../locales';

export type CodeTable = keyof English['code'];

/** A code as a word. Codes that a newer server or a client made up, and this page does not know, are shown as they are. */
export function word(t: TFunction, table: CodeTable, code: string | null | undefined): string {
  if (!code) return '–';
  const name = code.replaceAll(' ', '_');
  return i18n.exists(`code.${table}.${name}`) ? t(`code.${table}.${name}` as 'code.outcome.save') : code.replaceAll('_', ' ');
}

const of = (table: CodeTable) => (t: TFunction, code: string | null | undefined) => word(t, table, code);

/** How a call ended. */
export const disposition = of('disposition');
/** What a conversation came to. */
export const outcome = of('outcome');
/** How the last call of a lead went: what it came to, or how it ended where nobody spoke. */
export const ending = (t: TFunction, code: string | null | undefined) => (code && i18n.exists(`code.outcome.${code}`) ? outcome(t, code) : disposition(t, code));
/** Why an agent is away. */
export const pauseReason = of('pause');
/** What an entry of the ledger is. */
export const entryKind = of('entry');
/** What happened to a call. */
export const callEvent = of('callEvent');
/** Where a case stands. */
export const caseState = of('caseState');
/** What happened to a case. */
export const caseEvent = of('caseEvent');
/** Why a customer wants to leave: the words of the house's tree; a client's own codes as they are. */
export const reason = of('reason');
/** How a wish to cancel came. */
export const caseSource = of('source');
/** What a customer is worth, as the client calls it. */
export const valueTier = of('tier');
/** What an offer can be. */
export const offerKind = of('offerKind');
/** What was answered to an offer. */
export const decision = of('decision');
/** What shows that a customer agreed. */
export const evidenceKind = of('evidence');
/** What a message is about. */
export const messageKind = of('messageKind');
/** Why a message failed, waits or was not sent. */
export const messageCause = of('messageCause');
/** Why a held appointment is not credited. */
export const uncreditedWhy = of('uncredited');
/** Why a verification says what it says, or waits. */
export const verifyCause = of('verifyCause');
export const subscriptionState = of('subscription');
export const invoiceState = of('invoice');
export const orderState = of('order');
export const requestKind = of('request');
export const requestState = of('requestState');
export const grantKind = of('grant');
export const grantState = of('grantState');
