import { describe, expect, it } from 'vitest';
import { keyTo, monthsOn, shifted, weeksOf } from './month';

describe('a month of the calendar', () => {
  it.each([
    ['2026-11', 6, '2026-10-26', '2026-12-06'], ['2026-02', 5, '2026-01-26', '2026-03-01'], ['2027-02', 4, '2027-02-01', '2027-02-28'], ['2024-02', 5, '2024-01-29', '2024-03-03'],
  ])('%s has %i weeks from Monday', (month, weeks, first, last) => {
    const all = weeksOf(month);
    expect([all.length, all[0]?.[0], all.at(-1)?.[6]]).toEqual([weeks, first, last]);
    expect(new Set(all.flat()).size).toBe(weeks * 7);
  });

  it('is walked by keys', () => {
    const from = '2026-11-25'; // a Wednesday
    expect(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', 'x'].map((key) => keyTo(key, from))).toEqual(
      ['2026-11-24', '2026-11-26', '2026-11-18', '2026-12-02', '2026-11-23', '2026-11-29', '2026-10-25', '2026-12-25', undefined],
    );
  });

  it('crosses the ends of months and years', () => {
    expect([shifted('2026-12-31', 1), monthsOn('2026-01-31', 1), monthsOn('2026-12-05', 1), monthsOn('2026-01-05', -1)]).toEqual(['2027-01-01', '2026-02-28', '2027-01-05', '2025-12-05']);
  });
});
