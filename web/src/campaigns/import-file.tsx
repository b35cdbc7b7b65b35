import { Button, FileButton, Loader, Stack, Text } from '@mantine/core';
import { IconFileSpreadsheet } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ImportPreview } from '../api/campaigns';
import { post } from '../api/http';
import { useAct } from '../ui/act';
import { Failed } from '../ui/answer';

const previewBytes = 256 * 1024; // what the server looks at to recognise the columns

interface ImportFileProps {
  onRead: (file: File, preview: ImportPreview) => void;
}

/** Step one: choose a file; its first rows are looked at, nothing is stored. */
export function ImportFile({ onRead }: ImportFileProps) {
  const { t } = useTranslation();
  const look = useAct((file: File) => post<ImportPreview>('/v1/imports/preview', file.slice(0, previewBytes)), { quiet: true });
  const choose = (file: File | null) => {
    if (file) look.mutate(file, { onSuccess: (preview) => onRead(file, preview) });
  };
  return (
    <Stack align="center" py="xl" gap="sm">
      <IconFileSpreadsheet size={36} stroke={1.4} aria-hidden="true" />
      <Text size="sm" c="dimmed" ta="center" maw={420}>{t('imports.drop')}</Text>
      <FileButton onChange={choose} accept=".csv,.txt,.tsv,text/csv,text/plain" inputProps={{ 'aria-label': t('imports.choose') }}>
        {(props) => <Button {...props} disabled={look.isPending}>{t('imports.choose')}</Button>}
      </FileButton>
      {look.isPending && <Text size="sm" role="status"><Loader size="xs" mr="xs" />{t('imports.reading')}</Text>}
      {look.isError && <Failed error={look.error} />}
    </Stack>
  );
}
