import { Anchor, Button, Group, List, NativeSelect, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/http';
import type { Run } from '../api/pay';
import type { RunExport } from '../api/payroll';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Failed } from '../ui/answer';
import { dateTime, money, number } from '../ui/format';
import { LinkText } from '../ui/link';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { exportsQuery, layoutsQuery, mappingsQuery } from './payroll-queries';
import { stepsDone } from './steps';

/** The files of a run in the layouts of payroll systems, with the feeds that go along. */
export function RunExports({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [chosen, choose] = useState('adp_wfn');
  const exported = stepsDone(run.state) >= stepsDone('exported');
  const layouts = useQuery(layoutsQuery);
  const mappings = useQuery(mappingsQuery);
  const { data } = useQuery({ ...exportsQuery(run.id), enabled: exported });
  const make = useAct(
    (what: string) => post<RunExport>(`/v1/pay/runs/${run.id}/exports`, what.startsWith('custom:') ? { mappingId: Number(what.slice(7)) } : { layout: what }),
    { quiet: true, renew: [['pay', 'exports', run.id]], done: (made) => t('exports.made', { title: made.title, revision: made.revision }) },
  );
  if (run.state === 'draft') return null;
  const choices = [
    ...(layouts.data?.layouts ?? []).map((l) => ({ value: l.name, label: l.title })),
    ...(mappings.data?.items ?? []).filter((m) => m.clientId === run.clientId).map((m) => ({ value: `custom:${m.id}`, label: m.name })),
  ];
  const columns: Column<RunExport>[] = [
    { id: 'title', header: t('exports.col.layout'), sort: (e) => e.title, cell: (e) => (e.revision > 1 ? `${e.title} (${e.revision})` : e.title) },
    { id: 'batch', header: t('exports.col.batch'), cell: (e) => e.batchId },
    { id: 'rows', header: t('exports.col.rows'), cell: (e) => number(e.manifest.rows), right: true },
    { id: 'totals', header: t('exports.col.totals'), wraps: true, wideOnly: true, cell: (e) => e.manifest.totals.map((x) => `${x.code} ${money(x.amount)}`).join(', ') },
    {
      id: 'files', header: t('exports.col.files'), wraps: true, cell: (e) => (
        <Group gap="xs">
          {e.manifest.files.map((f, i) => <Anchor key={f.name} size="sm" href={`/v1/pay/exports/${e.id}/files/${i + 1}`} download>{f.name}</Anchor>)}
          <Anchor size="sm" href={`/v1/pay/exports/${e.id}/manifest.json`} download>{t('exports.manifest')}</Anchor>
        </Group>
      ),
    },
    { id: 'when', header: t('exports.col.when'), wideOnly: true, cell: (e) => t('run.by', { who: e.createdBy, when: dateTime(e.createdAt) }) },
  ];
  return (
    <Panel title={t('exports.title')} actions={<LinkText to="/payroll" size="sm">{t('exports.settings')}</LinkText>}>
      <Stack gap="sm">
        {exported && can('pay.run') && (
          <Group align="flex-end" gap="xs">
            <NativeSelect size="xs" label={t('exports.layout')} data={choices} value={chosen} onChange={(event) => choose(event.currentTarget.value)} />
            <Button size="xs" loading={make.isPending} onClick={() => make.mutate(chosen)}>{t('exports.make')}</Button>
          </Group>
        )}
        {!exported && <Text size="sm" c="dimmed">{t('exports.later')}</Text>}
        {make.isError && <Failed error={make.error} />}
        {data && data.items.length > 0 && <DataTable label={t('exports.title')} columns={columns} rows={data.items} rowKey={(e) => e.id} />}
        <List size="sm">
          <List.Item><Anchor size="sm" href={`/v1/pay/runs/${run.id}/regular-rate.csv`} download>{t('exports.feed')}</Anchor></List.Item>
          <List.Item><Anchor size="sm" href={`/v1/pay/runs/${run.id}/accounting.csv`} download>{t('exports.accounting')}</Anchor></List.Item>
        </List>
      </Stack>
    </Panel>
  );
}
