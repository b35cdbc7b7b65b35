import type { Column, FileMapping } from '../api/payroll';

/** What a new mapping begins with: who, what and how much, without which nobody could check the file. */
export const emptyMapping: FileMapping = {
  kind: 'csv', delimiter: 'comma', header: true, dates: 'iso', crlf: true, bom: false, ascii: false, negative: false, fileName: 'payroll-{batch}.csv',
  columns: [{ header: 'employee_no', field: 'employee_no' }, { header: 'earning_code', field: 'earning_code' }, { header: 'amount', field: 'amount' }],
};

/** What a column carries, as the choice of a list shows it: a field's name, "constant", or "blank". */
export function contentOf(column: Column): string {
  if (column.field) return column.field;
  return column.constant === undefined ? 'blank' : 'constant';
}

/** The same column with another content; a constant keeps its text, nothing else keeps what it had. */
export function withContent(column: Column, content: string): Column {
  const { header } = column;
  if (content === 'blank') return { header };
  if (content === 'constant') return { header, constant: column.constant ?? '' };
  return { header, field: content };
}

/** The list with one of its columns moved up or down; at the ends it stays as it is. */
export function moved(columns: Column[], at: number, by: -1 | 1): Column[] {
  const to = at + by;
  const a = columns[at];
  const b = columns[to];
  if (!a || !b) return columns;
  return columns.map((column, i) => (i === at ? b : i === to ? a : column));
}
