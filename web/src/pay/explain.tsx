import { Button, Code, Group, List, Modal, NumberInput, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { Dispute, ExplainNode, Explanation } from '../api/pay';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { dateTime, money } from '../ui/format';
import { LinkText } from '../ui/link';
import { Notice } from '../ui/notice';
import { Page, Panel } from '../ui/page';
import { entryKind, outcome } from '../ui/words';

const steps = [
  'entry', 'per_unit', 'rate', 'slice', 'quota', 'factor', 'kicker', 'premium', 'split', 'gate', 'gate_unknown', 'rounding', 'rounded', 'scope_line_telescoped', 'scope_line',
  'scope_total', 'part', 'taken_first', 'because', 'retro', 'fact', 'stretch', 'form', 'confirmation', 'basis', 'plan', 'hold', 'credit', 'result', 'outcome', 'call',
  'presentation', 'offer', 'adjustment', 'run', 'line', 'earned_by', 'accrued_by', 'reverses', 'reversed_by', 'adjusts', 'adjusted_by', 'seal',
] as const;

/** A step's sentence in the reader's language; codes become words, instants become times. */
export function stepText(words: TFunction, { what, values }: ExplainNode): string {
  const t = words as unknown as (key: string, values: Record<string, string>) => string; // which gaps a sentence has, the server knows
  const known = steps.find((step) => step === what);
  if (!known) return [what, ...Object.values(values)].join(' ');
  const said: Record<string, string> = { ...values };
  if (said.kind) said.kind = entryKind(words, said.kind);
  if (said.result) said.result = outcome(words, said.result);
  for (const at of ['when', 'recorded'] as const) {
    const instant = said[at];
    if (instant && instant !== '–') said[at] = dateTime(instant);
  }
  if (said.component) said.component = said.component.replaceAll('_', ' ');
  return t(`steps.${known}`, said);
}

/** Why an amount is what it is: the tree from the amount down to the call and up to the run. */
export function ExplainPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { entryId } = useParams({ from: '/house/entries/$entryId' });
  const all = can('pay.read');
  const query = useQuery({
    queryKey: ['pay', 'explain', entryId],
    queryFn: () => (all ? get<Explanation>(`/v1/entries/${entryId}/explain`) : get<Explanation>(`/v1/my/entries/${entryId}/explain`)),
  });
  return (
    <Answer query={query}>
      {(explanation) => (
        <Page
          title={t('explain.title', { amount: money(explanation.tree.amount) })} lead={t('explain.lead', { id: explanation.entryId })}
          actions={!all && <DisputeButton explanation={explanation} />}
        >
          <Stack>
            {explanation.complete
              ? <Text size="sm" c="dimmed">{t('explain.complete')}</Text>
              : <Notice tone="amber">{t('explain.incomplete', { missing: explanation.missing.join(', ') })}</Notice>}
            <Panel><Steps nodes={[explanation.tree]} /></Panel>
            <Panel title={t('explain.text')}><Code block>{explanation.text}</Code></Panel>
          </Stack>
        </Page>
      )}
    </Answer>
  );
}

function Steps({ nodes }: { nodes: ExplainNode[] }) {
  return (
    <List size="sm" spacing={4} withPadding>
      {nodes.map((node, i) => (
        <List.Item key={`${node.what}-${node.ref?.id ?? i}`}>
          <StepLine node={node} />
          {node.children && node.children.length > 0 && <Steps nodes={node.children} />}
        </List.Item>
      ))}
    </List>
  );
}

function StepLine({ node }: { node: ExplainNode }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const text = <>{node.amount && <strong>{money(node.amount)} </strong>}{stepText(t, node)}</>;
  const id = String(node.ref?.id ?? '');
  if (node.what === 'entry') return text;
  switch (node.ref?.kind) {
    case 'entry': return <LinkText to="/entries/$entryId" params={{ entryId: id }} size="sm">{text}</LinkText>;
    case 'call': return can('calls.read') ? <LinkText to="/calls/$callId" params={{ callId: id }} size="sm">{text}</LinkText> : text;
    case 'run': return can('pay.read') ? <LinkText to="/pay/runs/$runId" params={{ runId: id }} size="sm">{text}</LinkText> : text;
    case 'plan': return can('plans.read') ? <LinkText to="/plans/$planId" params={{ planId: id }} size="sm">{text}</LinkText> : text;
    default: return text;
  }
}

function DisputeButton({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure(false);
  const [claim, setClaim] = useState<number | string>('');
  const [message, setMessage] = useState('');
  const currency = explanation.tree.amount?.currency ?? '';
  const dispute = useAct(() => post<Dispute>('/v1/my/disputes', { entryId: explanation.entryId, claim: { amount: String(claim), currency }, message }), {
    renew: [['disputes']], done: t('dispute.opened'), after: (made) => void navigate({ to: '/disputes/$disputeId', params: { disputeId: String(made.id) } }),
  });
  return (
    <>
      <Button variant="default" onClick={open}>{t('explain.dispute')}</Button>
      <Modal opened={opened} onClose={close} title={t('explain.dispute')} closeButtonProps={{ 'aria-label': t('close') }}>
        <Stack>
          <NumberInput label={`${t('dispute.claim')} (${currency})`} value={claim} onChange={setClaim} min={0} decimalScale={2} required data-autofocus />
          <Textarea label={t('dispute.message')} value={message} onChange={(event) => setMessage(event.currentTarget.value)} maxLength={2000} required autosize minRows={3} />
          <Group justify="flex-end"><Button loading={dispute.isPending} disabled={claim === '' || message.trim() === ''} onClick={() => dispute.mutate(undefined)}>{t('explain.dispute')}</Button></Group>
        </Stack>
      </Modal>
    </>
  );
}
