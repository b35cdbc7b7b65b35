import { Button, FileButton, List, Modal, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Layout, PayrollMapping } from '../api/payroll';
import { upload } from '../api/upload';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Failed } from '../ui/answer';
import { dateTime, number } from '../ui/format';
import { Page, Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { MappingEditor } from './mapping-editor';
import { emptyMapping } from './mapping';
import { PayrollPeople } from './payroll-people';
import { PayrollSettingsForm } from './payroll-settings';
import { layoutsQuery, mappingsQuery, settingsQuery } from './payroll-queries';

/** What payroll systems, the books and the law are told of a client: codes, people, hours, and layouts of one's own. */
export function Exports() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { clientId } = useClientChoice();
  const client = clientId ?? me.clients[0]?.id;
  const settings = useQuery(settingsQuery(client));
  return (
    <Page title={t('payroll.title')} lead={t('payroll.lead')}>
      <Stack>
        <Answer query={settings}>{(data) => <PayrollSettingsForm key={`${data.clientId}:${data.version}`} settings={data} />}</Answer>
        <PayrollPeople client={client} />
        <Hours client={client} />
        <LayoutList client={client} />
      </Stack>
    </Page>
  );
}

/** Hours by workweek from a file, without which no overtime premium can be told. */
function Hours({ client }: { client: number | undefined }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const send = useAct(
    (file: File) => upload<{ weeks: number }>('/v1/payroll/hours', { clientId: client }, file, () => undefined, 'text/csv'),
    { quiet: true, renew: [['pay', 'law']], done: ({ weeks }) => t('payroll.hoursDone', { count: weeks }) },
  );
  if (!can('pay.run')) return null;
  return (
    <Panel title={t('payroll.hours')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t('payroll.hoursHint')}</Text>
        <FileButton accept=".csv,text/csv" onChange={(file) => file && send.mutate(file)} inputProps={{ 'aria-label': t('payroll.hoursChoose') }}>
          {(props) => <Button {...props} size="xs" variant="default" w="fit-content" loading={send.isPending}>{t('payroll.hoursChoose')}</Button>}
        </FileButton>
        {send.isError && <Failed error={send.error} />}
      </Stack>
    </Panel>
  );
}

type Draft = Pick<PayrollMapping, 'name' | 'mapping'> & Partial<PayrollMapping>;

/** The payroll systems whose files we write, and the client's own mappings with their editor. */
function LayoutList({ client }: { client: number | undefined }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [draft, edit] = useState<Draft | null>(null);
  const layouts = useQuery(layoutsQuery);
  const mappings = useQuery(mappingsQuery);
  const start = can('pay.run') ? (from: Layout) => from.mapping && edit({ name: '', mapping: from.mapping }) : undefined;
  const columns: Column<PayrollMapping>[] = [
    { id: 'name', header: t('payroll.col.mapping'), sort: (m) => m.name, cell: (m) => m.name },
    { id: 'kind', header: t('payroll.col.kind'), cell: (m) => m.mapping.kind },
    { id: 'columns', header: t('payroll.col.columns'), cell: (m) => number(m.mapping.columns.length), right: true },
    { id: 'when', header: t('exports.col.when'), cell: (m) => dateTime(m.updatedAt), wideOnly: true },
  ];
  const own = (mappings.data?.items ?? []).filter((m) => client === undefined || m.clientId === client);
  return (
    <Panel
      title={t('payroll.layouts')}
      actions={can('pay.run') ? <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => edit({ name: '', mapping: emptyMapping })}>{t('payroll.newMapping')}</Button> : undefined}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t('payroll.layoutsHint')}</Text>
        {own.length > 0 && <DataTable label={t('payroll.mappings')} columns={columns} rows={own} rowKey={(m) => m.id} onOpen={can('pay.run') ? edit : undefined} />}
        <List size="sm" spacing={4}>
          {(layouts.data?.layouts ?? []).map((l) => (
            <List.Item key={l.name}>
              <strong>{l.title}</strong>{' – '}{l.about}{' '}
              {start && l.mapping && <Button size="compact-xs" variant="subtle" onClick={() => start(l)}>{t('payroll.beginWith', { title: l.title })}</Button>}
            </List.Item>
          ))}
        </List>
      </Stack>
      <Modal opened={draft !== null} onClose={() => edit(null)} title={t('payroll.mapping')} size="90%" closeButtonProps={{ 'aria-label': t('close') }}>
        {draft && <MappingEditor draft={draft} client={client} fields={layouts.data?.fields ?? []} onSaved={() => edit(null)} />}
      </Modal>
    </Panel>
  );
}
