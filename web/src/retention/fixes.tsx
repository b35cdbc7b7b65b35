import { Button, Checkbox, Group, MultiSelect, NativeSelect, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { IconChecklist, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, put } from '../api/http';
import type { Fix, Reason } from '../api/save';
import type { List } from '../api/types';
import { useAct } from '../ui/act';
import { Answer, Empty, Failed } from '../ui/answer';
import { Confirm } from '../ui/confirm';
import { Page, Panel } from '../ui/page';
import { useOneClient } from './client-of';

const kinds: Fix['kind'][] = ['fix', 'feature', 'specialist'];

/** What may solve a customer's trouble before money is spoken of. */
export function Fixes() {
  const { t } = useTranslation();
  const client = useOneClient();
  const fixes = useQuery({ queryKey: ['fixes', client], queryFn: () => get<List<Fix>>('/v1/fixes', { clientId: client }) });
  const reasons = useQuery({ queryKey: ['reasons', client], queryFn: () => get<List<Reason>>('/v1/reasons', { clientId: client }) });
  return (
    <Page title={t('fixes.title')} lead={t('fixes.lead')}>
      <Answer query={fixes}>
        {(data) => <Answer query={reasons}>{(tree) => <Editor key={client} client={client} read={data.items} reasons={tree.items} />}</Answer>}
      </Answer>
    </Page>
  );
}

/** A checklist as it is typed: a step a line. */
export const stepsOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');

interface Row extends Omit<Fix, 'steps'> {
  key: string;
  text: string;
}

const rowOf = (fix: Fix): Row => ({ ...fix, key: fix.code, text: fix.steps.join('\n') });

const fixOf = ({ code, name, kind, text, reasonCodes, active }: Row): Fix => ({ code: code.trim(), name: name.trim(), kind, steps: stepsOf(text), reasonCodes, active });

interface EditorProps {
  client: number | undefined;
  read: Fix[];
  reasons: Reason[];
}

function Editor({ client, read, reasons }: EditorProps) {
  const { t } = useTranslation();
  const [rows, setRows] = useState(() => read.map(rowOf));
  const [leaving, leave] = useState<string | null>(null);
  const save = useAct(() => put('/v1/fixes', { clientId: client, fixes: rows.map(fixOf) }), { renew: [['fixes']], done: t('fixes.saved'), quiet: true });
  const change = (key: string, part: Partial<Row>) => setRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const add = () => setRows([...rows, { key: `new-${rows.length}`, code: '', kind: 'fix', name: '', text: '', reasonCodes: [], active: true }]);
  const addButton = <Button variant="default" leftSection={<IconPlus size={16} />} onClick={add}>{t('fixes.add')}</Button>;
  return (
    <Stack>
      {rows.length === 0 && <Empty icon={<IconChecklist size={32} />} title={t('fixes.emptyTitle')} action={addButton}>{t('fixes.empty')}</Empty>}
      {rows.map((row) => (
        <Panel key={row.key} title={row.name || t('fixes.unnamed')} actions={<Button size="compact-xs" variant="subtle" color="red" onClick={() => leave(row.key)}>{t('fixes.remove')}</Button>}>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <TextInput label={t('fixes.name')} value={row.name} maxLength={120} onChange={(event) => change(row.key, { name: event.currentTarget.value })} />
            <TextInput label={t('fixes.code')} description={t('fixes.codeHint')} value={row.code} maxLength={60} disabled={!row.key.startsWith('new-')} onChange={(event) => change(row.key, { code: event.currentTarget.value })} />
            <NativeSelect label={t('fixes.kindLabel')} value={row.kind} data={kinds.map((kind) => ({ value: kind, label: t(`fixes.kind.${kind}`) }))} onChange={(event) => change(row.key, { kind: event.currentTarget.value as Fix['kind'] })} />
          </SimpleGrid>
          <Textarea mt="sm" label={t('fixes.steps')} description={t('fixes.stepsHint')} autosize minRows={2} value={row.text} onChange={(event) => change(row.key, { text: event.currentTarget.value })} />
          <MultiSelect
            mt="sm" label={t('fixes.reasons')} placeholder={row.reasonCodes.length === 0 ? t('fixes.anyReason') : ''} value={row.reasonCodes} searchable
            data={reasons.map((reason) => ({ value: reason.code, label: reason.name }))} onChange={(codes) => change(row.key, { reasonCodes: codes })}
          />
          <Checkbox mt="sm" label={t('fixes.active')} checked={row.active} onChange={(event) => change(row.key, { active: event.currentTarget.checked })} />
        </Panel>
      ))}
      {save.isError && <Failed error={save.error} />}
      {rows.length > 0 && <Group>{addButton}<Button loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('fixes.save')}</Button></Group>}
      {rows.length === 0 && read.length > 0 && <Button w="fit-content" loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('fixes.save')}</Button>}
      <Confirm
        opened={leaving !== null} danger title={t('fixes.removeTitle')} effect={t('fixes.removeEffect')} act={t('fixes.remove')} onClose={() => leave(null)}
        onConfirm={() => {
          setRows(rows.filter((row) => row.key !== leaving));
          leave(null);
        }}
      />
    </Stack>
  );
}
