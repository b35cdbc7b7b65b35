import type { TFunction } from 'i18next';
import { en } from '../locales/en';
import type { Tone } from '../ui/badge';

/** A code as a word; codes that a newer server knows and this page does not are shown as they are. */
function word<K extends string>(table: Record<K, string>, code: string, say: (known: K) => string): string {
  return code in table ? say(code as K) : code.replaceAll('_', ' ');
}

const words = en.customers;

export const subscriptionState = (t: TFunction, code: string) => word(words.status, code, (k) => t(`customers.status.${k}`));
export const invoiceState = (t: TFunction, code: string) => word(words.invoice, code, (k) => t(`customers.invoice.${k}`));
export const orderState = (t: TFunction, code: string) => word(words.order, code, (k) => t(`customers.order.${k}`));
export const requestKind = (t: TFunction, code: string) => word(words.request, code, (k) => t(`customers.request.${k}`));
export const requestState = (t: TFunction, code: string) => word(words.requestState, code, (k) => t(`customers.requestState.${k}`));
export const grantKind = (t: TFunction, code: string) => word(words.grant, code, (k) => t(`customers.grant.${k}`));
export const grantState = (t: TFunction, code: string) => word(words.grantState, code, (k) => t(`customers.grantState.${k}`));

const tones: Record<string, Tone> = {
  active: 'green', trialing: 'blue', cancel_scheduled: 'amber', paid: 'green', open: 'amber', delivered: 'green', awaiting_payment: 'amber', in_delivery: 'blue',
  applied: 'green', failed: 'red', unclear: 'amber', queued: 'blue', applying: 'blue', done: 'green', waiting: 'amber', passed_on: 'blue', approved: 'blue',
};

/** The colour of a state; grey for what is over. */
export const toneOf = (code: string): Tone => tones[code] ?? 'grey';
