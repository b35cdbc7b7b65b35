import type { ResultKind } from '../api/desk';

export interface TermField {
  name: 'product' | 'months' | 'minutes' | 'percent' | 'cycles' | 'amount' | 'plan' | 'ticket' | 'days' | 'price';
  is: 'whole' | 'decimal' | 'text';
  optional?: boolean;
}

interface Kind {
  results: ResultKind[];
  fields: TermField[];
}

/** What an offer can be: what a yes may count as, and the parameters; the server has the same table. */
export const offerKinds = {
  sale: { results: ['sale'], fields: [{ name: 'product', is: 'text', optional: true }, { name: 'months', is: 'whole', optional: true }] },
  upsell: { results: ['upsell'], fields: [{ name: 'product', is: 'text', optional: true }, { name: 'months', is: 'whole', optional: true }] },
  appointment: { results: ['appointment'], fields: [{ name: 'minutes', is: 'whole', optional: true }] },
  discount_percent: { results: ['save'], fields: [{ name: 'percent', is: 'whole' }, { name: 'cycles', is: 'whole' }] },
  discount_amount: { results: ['save'], fields: [{ name: 'amount', is: 'decimal' }, { name: 'cycles', is: 'whole' }] },
  credit: { results: ['save'], fields: [{ name: 'amount', is: 'decimal' }] },
  free_month: { results: ['save'], fields: [{ name: 'months', is: 'whole' }] },
  pause: { results: ['save'], fields: [{ name: 'months', is: 'whole' }] },
  plan_change: { results: ['save'], fields: [{ name: 'plan', is: 'text' }, { name: 'price', is: 'decimal', optional: true }] },
  downgrade: { results: ['save'], fields: [{ name: 'plan', is: 'text' }, { name: 'price', is: 'decimal', optional: true }] },
  trial_extension: { results: ['save'], fields: [{ name: 'days', is: 'whole' }] },
  upgrade: { results: ['save'], fields: [{ name: 'plan', is: 'text' }, { name: 'months', is: 'whole', optional: true }] },
  re_term: { results: ['save'], fields: [{ name: 'months', is: 'whole' }, { name: 'percent', is: 'whole', optional: true }] },
  fix: { results: ['save'], fields: [{ name: 'ticket', is: 'text', optional: true }] },
  custom: { results: ['save', 'sale', 'upsell', 'appointment'], fields: [] },
} as const satisfies Record<string, Kind>;

export type OfferKind = keyof typeof offerKinds;
export const kindNames = Object.keys(offerKinds) as OfferKind[];

export const fieldsOf = (kind: OfferKind): readonly TermField[] => offerKinds[kind].fields;

/** The terms to send: only the kind's own parameters, numbers as numbers, empty ones left out. */
export function termsOf(kind: OfferKind, values: Record<string, string>): Record<string, string | number> {
  const terms: Record<string, string | number> = {};
  for (const field of fieldsOf(kind)) {
    const value = values[field.name]?.trim() ?? '';
    if (value !== '') terms[field.name] = field.is === 'whole' ? Number(value) : value;
  }
  return terms;
}
