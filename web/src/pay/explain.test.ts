import type { TFunction } from 'i18next';
import { describe, expect, it } from 'vitest';
import { codes } from '../locales/en/codes';
import { why } from '../locales/en/why';
import { stepText } from './explain';

/** English without the library: the key's text with its gaps filled. */
const t = ((key: string, values: Record<string, string> = {}) => {
  const text = key.split('.').reduce<unknown>((table, name) => (table as Record<string, unknown>)[name], { ...codes, ...why });
  return String(text).replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? `?${name}`);
}) as unknown as TFunction;

describe('a step of an explanation', () => {
  it('is a sentence with its codes as words', () => {
    expect(stepText(t, { what: 'per_unit', values: { result: 'wrong_number', each: '15.00' } })).toBe('Each wrong number pays 15.00');
    expect(stepText(t, { what: 'rounding', values: { mode: 'half_up', exact: '10.005', rounded: '10.01' } })).toBe('Rounded half_up: 10.005 becomes 10.01');
  });

  it('that a newer server knows is shown as it is', () => {
    expect(stepText(t, { what: 'tier', values: { slice: '10000-15000' } })).toBe('tier 10000-15000');
  });
});
