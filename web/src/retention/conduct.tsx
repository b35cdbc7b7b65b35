import { Button, Group, NativeSelect } from '@mantine/core';
import { IconEyeCheck, IconEyeSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Finding, FindingState, Scan } from '../api/gaming';
import { get, post } from '../api/http';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Badge, type Tone } from '../ui/badge';
import { dateTime, number } from '../ui/format';
import { LinkButton } from '../ui/link';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { FindingDrawer } from './finding';
import { patterns, patternWords } from './patterns';

const size = 25;
const states = ['waiting', 'open', 'proposed', 'cleared', 'confirmed'] as const;
const tones: Record<FindingState, Tone> = { open: 'amber', proposed: 'violet', cleared: 'green', confirmed: 'red' };

/** A finding's state in a word. */
export function FindingBadge({ state }: { state: FindingState }) {
  const { t } = useTranslation();
  return <Badge tone={tones[state]}>{t(`gaming.state.${state}`)}</Badge>;
}

/** What agents did more often than their colleagues, for somebody else to look at. */
export function ConductPage() {
  const { t } = useTranslation();
  const { can, me } = useSession();
  const { clientId } = useClientChoice();
  const navigate = useNavigate();
  const search = useSearch({ from: '/house/conduct' });
  const [chosen, choose] = useState<number | null>(null);
  const page = search.page ?? 1;
  const filter = { state: search.state ?? 'waiting', pattern: search.q, clientId };
  const query = useQuery({
    queryKey: ['gaming', 'findings', filter, page], placeholderData: keepPreviousData,
    queryFn: () => get<List<Finding>>('/v1/gaming/findings', { ...filter, state: filter.state === 'any' ? undefined : filter.state, page, size }),
  });
  const scans = useQuery({ queryKey: ['gaming', 'scans'], queryFn: () => get<List<Scan>>('/v1/gaming/scans') });
  const client = clientId ?? me.clients[0]?.id;
  const look = useAct(() => post<Scan>('/v1/gaming/scans', { clientId: client }), {
    renew: [['gaming']], done: (s) => t('gaming.looked', { found: number(s.found), added: number(s.added) }),
  });
  const last = scans.data?.items.find((s) => s.clientId === client);
  const lastly = scans.data && (last ? t('gaming.last', { at: dateTime(last.at) }) : t('gaming.never'));
  const columns: Column<Finding>[] = [
    { id: 'agent', header: t('gaming.col.agent'), cell: (f) => f.agent },
    { id: 'pattern', wraps: true, header: t('gaming.col.pattern'), text: (f) => patternWords(t, f.pattern), cell: (f) => patternWords(t, f.pattern) },
    { id: 'state', header: t('gaming.col.state'), text: (f) => t(`gaming.state.${f.state}`), cell: (f) => <FindingBadge state={f.state} /> },
    { id: 'hits', right: true, header: t('gaming.col.hits'), cell: (f) => t('gaming.of', { hits: number(f.numbers.hits), trials: number(f.numbers.trials) }) },
    { id: 'peers', right: true, wideOnly: true, header: t('gaming.col.peers'), cell: (f) => t('gaming.of', { hits: number(f.numbers.peerHits), trials: number(f.numbers.peerTrials) }) },
    { id: 'results', right: true, wideOnly: true, header: t('gaming.col.results'), cell: (f) => number(f.results) },
    { id: 'opened', wideOnly: true, header: t('gaming.col.opened'), cell: (f) => dateTime(f.openedAt) },
  ];
  const actions = (
    <>
      <LinkButton to="/conduct/thresholds" variant="default">{t('gaming.rules')}</LinkButton>
      {can('gaming.decide') && <Button leftSection={<IconEyeSearch size={16} />} loading={look.isPending} onClick={() => look.mutate(undefined)}>{t('gaming.look')}</Button>}
    </>
  );
  const go = (to: { state?: string; q?: string; page?: number }) => void navigate({ to: '/conduct', search: { ...search, page: undefined, ...to } });
  return (
    <Page title={t('gaming.title')} lead={<>{t('gaming.lead')} {lastly}</>} actions={actions}>
      <Group gap="sm" mb="sm">
        <NativeSelect
          w="fit-content" aria-label={t('gaming.filter.state')} value={filter.state} onChange={(event) => go({ state: event.currentTarget.value })}
          data={[...states.map((s) => ({ value: s, label: s === 'waiting' ? t('gaming.filter.waiting') : t(`gaming.state.${s}`) })), { value: 'any', label: t('gaming.filter.any') }]}
        />
        <NativeSelect
          w="fit-content" aria-label={t('gaming.filter.pattern')} value={search.q ?? ''} onChange={(event) => go({ q: event.currentTarget.value })}
          data={[{ value: '', label: t('gaming.filter.anyPattern') }, ...patterns.map((p) => ({ value: p, label: patternWords(t, p) }))]}
        />
      </Group>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconEyeCheck size={32} />} title={t('gaming.emptyTitle')}>{t('gaming.empty')}</Empty>
          : (
              <>
                <DataTable name="conduct" label={t('gaming.title')} columns={columns} rows={data.items} rowKey={(f) => f.id} onOpen={(f) => choose(f.id)} />
                <Pager page={page} size={size} total={data.total} onPage={(to) => go({ page: to })} />
              </>
            )}
      </Answer>
      {chosen !== null && <FindingDrawer id={chosen} onClose={() => choose(null)} />}
    </Page>
  );
}
