import { describe, expect, it } from 'vitest';
import { monthAfter, monthName, monthsBack } from './months';

describe('months', () => {
  it('go back over the turn of the year', () => {
    expect(monthsBack('2026-02-28', 4)).toEqual(['2026-02-01', '2026-01-01', '2025-12-01', '2025-11-01']);
    expect(monthAfter('2025-12-01')).toBe('2026-01-01');
    expect(monthName('2026-11-01')).toBe('November 2026');
  });
});
