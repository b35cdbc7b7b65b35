import { ActionIcon, Button, Checkbox, Code, Group, List, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post, put } from '../api/http';
import type { FileMapping, MappingPreview, PayrollMapping } from '../api/payroll';
import { useAct } from '../ui/act';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { day, lastDay } from '../ui/format';
import { Notice } from '../ui/notice';
import { contentOf, moved, withContent } from './mapping';
import { runsQuery } from './queries';

// A type, not an interface: the form library wants an index signature, which only a type can have implied.
type Values = {
  name: string;
  mapping: FileMapping;
};

interface EditorProps {
  draft: Values & Partial<PayrollMapping>;
  client: number | undefined;
  fields: string[];
  onSaved: () => void;
}

/** Columns of a file in order, what each carries, and what a run looks like in it before it is saved. */
export function MappingEditor({ draft, client, fields, onSaved }: EditorProps) {
  const { t } = useTranslation();
  const [fault, setFault] = useState('');
  const form = useForm<Values>({ initialValues: { name: draft.name, mapping: draft.mapping } });
  const save = useAct(
    (values: Values) => (draft.id
      ? put<PayrollMapping>(`/v1/payroll/mappings/${draft.id}`, { ...values, version: draft.version })
      : post<PayrollMapping>('/v1/payroll/mappings', { ...values, clientId: client })),
    { quiet: true, renew: [['payroll', 'mappings']], done: t('payroll.saved'), after: onSaved },
  );
  const { mapping } = form.values;
  const check = (name: 'header' | 'crlf' | 'bom' | 'ascii' | 'negative') => (
    <Checkbox size="xs" label={t(`payroll.flag.${name}`)} {...form.getInputProps(`mapping.${name}`, { type: 'checkbox' })} />
  );
  return (
    <form onSubmit={form.onSubmit((values) => {
      setFault('');
      save.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
    })}
    >
      <Stack>
        <FormAlert message={fault} />
        <Group align="flex-start" gap="sm">
          <TextInput label={t('payroll.name')} required maxLength={80} {...form.getInputProps('name')} />
          <NativeSelect label={t('payroll.col.kind')} data={['csv', 'xlsx']} {...form.getInputProps('mapping.kind')} />
          {mapping.kind === 'csv' && (
            <NativeSelect
              label={t('payroll.delimiter')} data={(['comma', 'semicolon', 'tab', 'pipe'] as const).map((d) => ({ value: d, label: t(`payroll.delimiters.${d}`) }))}
              {...form.getInputProps('mapping.delimiter')}
            />
          )}
          <NativeSelect
            label={t('payroll.dates')} data={[{ value: 'iso', label: '2026-11-30' }, { value: 'us', label: '11/30/2026' }, { value: 'european', label: '30/11/2026' }, { value: 'compact', label: '20261130' }]}
            {...form.getInputProps('mapping.dates')}
          />
          <TextInput label={t('payroll.fileName')} description={t('payroll.fileNameHint')} {...form.getInputProps('mapping.fileName')} />
        </Group>
        <Group>{check('header')}{check('crlf')}{check('bom')}{check('ascii')}{check('negative')}</Group>
        <Columns mapping={mapping} fields={fields} onChange={(columns) => form.setFieldValue('mapping.columns', columns)} />
        {form.errors['mapping.columns'] && <Text size="sm" c="red">{form.errors['mapping.columns']}</Text>}
        <Preview mapping={mapping} client={client} />
        <Button type="submit" w="fit-content" loading={save.isPending}>{t('payroll.save')}</Button>
      </Stack>
    </form>
  );
}

interface ColumnsProps {
  mapping: FileMapping;
  fields: string[];
  onChange: (columns: FileMapping['columns']) => void;
}

function Columns({ mapping, fields, onChange }: ColumnsProps) {
  const { t } = useTranslation();
  const { columns } = mapping;
  const set = (at: number, change: Partial<FileMapping['columns'][number]>) => onChange(columns.map((c, i) => (i === at ? { ...c, ...change } : c)));
  const contents = [{ value: 'blank', label: t('payroll.blank') }, { value: 'constant', label: t('payroll.constant') }, ...fields];
  return (
    <Stack gap={4}>
      {columns.map((column, i) => (
        <Group key={i} gap="xs" role="group" aria-label={t('payroll.column', { n: i + 1 })}>
          <TextInput size="xs" aria-label={t('payroll.heading')} placeholder={t('payroll.heading')} value={column.header} onChange={(event) => set(i, { header: event.currentTarget.value })} />
          <NativeSelect
            size="xs" aria-label={t('payroll.content')} data={contents} value={contentOf(column)}
            onChange={(event) => onChange(columns.map((c, at) => (at === i ? withContent(c, event.currentTarget.value) : c)))}
          />
          {column.constant !== undefined && !column.field && (
            <TextInput size="xs" w={110} aria-label={t('payroll.constant')} value={column.constant} onChange={(event) => set(i, { constant: event.currentTarget.value })} />
          )}
          {column.field === 'employee_no' && (
            <TextInput
              size="xs" w={90} aria-label={t('payroll.pad')} placeholder={t('payroll.pad')} inputMode="numeric" value={column.pad ? String(column.pad) : ''}
              onChange={(event) => set(i, { pad: Number(event.currentTarget.value) || 0 })}
            />
          )}
          <ActionIcon variant="subtle" color="gray" aria-label={t('payroll.up')} onClick={() => onChange(moved(columns, i, -1))}><IconArrowUp size={14} /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={t('payroll.down')} onClick={() => onChange(moved(columns, i, 1))}><IconArrowDown size={14} /></ActionIcon>
          <ActionIcon variant="subtle" color="gray" aria-label={t('payroll.remove')} onClick={() => onChange(columns.filter((_, at) => at !== i))}><IconTrash size={14} /></ActionIcon>
        </Group>
      ))}
      <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />} onClick={() => onChange([...columns, { header: '' }])}>{t('payroll.addColumn')}</Button>
    </Stack>
  );
}

/** The mapping on a run of one's choice: its first lines, or what it could not carry. */
function Preview({ mapping, client }: { mapping: FileMapping; client: number | undefined }) {
  const { t } = useTranslation();
  const runs = useQuery(runsQuery(client ?? null));
  const [chosen, choose] = useState('');
  const usable = (runs.data?.items ?? []).filter((r) => r.state !== 'draft');
  const run = chosen || String(usable[0]?.id ?? '');
  const look = useAct(() => post<MappingPreview>(`/v1/pay/runs/${run}/mapping-preview`, { mapping }));
  if (usable.length === 0) return <Text size="sm" c="dimmed">{t('payroll.noRuns')}</Text>;
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="xs">
        <NativeSelect
          size="xs" label={t('payroll.tryOn')} value={run} onChange={(event) => choose(event.currentTarget.value)}
          data={usable.map((r) => ({ value: String(r.id), label: `${t('run.title', { id: r.id })} · ${t('run.lead', { from: day(r.period.startsOn), to: lastDay(r.period.endsOn) })}` }))}
        />
        <Button size="xs" variant="default" loading={look.isPending} onClick={() => look.mutate(undefined)}>{t('payroll.try')}</Button>
      </Group>
      {look.data && look.data.faults.length > 0 && (
        <Notice tone="amber" title={t('payroll.cannot')} urgent>
          <List size="sm">{look.data.faults.map((f) => <List.Item key={f.path + f.message}>{f.message}</List.Item>)}</List>
        </Notice>
      )}
      {look.data && look.data.text !== '' && <><Text size="xs" c="dimmed">{look.data.name}</Text><Code block className="scrolls" tabIndex={0}>{look.data.text}</Code></>}
    </Stack>
  );
}
