import type { TFunction } from 'i18next';
import { describe, expect, it } from 'vitest';
import { codes } from '../locales/en/codes';
import { steps } from '../locales/en/steps';
import { stepText } from './explain';

/** English without the library: the key's text with its gaps filled. */
const t = ((key: string, values: Record<string, string> = {}) => {
  const text = key.split('.').reduce<unknown>((table, name) => (table as Record<string, unknown>)[name], { ...codes, ...steps });
  return String(text).replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? `?${name}`);
}) as unknown as TFunction;

describe('a step of an explanation', () => {
  it('is a sentence with its codes as words', () => {
    expect(stepText(t, { what: 'per_unit', values: { result: 'wrong_number', each: '15.00', count: '2' } })).toBe('Each wrong number pays 15.00; 2 counted');
    expect(stepText(t, { what: 'rounding', values: { mode: 'half_up', exact: '10.005', rounded: '10.01' } })).toBe('Rounded half_up: 10.005 becomes 10.01');
  });

  it('that a newer server knows is shown as it is', () => {
    expect(stepText(t, { what: 'nebula', values: { slice: '10000-15000' } })).toBe('nebula 10000-15000');
  });
});
