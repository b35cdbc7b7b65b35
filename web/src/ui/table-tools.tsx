import { Button, Group, Menu } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconCheck, IconColumns3, IconFileDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { csvOf, saveFile } from './csv';
import { sayProblem } from './act';
import type { Column } from './table';

/** The columns that a person does not want in a list of this name, kept on this machine. */
export function useHidden(name: string | undefined): { hidden: string[]; toggle: (id: string) => void } {
  const [hidden, keep] = useLocalStorage<string[]>({ key: `saveline.columns.${name ?? ''}`, defaultValue: [], getInitialValueInEffect: false });
  if (name === undefined) return { hidden: [], toggle: () => undefined };
  return { hidden, toggle: (id) => keep(hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id]) };
}

/** What a cell says as text, or undefined where it holds no words: a button, a bar. */
function textOf<T>(column: Column<T>, row: T): string | undefined {
  if (column.text) return column.text(row);
  const cell = column.cell(row);
  if (typeof cell === 'string' || typeof cell === 'number') return String(cell);
  return column.sort === undefined ? undefined : String(column.sort(row));
}

/** The rows as a CSV of the columns that are shown, in their order. */
export function tableCsv<T>(columns: Column<T>[], rows: T[]): string {
  const [first] = rows;
  const spoken = first === undefined ? columns : columns.filter((column) => textOf(column, first) !== undefined);
  return csvOf([spoken.map((column) => column.header), ...rows.map((row) => spoken.map((column) => textOf(column, row) ?? ''))]);
}

interface TableToolsProps<T> {
  name: string;
  columns: Column<T>[];
  hidden: string[];
  onToggle: (id: string) => void;
  rows: T[];
  every: (() => Promise<T[]>) | undefined;
}

/** Which columns, and what is shown as a file: of every page, with the filters and the order of the list. */
export function TableTools<T>({ name, columns, hidden, onToggle, rows, every }: TableToolsProps<T>) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const all = every ? await every() : rows;
      saveFile(`${name}.csv`, tableCsv(columns.filter((column) => !hidden.includes(column.id)), all), 'text/csv');
    } catch (error) {
      sayProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Group justify="flex-end" gap={4} mb={4}>
      <Menu position="bottom-end" closeOnItemClick={false}>
        <Menu.Target>
          <Button size="compact-xs" variant="subtle" color="gray" leftSection={<IconColumns3 size={14} aria-hidden="true" />}>{t('table.columns')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {columns.slice(1).map(({ id, header }) => (
            <Menu.Item
              key={id} role="menuitemcheckbox" aria-checked={!hidden.includes(id)} onClick={() => onToggle(id)}
              leftSection={<IconCheck size={14} aria-hidden="true" style={{ visibility: hidden.includes(id) ? 'hidden' : 'visible' }} />}
            >
              {header}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Button size="compact-xs" variant="subtle" color="gray" loading={busy} leftSection={<IconFileDownload size={14} aria-hidden="true" />} onClick={save}>{t('table.csv')}</Button>
    </Group>
  );
}
