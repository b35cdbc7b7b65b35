import { ActionIcon, Button, Checkbox, Group, NativeSelect, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/http';
import type { Survey, SurveyQuestion } from '../api/manage';
import { languages } from '../locales';
import { useAct } from '../ui/act';
import { Failed } from '../ui/answer';
import { Panel } from '../ui/page';
import { useOneClient } from './client-of';

const kinds: SurveyQuestion['kind'][] = ['scale', 'yes_no', 'text'];
const questionsMax = 10;

interface Row extends SurveyQuestion {
  key: number;
}

/** What is sent: a question's empty languages are left out, and its id is there. */
export function questionsOf(rows: SurveyQuestion[]): SurveyQuestion[] {
  return rows.map(({ id, kind, ask }) => ({ id: id.trim(), kind, ask: Object.fromEntries(Object.entries(ask).filter(([, text]) => text.trim() !== '')) }));
}

interface SurveyFormProps {
  read: Survey | null;
  onDone: () => void;
}

/** A questionnaire; saved, it is a new version, and what was answered to the old one stays with it. */
export function SurveyForm({ read, onDone }: SurveyFormProps) {
  const { t } = useTranslation();
  const client = useOneClient();
  const [code, setCode] = useState(read?.code ?? '');
  const [sample, setSample] = useState(read?.samplePercent ?? 20);
  const [isStopped, stop] = useState(read?.stoppedAt !== undefined);
  const [rows, setRows] = useState<Row[]>(() => (read?.questions ?? [{ id: 'satisfied', kind: 'scale', ask: {} }]).map((question, key) => ({ ...question, key })));
  const change = (key: number, part: Partial<Row>) => setRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const save = useAct(() => post<Survey>('/v1/surveys', { clientId: read?.clientId ?? client, code: code.trim(), samplePercent: sample, stopped: isStopped, questions: questionsOf(rows) }), {
    quiet: true, renew: [['surveys']], done: t('surveys.saved'), after: onDone,
  });
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={t('surveys.code')} description={t('surveys.codeHint')} value={code} maxLength={60} disabled={read !== null} onChange={(event) => setCode(event.currentTarget.value)} />
        <NumberInput label={t('surveys.sample')} description={t('surveys.sampleHint')} min={0} max={100} allowDecimal={false} value={sample} onChange={(value) => setSample(Number(value))} />
      </SimpleGrid>
      {rows.map((row, i) => (
        <Panel
          key={row.key} title={t('surveys.question', { n: i + 1 })}
          actions={rows.length > 1 && <ActionIcon variant="subtle" color="red" aria-label={t('surveys.removeQuestion', { n: i + 1 })} onClick={() => setRows(rows.filter((one) => one.key !== row.key))}><IconTrash size={16} /></ActionIcon>}
        >
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={t('surveys.id')} value={row.id} maxLength={60} onChange={(event) => change(row.key, { id: event.currentTarget.value })} />
            <NativeSelect label={t('surveys.kindLabel')} value={row.kind} data={kinds.map((kind) => ({ value: kind, label: t(`surveys.kind.${kind}`) }))} onChange={(event) => change(row.key, { kind: event.currentTarget.value as SurveyQuestion['kind'] })} />
            {languages.map(({ value, label }) => (
              <TextInput key={value} label={label} required={value === 'en'} maxLength={300} lang={value} value={row.ask[value] ?? ''} onChange={(event) => change(row.key, { ask: { ...row.ask, [value]: event.currentTarget.value } })} />
            ))}
          </SimpleGrid>
        </Panel>
      ))}
      {rows.length < questionsMax && (
        <Button w="fit-content" variant="default" leftSection={<IconPlus size={16} />} onClick={() => setRows([...rows, { id: '', kind: 'scale', ask: {}, key: Math.max(...rows.map((row) => row.key)) + 1 }])}>{t('surveys.addQuestion')}</Button>
      )}
      <Checkbox label={t('surveys.stop')} checked={isStopped} onChange={(event) => stop(event.currentTarget.checked)} />
      {read !== null && <Text size="xs" c="dimmed">{t('surveys.newVersion', { n: read.version + 1 })}</Text>}
      {save.isError && <Failed error={save.error} />}
      <Group justify="flex-end"><Button loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('surveys.save')}</Button></Group>
    </Stack>
  );
}
