import { Group, Pagination, Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import {
  columnVisibilityFeature, type ColumnDef, createSortedRowModel, rowSortingFeature, sortFn_alphanumeric, tableFeatures,
  useTable,
} from '@tanstack/react-table';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { number } from './format';
import { TableTools, useHidden } from './table-tools';

const features = tableFeatures({
  rowSortingFeature, columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric },
});

export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** What the column sorts by; without it the heading is not a button. */
  sort?: (row: T) => string | number;
  right?: boolean;
  /** Long text, which may take several lines; other cells stay on one. */
  wraps?: boolean;
  /** What a cell says in a file, where it is more than text. */
  text?: (row: T) => string;
  /** Left out below 48 rem, where the row must fit a phone. */
  wideOnly?: boolean;
}

interface DataTableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string | number;
  onOpen?: ((row: T) => void) | undefined;
  /** The server sorts, because the rows are one page of many. Without it the rows are all there are. */
  sorting?: ServerSort;
  /** The list has a name: its columns can be chosen, and what is shown can be taken along as a file. */
  name?: string;
  /** Every row of the list, where the rows are one page of many. */
  every?: () => Promise<T[]>;
}

export interface ServerSort {
  /** A column's id, with - descending; undefined is the list's own order. */
  by: string | undefined;
  onSort: (by: string | undefined) => void;
}

/** The next order of a heading that is pressed: up, down, the list's own. */
export function nextSort(by: string | undefined, id: string): string | undefined {
  if (by === id) return `-${id}`;
  return by === `-${id}` ? undefined : id;
}

/** A dense table: sortable headings, figures to the right, rows that open by click or Enter. */
export function DataTable<T extends object>({ label, columns: all, rows, rowKey, onOpen, sorting, name, every }: DataTableProps<T>) {
  const { hidden, toggle } = useHidden(name);
  const columns = all.filter((column) => !hidden.includes(column.id));
  const byId = new Map(columns.map((column) => [column.id, column]));
  const definitions: ColumnDef<typeof features, T>[] = columns.map((column) => ({
    id: column.id,
    accessorFn: (row: T) => column.sort?.(row) ?? '',
    enableSorting: column.sort !== undefined && sorting === undefined,
  }));
  const table = useTable({ features, columns: definitions, data: rows, getRowId: (row: T) => String(rowKey(row)) });
  const look = (id: string) => {
    const column = byId.get(id);
    return { className: column?.wideOnly ? 'wide-only' : undefined, 'data-right': column?.right ?? undefined, 'data-wraps': column?.wraps ?? undefined };
  };
  const frame = (
    <Table.ScrollContainer className="table-frame" minWidth={0} type="native" scrollAreaProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}>
      <Table highlightOnHover={onOpen !== undefined} verticalSpacing={7} className="data-table" aria-label={label}>
        <Table.Thead>
          {table.getHeaderGroups().map((group) => (
            <Table.Tr key={group.id}>
              {group.headers.map((header) => {
                const column = byId.get(header.column.id);
                const sorted = sorting ? sortedBy(sorting.by, header.column.id) : header.column.getIsSorted();
                const press = sorting ? () => sorting.onSort(nextSort(sorting.by, header.column.id)) : header.column.getToggleSortingHandler();
                return (
                  <Table.Th
                    key={header.id} {...look(header.column.id)}
                    aria-sort={sorted === false ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}
                  >
                    {column?.sort !== undefined ? (
                      <UnstyledButton className="sort-button" onClick={press}>
                        {column.header}
                        {sorted === 'asc' && <IconArrowUp size={12} aria-hidden="true" />}
                        {sorted === 'desc' && <IconArrowDown size={12} aria-hidden="true" />}
                      </UnstyledButton>
                    ) : column?.header}
                  </Table.Th>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Thead>
        <Table.Tbody>
          {table.getRowModel().rows.map((row) => (
            <Table.Tr key={row.id} {...openProps(onOpen, row.original)}>
              {row.getVisibleCells().map((cell) => (
                <Table.Td key={cell.id} {...look(cell.column.id)}>{byId.get(cell.column.id)?.cell(row.original)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
  if (name === undefined) return frame;
  return (
    <>
      <TableTools name={name} columns={all} hidden={hidden} onToggle={toggle} rows={rows} every={every} />
      {frame}
    </>
  );
}

function sortedBy(by: string | undefined, id: string): false | 'asc' | 'desc' {
  if (by === id) return 'asc';
  return by === `-${id}` ? 'desc' : false;
}

function openProps<T>(onOpen: ((row: T) => void) | undefined, row: T) {
  if (!onOpen) return {};
  return {
    className: 'row-opens',
    tabIndex: 0,
    onClick: () => onOpen(row),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Enter' && event.target === event.currentTarget) onOpen(row);
    },
  };
}

interface PagerProps {
  page: number;
  size: number;
  total: number;
  onPage: (page: number) => void;
}

/** Which rows of how many are shown, and the way to the others. */
export function Pager({ page, size, total, onPage }: PagerProps) {
  const { t } = useTranslation();
  if (total === 0) return null;
  const from = (page - 1) * size + 1;
  return (
    <Group justify="space-between" mt="sm" gap="xs">
      <Text size="xs" c="dimmed" className="tabular">
        {t('rows', { from: number(from), to: number(Math.min(total, page * size)), total: number(total) })}
      </Text>
      {total > size && (
        <Pagination
          size="sm" value={page} total={Math.ceil(total / size)} onChange={onPage}
          getControlProps={(control) => ({ 'aria-label': t(`pager.${control}`) })}
          getItemProps={(n) => ({ 'aria-label': t('pager.page', { n }) })}
        />
      )}
    </Group>
  );
}
