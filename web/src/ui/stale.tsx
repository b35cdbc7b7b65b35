import { Button, Group, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Notice } from './notice';

/** The fields in which two versions differ, as text. */
export function differences(theirs: Record<string, unknown>, yours: Record<string, unknown>): { field: string; theirs: string; yours: string }[] {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.keys(yours)
    .filter((field) => JSON.stringify(theirs[field]) !== JSON.stringify(yours[field]))
    .map((field) => ({ field, theirs: text(theirs[field]), yours: text(yours[field]) }));
}

interface StaleProps {
  theirs: Record<string, unknown>;
  yours: Record<string, unknown>;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Somebody else saved first: what is there now beside what was typed, and the choice. */
export function Stale({ theirs, yours, onKeepMine, onTakeTheirs }: StaleProps) {
  const { t } = useTranslation();
  return (
    <Notice tone="amber" title={t('stale.title')} urgent>
      <Text size="sm" mb="xs">{t('stale.hint')}</Text>
      <Table className="data-table" withRowBorders={false}>
        <Table.Thead>
          <Table.Tr><Table.Th>{t('stale.field')}</Table.Th><Table.Th>{t('stale.theirs')}</Table.Th><Table.Th>{t('stale.yours')}</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {differences(theirs, yours).map((d) => (
            <Table.Tr key={d.field}><Table.Td>{d.field}</Table.Td><Table.Td>{d.theirs}</Table.Td><Table.Td>{d.yours}</Table.Td></Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Group mt="sm">
        <Button size="xs" onClick={onKeepMine}>{t('stale.keepMine')}</Button>
        <Button size="xs" variant="default" onClick={onTakeTheirs}>{t('stale.takeTheirs')}</Button>
      </Group>
    </Notice>
  );
}
