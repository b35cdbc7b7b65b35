import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Finding, FindingDetail, Piece, Word } from '../api/gaming';
import { get, post } from '../api/http';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { Confirm } from '../ui/confirm';
import { Facts } from '../ui/facts';
import { dateTime, duration, money, number, percent } from '../ui/format';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { FindingBadge } from './conduct';
import { patternWords } from './patterns';
import { outcome } from '../ui/words';

type Decision = 'cleared' | 'confirmed';

/** One finding: its numbers against the colleagues', every piece with where to read on, and the two words about it. */
export function FindingDrawer({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['gaming', 'finding', id], queryFn: () => get<FindingDetail>(`/v1/gaming/findings/${id}`) });
  const title = query.data ? `${query.data.agent}: ${patternWords(t, query.data.pattern)}` : t('gaming.open');
  return (
    <Drawer opened onClose={onClose} position="right" size="xl" title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <Answer query={query}>{(finding) => <Loaded finding={finding} />}</Answer>
    </Drawer>
  );
}

function Loaded({ finding }: { finding: FindingDetail }) {
  const { t } = useTranslation();
  const n = finding.numbers;
  const share = (hits: number, trials: number) => `${t('gaming.of', { hits: number(hits), trials: number(trials) })} (${percent(trials === 0 ? 0 : hits / trials, 0)})`;
  return (
    <Stack>
      <Facts items={[
        { label: t('gaming.col.state'), value: <FindingBadge state={finding.state} /> },
        { label: finding.agent, value: share(n.hits, n.trials) },
        { label: t('gaming.col.peers'), value: share(n.peerHits, n.peerTrials) },
        { label: t('gaming.basis'), value: percent(n.basisBp / 10_000) },
        { label: t('gaming.chance'), value: n.chance < 0.000_1 ? `< ${percent(0.000_1, 2)}` : percent(n.chance, 2) },
        { label: t('gaming.col.results'), value: number(finding.results) },
      ]}
      />
      <Decide finding={finding} />
      <Panel title={t('gaming.evidence')}><Pieces pieces={finding.pieces} /></Panel>
      <Panel title={t('gaming.history')}><History words={finding.decisions} /></Panel>
    </Stack>
  );
}

function Decide({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [asked, ask] = useState<Decision | null>(null);
  const say = useAct((note: string) => post(`/v1/gaming/findings/${finding.id}/decision`, { decision: asked, note, version: finding.version }), {
    renew: [['gaming']], done: t('gaming.done'), after: () => ask(null),
  });
  const may = can('gaming.decide') && (finding.state === 'open' || finding.state === 'proposed');
  useHotkeys(may ? [['c', () => ask('cleared')], ['x', () => ask('confirmed')]] : []);
  if (!may) return null;
  return (
    <>
      {finding.state === 'proposed' && finding.proposedBy && <Text size="sm">{t('gaming.proposedBy', { name: finding.proposedBy })}</Text>}
      <Group gap="xs">
        <Button variant="default" onClick={() => ask('cleared')}>{t('gaming.clear')}</Button>
        <Button color="red" onClick={() => ask('confirmed')}>{t('gaming.confirm')}</Button>
        <Text size="xs" c="dimmed">{t('gaming.keys')}</Text>
      </Group>
      <Confirm
        opened={asked !== null} title={asked === 'cleared' ? t('gaming.clearTitle') : t('gaming.confirmTitle')} effect={<Effect finding={finding} asked={asked} />}
        act={asked === 'cleared' ? t('gaming.clear') : t('gaming.confirm')} danger={asked === 'confirmed'} why={t('gaming.note')} busy={say.isPending}
        onClose={() => ask(null)} onConfirm={(note) => say.mutate(note)}
      />
    </>
  );
}

/** What the word will do to pay. */
function Effect({ finding, asked }: { finding: Finding; asked: Decision | null }) {
  const { t } = useTranslation();
  const count = finding.results;
  if (count === 0) return t('gaming.noPay');
  if (asked === 'cleared') return t('gaming.clearEffect', { count });
  return finding.state === 'proposed' ? t('gaming.confirmEffect', { count }) : t('gaming.proposeEffect', { count });
}

function Pieces({ pieces }: { pieces: Piece[] }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const columns: Column<Piece>[] = [
    { id: 'when', header: t('gaming.piece.when'), sort: (p) => p.at, cell: (p) => dateTime(p.at) },
    { id: 'what', header: t('gaming.piece.what'), cell: (p) => `${t(`gaming.kind.${p.kind}`)} #${p.objectId}` },
    { id: 'call', header: t('gaming.piece.call'), cell: (p) => (p.callId && can('calls.read') ? <Link to="/calls/$callId" params={{ callId: String(p.callId) }} className="strong-link">#{p.callId}</Link> : '–') },
    { id: 'case', header: t('gaming.piece.case'), cell: (p) => (p.caseId && can('cases.read') ? <Link to="/cases/$caseId" params={{ caseId: String(p.caseId) }} className="strong-link">#{p.caseId}</Link> : '–') },
    { id: 'seconds', right: true, wideOnly: true, header: t('gaming.piece.seconds'), cell: (p) => duration(p.seconds) },
    { id: 'outcome', wideOnly: true, header: t('gaming.piece.outcome'), cell: (p) => outcome(t, p.outcome) },
    { id: 'value', right: true, wideOnly: true, header: t('gaming.piece.value'), cell: (p) => (p.resultId ? money(p.value) : '–') },
    { id: 'decided', wideOnly: true, header: t('gaming.piece.decided'), cell: (p) => (p.decision === 'cleared' || p.decision === 'confirmed' ? t(`gaming.state.${p.decision}`) : '–') },
  ];
  return <DataTable label={t('gaming.evidence')} columns={columns} rows={pieces} rowKey={(p) => `${p.kind}:${p.objectId}`} />;
}

function History({ words }: { words: Word[] }) {
  const { t } = useTranslation();
  const said = (w: Word) => (w.decision === 'found' || w.decision === 'reopened' ? t(`gaming.${w.decision}`) : t(`gaming.state.${w.decision}`));
  return (
    <Stack gap="xs">
      {words.map((w) => (
        <div key={`${w.at}${w.decision}`}>
          <Text size="sm">{said(w)} · {w.by || t('gaming.house')} · {dateTime(w.at)}</Text>
          {w.note && <Text size="sm" c="dimmed">{w.note}</Text>}
        </div>
      ))}
    </Stack>
  );
}
