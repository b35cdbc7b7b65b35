import { describe, expect, it } from 'vitest';
import { contentOf, emptyMapping, moved, withContent } from './mapping';

describe('a column of a mapping', () => {
  it('carries a field, a constant or nothing, and never two of them', () => {
    const column = { header: 'Employee', field: 'employee_no', pad: 6, max: 6 };
    expect(contentOf(column)).toBe('employee_no');
    expect(withContent(column, 'constant')).toEqual({ header: 'Employee', constant: '' });
    expect(withContent({ header: 'x', constant: 'E' }, 'constant')).toEqual({ header: 'x', constant: 'E' });
    expect(contentOf(withContent(column, 'constant'))).toBe('constant');
    expect(contentOf(withContent(column, 'blank'))).toBe('blank');
    expect(withContent({ header: 'x', constant: 'E' }, 'amount')).toEqual({ header: 'x', field: 'amount' });
  });

  it('moves within the list and not beyond its ends', () => {
    const names = (by: -1 | 1, at: number) => moved(emptyMapping.columns, at, by).map((c) => c.header);
    expect(names(1, 0)).toEqual(['earning_code', 'employee_no', 'amount']);
    expect(names(-1, 2)).toEqual(['employee_no', 'amount', 'earning_code']);
    expect(names(-1, 0)).toEqual(['employee_no', 'earning_code', 'amount']);
    expect(names(1, 2)).toEqual(['employee_no', 'earning_code', 'amount']);
  });
});
