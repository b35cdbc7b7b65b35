import { Button, FileButton, Group, List, NativeSelect, Progress, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CustomerImport, CustomerMapping, CustomerPreview } from '../api/customers';
import { upload } from '../api/upload';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Failed } from '../ui/answer';
import { Figures } from '../ui/facts';
import { number, percent } from '../ui/format';
import { Notice } from '../ui/notice';
import { customerFields, customerMappingOf, customerMeaningsOf, type CustomerMeaning } from './customer-mapping';

const previewBytes = 200 << 10;

/** A file of customers: what its columns are, then what became of each row. */
export function CustomerImportForm() {
  const { t } = useTranslation();
  const [file, setFile] = useState<File>();
  const look = useAct((chosen: File) => upload<CustomerPreview>('/v1/customers/import/preview', {}, chosen.slice(0, previewBytes), () => undefined, 'text/csv'), { quiet: true });
  const choose = (chosen: File | null) => {
    if (!chosen) return;
    setFile(chosen);
    look.mutate(chosen);
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">{t('customers.importHint')}</Text>
      <FileButton accept=".csv,text/csv" onChange={choose} inputProps={{ 'aria-label': t('customers.choose') }}>
        {(props) => <Button {...props} w="fit-content" variant={file ? 'default' : 'filled'} loading={look.isPending}>{file ? t('customers.another') : t('customers.choose')}</Button>}
      </FileButton>
      {look.isError && <Failed error={look.error} />}
      {file && look.data && <Columns key={file.name + String(file.lastModified)} file={file} preview={look.data} />}
    </Stack>
  );
}

function Columns({ file, preview }: { file: File; preview: CustomerPreview }) {
  const { t } = useTranslation();
  const { me } = useSession();
  const { clientId } = useClientChoice();
  const [meanings, setMeanings] = useState(() => customerMeaningsOf(preview.columns, preview.guess));
  const [sent, setSent] = useState(0);
  const all = Object.values(meanings);
  const isReady = all.includes('externalId') && all.includes('price');
  const run = useAct(
    (mapping: CustomerMapping) => upload<CustomerImport>('/v1/customers/import', { clientId: clientId ?? me.clients[0]?.id, mapping: JSON.stringify(mapping) }, file, setSent, 'text/csv'),
    { quiet: true, renew: [['customers']] },
  );
  const choices = [...customerFields.map((value) => ({ value, label: t(`customers.field.${value}`) })), { value: 'data', label: t('customers.data') }, { value: 'skip', label: t('customers.skip') }];
  if (run.data) return <Report report={run.data} />;
  return (
    <>
      <Text size="sm" c="dimmed">{t('customers.columnsHint')}</Text>
      <Table className="data-table" verticalSpacing={5} stickyHeader={false}>
        <Table.Tbody>
          {preview.columns.map((column, i) => (
            <Table.Tr key={column}>
              <Table.Td><Text size="sm" fw={550}>{column}</Text><Text size="xs" c="dimmed" truncate maw={220}>{preview.sample[0]?.[i] ?? ''}</Text></Table.Td>
              <Table.Td>
                <NativeSelect
                  size="xs" aria-label={column} data={choices} value={meanings[column] ?? 'skip'}
                  onChange={(event) => setMeanings({ ...meanings, [column]: event.currentTarget.value as CustomerMeaning })}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {!isReady && <Notice tone="amber">{t('customers.needs')}</Notice>}
      {run.isPending && <div role="status"><Text size="sm">{t('customers.importing', { percent: percent(sent, 0) })}</Text><Progress value={sent * 100} animated aria-label={t('customers.importTitle')} /></div>}
      {run.isError && <Failed error={run.error} />}
      <Group justify="flex-end">
        <Button disabled={!isReady} loading={run.isPending} onClick={() => run.mutate(customerMappingOf(preview.columns, meanings))}>{t('customers.start')}</Button>
      </Group>
    </>
  );
}

function Report({ report }: { report: CustomerImport }) {
  const { t } = useTranslation();
  return (
    <>
      <Figures items={[
        { label: t('customers.rows'), value: number(report.rows) }, { label: t('customers.added'), value: number(report.added) },
        { label: t('customers.known'), value: number(report.known) }, { label: t('customers.refused'), value: number(report.refused) },
      ]}
      />
      {report.rejected.length > 0 && (
        <Notice tone="amber">
          <List size="xs" mah={220} className="scrolls">{report.rejected.map((r) => <List.Item key={r.row}>{t('customers.rowReason', r)}</List.Item>)}</List>
        </Notice>
      )}
    </>
  );
}
