import { describe, expect, it } from 'vitest';
import { csvOf } from './csv';
import { nextSort } from './table';
import { tableCsv } from './table-tools';

describe('a heading', () => {
  it('sorts up, then down, then not at all', () => {
    expect(['name', '-name', undefined, '-state'].map((by) => nextSort(by, 'name'))).toEqual(['-name', undefined, 'name', 'name']);
  });
});

describe('a file of what is shown', () => {
  it('quotes what must be quoted and disarms formulas, but no phone and no loss', () => {
    expect(csvOf([['a "b", c', '=1+1', '+1 212 555 0101', '-3.50', '-cmd', '＝1']])).toBe('\uFEFF"a ""b"", c",\'=1+1,+1 212 555 0101,-3.50,\'-cmd,\'＝1\r\n');
  });

  it('has a column for each that says something, in the words of the page', () => {
    const columns = [
      { id: 'name', header: 'Name', cell: (row: { name: string; n: number }) => row.name },
      { id: 'bar', header: 'Bar', cell: () => ({ type: 'bar' } as never) },
      { id: 'badge', header: 'State', text: () => 'Waiting', cell: () => ({ type: 'badge' } as never) },
      { id: 'n', header: 'Count', sort: (row: { n: number }) => row.n, cell: () => ({ type: 'figure' } as never) },
    ];
    expect(tableCsv(columns, [{ name: 'A', n: 2 }, { name: 'B', n: 3 }])).toBe('\uFEFFName,State,Count\r\nA,Waiting,2\r\nB,Waiting,3\r\n');
  });
});
