import { Button, Group, Modal, Stack, Switch, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAddressBook, IconFileImport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Campaign, Import, LeadList } from '../api/campaigns';
import { patch } from '../api/http';
import { useTopics } from '../app/live';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Badge, type Tone } from '../ui/badge';
import { dateTime, number } from '../ui/format';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { ImportPath } from './import-path';
import { importRunning, importsQuery, listsQuery } from './queries';

export function Lists({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const lists = useQuery(listsQuery(campaign.id));
  const imports = useQuery(importsQuery(campaign.id));
  const running = imports.data?.items.find(importRunning);
  const [opened, { open, close }] = useDisclosure(false);
  useTopics(...(running ? [`import:${running.id}`] : []));
  const button = can('leads.import')
    ? <Button leftSection={<IconFileImport size={16} />} onClick={open}>{t('lists.import')}</Button>
    : undefined;
  return (
    <Stack>
      <Answer query={lists}>
        {(data) => data.items.length === 0 ? (
          <Empty icon={<IconAddressBook size={32} />} title={t('lists.emptyTitle')} action={button}>{t('lists.empty')}</Empty>
        ) : (
          <Panel title={t('lists.title')} actions={button}><ListTable lists={data.items} campaign={campaign} /></Panel>
        )}
      </Answer>
      {(imports.data?.items.length ?? 0) > 0 && (
        <Panel title={t('lists.imports')}><ImportTable imports={imports.data?.items ?? []} /></Panel>
      )}
      <Modal opened={opened} onClose={close} title={t('imports.title')} size="xl" closeButtonProps={{ 'aria-label': t('close') }}>
        <ImportPath campaign={campaign} onClose={close} />
      </Modal>
    </Stack>
  );
}

function ListTable({ lists, campaign }: { lists: LeadList[]; campaign: Campaign }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const turn = useAct((list: LeadList) => patch(`/v1/lists/${list.id}`, { active: !list.active }), { renew: [['lists'], ['campaigns', campaign.id]] });
  const columns: Column<LeadList>[] = [
    {
      id: 'name', wraps: true, header: t('lists.col.name'), sort: (l) => l.name, cell: (l) => (
        <Group gap="xs">
          {l.name}
          {l.synthetic && <Tooltip label={t('lists.syntheticHint')}><span><Badge tone="violet">{t('lists.synthetic')}</Badge></span></Tooltip>}
        </Group>
      ),
    },
    { id: 'leads', header: t('lists.col.leads'), sort: (l) => l.leads, cell: (l) => number(l.leads), right: true },
    { id: 'waiting', header: t('lists.col.waiting'), sort: (l) => l.waiting, cell: (l) => number(l.waiting), right: true },
    { id: 'done', header: t('lists.col.done'), sort: (l) => l.done, cell: (l) => number(l.done), right: true },
    {
      id: 'active', header: t('lists.col.active'), right: true, cell: (l) => (
        <Switch checked={l.active} disabled={!can('campaigns.write')} onChange={() => turn.mutate(l)} aria-label={`${l.name}: ${t('lists.active')}`} display="inline-block" />
      ),
    },
  ];
  return <DataTable label={t('lists.title')} columns={columns} rows={lists} rowKey={(l) => l.id} />;
}

const tones: Record<Import['state'], Tone> = { receiving: 'blue', running: 'blue', done: 'green', failed: 'red' };

function ImportTable({ imports }: { imports: Import[] }) {
  const { t } = useTranslation();
  const columns: Column<Import>[] = [
    { id: 'file', wraps: true, header: t('lists.importCol.file'), sort: (i) => i.fileName, cell: (i) => i.fileName },
    { id: 'state', header: t('lists.importCol.state'), cell: (i) => <Badge tone={tones[i.state]}>{t(`lists.importState.${i.state}`)}</Badge> },
    { id: 'read', header: t('lists.importCol.read'), cell: (i) => number(i.rowsRead), right: true, wideOnly: true },
    { id: 'added', header: t('lists.importCol.added'), cell: (i) => number(i.rowsAdded), right: true },
    { id: 'known', header: t('lists.importCol.known'), cell: (i) => number(i.rowsKnown), right: true, wideOnly: true },
    {
      id: 'rejected', header: t('lists.importCol.rejected'), right: true, cell: (i) => i.rowsRejected === 0 ? '0' : (
        <a href={`/v1/imports/${i.id}/rejects.csv`} download aria-label={t('imports.rejects', { count: i.rowsRejected })}>{number(i.rowsRejected)}</a>
      ),
    },
    { id: 'when', header: t('lists.importCol.when'), sort: (i) => i.createdAt, cell: (i) => dateTime(i.createdAt), wideOnly: true },
  ];
  return <DataTable label={t('lists.imports')} columns={columns} rows={imports} rowKey={(i) => i.id} />;
}
