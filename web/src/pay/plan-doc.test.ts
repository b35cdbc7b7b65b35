import { describe, expect, it } from 'vitest';
import { diffLines } from './line-diff';
import { beyondForm, firstPlan, knownMeasure, offered, planText, tidy, withKey } from './plan-doc';

describe('a plan as text', () => {
  it('keeps every amount and rate in quotes, and words without', () => {
    const text = planText({ ...firstPlan('ret', 'America/New_York'), quota: { measure: 'save_count', amount: '40', per: 'month' } });
    expect(text).toContain('  - {id: save_bonus, type: per_unit, measure: save_count, amount: "15.00"}');
    expect(text).toContain('calendar: {pay: monthly, tz: America/New_York}');
    expect(text).toContain('quota: {measure: save_count, amount: "40", per: month}');
    expect(text).toContain(String.raw`  save_count: {when: "outcome.type == \"save\"", count: outcome.id}`);
  });

  it('quotes what YAML would read as something else', () => {
    expect(planText({ plan: 'no', version: 3, x: '1.5', y: true })).toBe('plan: "no"\nversion: 3\nx: "1.5"\ny: true\n');
  });

  it('writes long parts key by key', () => {
    const tiers = Array.from({ length: 5 }, (_, i) => ({ from: String(i * 10), amount: '10.00' }));
    expect(planText({ components: [{ id: 'a', type: 'tiered', tiers }] })).toMatch(/^components:\n {2}- id: a\n {4}type: tiered\n {4}tiers: \[/);
  });
});

describe('a form', () => {
  it('says what only the text shows', () => {
    const doc = { ...firstPlan('a', 'UTC'), draw: { kind: 'forgiven' }, components: [{ id: 'prize', type: 'contest' }, { id: 'b', type: 'per_unit', kicker: { rate: '5%' } }] };
    expect(beyondForm(doc)).toEqual(['draw', 'prize (contest)', 'b.kicker']);
    expect(beyondForm(firstPlan('a', 'UTC'))).toEqual([]);
  });

  it('knows the measures that it offers and no other', () => {
    expect(knownMeasure(offered('upsell', 'value').measure)).toEqual({ kind: 'upsell', what: 'value' });
    expect(knownMeasure({ when: 'outcome.type == "save" && outcome.confirmed_days >= 3', count: 'outcome.id' })).toBeUndefined();
  });

  it('takes away only measures that it wrote and nobody names', () => {
    const doc = { ...firstPlan('a', 'UTC'), measures: { save_count: offered('save', 'count').measure, sale_count: offered('sale', 'count').measure, qa: { avg: 'qa.score' } } };
    expect(Object.keys(tidy(doc).measures as object)).toEqual(['save_count', 'qa']);
    expect(withKey({ a: '1', b: '2' }, 'a', '')).toEqual({ b: '2' });
  });
});

it('two texts differ by lines', () => {
  expect(diffLines('a\nb\nc', 'a\nx\nc\nd').map(({ mark, text }) => mark + text)).toEqual([' a', '-b', '+x', ' c', '+d']);
  expect(diffLines('a', 'a').every(({ mark }) => mark === ' ')).toBe(true);
});
