import { Group, List, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/http';
import type { PlanChecked, PlanTried, PlanTryLine, PlanWhy } from '../api/plans';
import { money, number } from '../ui/format';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { type ResultKind, resultKinds } from './plan-doc';
import { Sentences } from './plan-words';

interface Some { count: string; value: string }

const today = () => new Date().toISOString().slice(0, 10);
const isKind = (kind: string): kind is ResultKind => resultKinds.some((one) => one === kind);
const pause = 400; // ms after the last key

/** A small month paid by the text as it stands, each line with its explanation. */
export function Example({ text, checked }: { text: string; checked: PlanChecked | undefined }) {
  const { t, i18n } = useTranslation();
  const [results, setResults] = useState<Record<string, Some>>({});
  const [numbers, setNumbers] = useState<Record<string, string>>({});
  const [offer, setOffer] = useState({ campaign: '', depth: '' });
  const kinds = (checked?.results ?? []).filter(isKind);
  const names = checked?.numbers ?? [];
  const some = (kind: string): Some => results[kind] ?? { count: '12', value: '100.00' };
  const body = {
    text, day: today(),
    results: kinds.map((kind) => ({ kind, count: Number(some(kind).count) || 0, value: some(kind).value, campaign: offer.campaign, depth: offer.depth })),
    numbers: names.filter((name) => (numbers[name] ?? '90') !== '').map((name) => ({ name, value: numbers[name] ?? '90', samples: 10 })),
  };
  const [asked] = useDebouncedValue(JSON.stringify(body), pause);
  const query = useQuery({
    queryKey: ['plan-example', i18n.language, asked], enabled: checked?.ok === true, placeholderData: keepPreviousData, retry: false,
    queryFn: ({ signal }) => call<PlanTried>('POST', '/v1/plans/example', { body: JSON.parse(asked) as unknown, query: { language: i18n.language }, signal }),
  });
  return (
    <Panel title={t('planner.example')}>
      <Text size="sm" c="dimmed" mb="xs">{t('planner.exampleLead')}</Text>
      <Group gap="xs" align="flex-end">
        {kinds.map((kind) => (
          <Group key={kind} gap={4} align="flex-end">
            <NumberInput size="xs" w={120} min={0} max={200} label={t('planner.howMany', { what: t(`planner.count.${kind}`) })} value={some(kind).count} onChange={(next) => setResults({ ...results, [kind]: { ...some(kind), count: String(next) } })} />
            <TextInput size="xs" w={120} inputMode="decimal" label={t('planner.eachWorth', { what: t(`planner.count.${kind}`) })} value={some(kind).value} onChange={(event) => setResults({ ...results, [kind]: { ...some(kind), value: event.currentTarget.value } })} />
          </Group>
        ))}
        {names.map((name) => <TextInput key={name} size="xs" w={120} label={t('planner.numberOf', { name: name.replaceAll('_', ' ') })} value={numbers[name] ?? '90'} onChange={(event) => setNumbers({ ...numbers, [name]: event.currentTarget.value })} />)}
        {checked?.fields.includes('offer.campaign') && <TextInput size="xs" w={150} label={t('planner.campaign')} value={offer.campaign} onChange={(event) => setOffer({ ...offer, campaign: event.currentTarget.value })} />}
        {checked?.fields.includes('offer.depth') && <TextInput size="xs" w={150} label={t('planner.depth')} value={offer.depth} onChange={(event) => setOffer({ ...offer, depth: event.currentTarget.value })} />}
      </Group>
      <div role="status" aria-live="polite">
        {!checked?.ok || !query.data ? <Text size="sm" mt="sm">{query.isError ? query.error.message : t('planner.exampleWaits')}</Text> : <Tried tried={query.data} />}
      </div>
    </Panel>
  );
}

function Tried({ tried }: { tried: PlanTried }) {
  const { t } = useTranslation();
  const columns: Column<PlanTryLine>[] = [
    { id: 'component', header: t('planner.col.component'), cell: (l) => l.component.replaceAll('_', ' ') },
    { id: 'slice', header: t('planner.col.slice'), cell: (l) => l.slice ?? '' },
    { id: 'period', header: t('planner.col.period'), cell: (l) => l.period },
    { id: 'count', header: t('planner.col.count'), cell: (l) => number(l.count), right: true },
    { id: 'amount', header: t('planner.col.amount'), cell: (l) => money(l.amount), right: true },
  ];
  return (
    <Stack gap="xs" mt="sm">
      <Text fw={600}>{t('planner.total', { period: tried.period, amount: money(tried.total) })}</Text>
      {Number(tried.later.amount) !== 0 && <Text size="sm">{t('planner.laterTotal', { amount: money(tried.later) })}</Text>}
      {tried.held.map((l, i) => <Text key={i} size="sm">{t('planner.held', { amount: money(l.amount), component: l.component.replaceAll('_', ' ') })}</Text>)}
      {tried.gaps.map((why) => <Text key={why} size="sm">{t('planner.gap', { why })}</Text>)}
      {tried.aloneWins && <Text size="sm" c="dimmed">{t('planner.alone')}</Text>}
      {tried.allPass && <Text size="sm" c="dimmed">{t('planner.allPass')}</Text>}
      <DataTable label={t('planner.example')} columns={columns} rows={tried.lines} rowKey={(l) => `${l.component} ${l.slice ?? ''} ${l.kind} ${l.period}`} />
      {tried.lines.map((l, i) => (
        <details key={i}>
          <summary>{t('planner.why', { component: `${l.component.replaceAll('_', ' ')} ${l.slice ?? ''}` })}</summary>
          <Tree nodes={l.why.from ?? []} />
        </details>
      ))}
      <details><summary>{t('planner.words')}</summary><Sentences sentences={tried.sentences} /></details>
    </Stack>
  );
}

function Tree({ nodes }: { nodes: PlanWhy[] }) {
  return (
    <List size="sm" withPadding>
      {nodes.map((node, i) => (
        <List.Item key={i}><span style={{ overflowWrap: 'anywhere' }}>{node.is ? `${node.what}: ${node.is}` : node.what}</span>{node.from && <Tree nodes={node.from} />}</List.Item>
      ))}
    </List>
  );
}
