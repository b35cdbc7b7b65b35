import { Button, Group, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImportPreview, mappedFields, type Mapping } from '../api/campaigns';
import { claimedTwice, mappingOf, type Meaning, meaningsOf } from './mapping';
import { Notice } from '../ui/notice';

interface ImportColumnsProps {
  preview: ImportPreview;
  mapping: Mapping;
  onBack: () => void;
  onNext: (mapping: Mapping) => void;
}

const samplesShown = 3;

/** Step two: what each column is. The guesses are the server's; the first rows stand beside them. */
export function ImportColumns({ preview, mapping, onBack, onNext }: ImportColumnsProps) {
  const { t } = useTranslation();
  const [meanings, setMeanings] = useState(() => meaningsOf(preview.columns, mapping));
  const twice = claimedTwice(meanings);
  const all = Object.values(meanings);
  const choices = [...mappedFields, 'data' as const, 'skip' as const].map((value) => ({ value, label: t(`imports.field.${value}`) }));
  return (
    <Stack>
      <Text size="sm" c="dimmed">{t('imports.columnsHint')}</Text>
      <Table className="data-table" verticalSpacing={5} stickyHeader={false}>
        <Table.Thead>
          <Table.Tr><Table.Th>{t('imports.column')}</Table.Th><Table.Th>{t('imports.means')}</Table.Th><Table.Th className="wide-only">{t('imports.sample')}</Table.Th></Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {preview.columns.map((column, i) => (
            <Table.Tr key={column}>
              <Table.Td fw={550}>{column}</Table.Td>
              <Table.Td>
                <NativeSelect
                  size="xs" aria-label={column} data={choices} value={meanings[column] ?? 'skip'}
                  onChange={(event) => setMeanings({ ...meanings, [column]: event.currentTarget.value as Meaning })}
                />
              </Table.Td>
              <Table.Td className="wide-only"><Text size="xs" c="dimmed" truncate maw={280}>{preview.sample.slice(0, samplesShown).map((row) => row[i] ?? '').join(' · ')}</Text></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {twice && <Notice tone="red" urgent>{t('imports.twice', { field: t(`imports.field.${twice}`) })}</Notice>}
      {!all.includes('phone') && <Notice tone="amber">{t('imports.noPhone')}</Notice>}
      {!all.includes('externalId') && <Notice tone="grey">{t('imports.noId')}</Notice>}
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack}>{t('back')}</Button>
        <Button disabled={twice !== undefined} onClick={() => onNext(mappingOf(preview.columns, meanings))}>{t('next')}</Button>
      </Group>
    </Stack>
  );
}
