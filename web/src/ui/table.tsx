import { Group, Pagination, Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import {
  columnVisibilityFeature, type ColumnDef, createSortedRowModel, rowSortingFeature, sortFn_alphanumeric, tableFeatures,
  useTable,
} from '@tanstack/react-table';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { number } from './format';

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
  /** Left out below 48 rem, where the row must fit a phone. */
  wideOnly?: boolean;
}

interface DataTableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string | number;
  onOpen?: ((row: T) => void) | undefined;
}

/** A dense table: sortable headings, figures to the right, rows that open by click or Enter. */
export function DataTable<T extends object>({ label, columns, rows, rowKey, onOpen }: DataTableProps<T>) {
  const byId = new Map(columns.map((column) => [column.id, column]));
  const definitions: ColumnDef<typeof features, T>[] = columns.map((column) => ({
    id: column.id,
    accessorFn: (row: T) => column.sort?.(row) ?? '',
    enableSorting: column.sort !== undefined,
  }));
  const table = useTable({ features, columns: definitions, data: rows, getRowId: (row: T) => String(rowKey(row)) });
  const look = (id: string) => {
    const column = byId.get(id);
    return { className: column?.wideOnly ? 'wide-only' : undefined, 'data-right': column?.right ?? undefined, 'data-wraps': column?.wraps ?? undefined };
  };
  return (
    <Table.ScrollContainer className="table-frame" minWidth={0} type="native" scrollAreaProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}>
      <Table highlightOnHover={onOpen !== undefined} verticalSpacing={7} className="data-table" aria-label={label}>
        <Table.Thead>
          {table.getHeaderGroups().map((group) => (
            <Table.Tr key={group.id}>
              {group.headers.map((header) => {
                const sorted = header.column.getIsSorted();
                return (
                  <Table.Th
                    key={header.id} {...look(header.column.id)}
                    aria-sort={sorted === false ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}
                  >
                    {header.column.getCanSort() ? (
                      <UnstyledButton className="sort-button" onClick={header.column.getToggleSortingHandler()}>
                        {byId.get(header.column.id)?.header}
                        {sorted === 'asc' && <IconArrowUp size={12} aria-hidden="true" />}
                        {sorted === 'desc' && <IconArrowDown size={12} aria-hidden="true" />}
                      </UnstyledButton>
                    ) : byId.get(header.column.id)?.header}
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
