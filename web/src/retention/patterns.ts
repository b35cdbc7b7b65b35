import type { TFunction } from 'i18next';

/** The fourteen patterns, as the design numbers them. */
export const patterns = [
  'phantom_save', 'dropped_call', 'fake_cancel', 'immature_save', 'denominator', 'no_intent', 'open_promise', 'resaving', 'max_discount',
  'resign', 'promise_not_kept', 'upsell_padding', 'rubber_stamp', 'gate_rush',
] as const;

export type Pattern = (typeof patterns)[number];

const isPattern = (text: string): text is Pattern => (patterns as readonly string[]).includes(text);

/** A pattern in words; one that these pages do not know, by its code. */
export function patternWords(t: TFunction, pattern: string): string {
  return isPattern(pattern) ? t(`gaming.pattern.${pattern}`) : pattern;
}
