import { Button, Checkbox, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { ConfirmLink, DeskAccount, Fix, SaveDesk as Save } from '../api/save';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import type { FactItem } from '../ui/facts';
import { day, money, timeOfDay } from '../ui/format';
import { LinkText } from '../ui/link';
import { Notice } from '../ui/notice';
import { Panel } from '../ui/page';
import { Until } from '../ui/since';
import { evidenceKind, valueTier } from '../ui/words';
import type { CancelNow } from './cancel-now';
import { Key } from './key';

interface SaveDeskProps {
  callId: number;
  cancelNow: CancelNow;
}

const saveDeskQuery = (callId: number) => queryOptions({ queryKey: ['save-desk', callId], queryFn: () => get<Save>(`/v1/calls/${callId}/save-desk`) });

/** What may be said, asked and tried before money, on a call about a wish to cancel. */
export function SaveDesk({ callId }: { callId: number }) {
  const { t } = useTranslation();
  const query = useQuery(saveDeskQuery(callId));
  return <Panel title={t('saveDesk.title')}><Answer query={query} rows={4}>{(save) => <Loaded save={save} callId={callId} />}</Answer></Panel>;
}

/** “Cancel it” is one key, with five seconds to take it back before anything happens. It always stands in the same place. */
export function CancelButton({ callId, cancelNow }: SaveDeskProps) {
  const { t } = useTranslation();
  const { data } = useQuery(saveDeskQuery(callId));
  if (data?.cancelled) return null;
  if (cancelNow.left !== null) {
    return (
      <Group gap="xs" role="status" justify="space-between" className="cancel-now">
        <Text size="sm" fw={600}>{t('saveDesk.cancelling', { seconds: cancelNow.left })}</Text>
        <Button size="compact-sm" variant="default" onClick={cancelNow.undo}>{t('saveDesk.undo')}</Button>
      </Group>
    );
  }
  return (
    <Button color="red" variant="light" fullWidth leftSection={<IconX size={16} />} rightSection={<Key name="X" />} onClick={cancelNow.start}>
      {t('saveDesk.cancelNow')}
    </Button>
  );
}

/** The account of the person on the line, once they are known. */
export function accountFacts(t: TFunction, account: DeskAccount): FactItem[] {
  const size = (d: DeskAccount['discounts'][number]) => (d.percent ? `${d.percent} %` : money(d.amount));
  return [
    { label: t('saveDesk.account'), value: <LinkText to="/customers/$customerId" params={{ customerId: String(account.customerId) }}>{account.plan || t('saveDesk.open')}</LinkText> },
    { label: t('saveDesk.month'), value: account.pastDue ? `${money(account.mrr)} · ${t('saveDesk.pastDue')}` : money(account.mrr) },
    ...(account.startedOn ? [{ label: t('saveDesk.since'), value: day(account.startedOn.slice(0, 10)) }] : []),
    ...(account.valueTier ? [{ label: t('saveDesk.tier'), value: valueTier(t, account.valueTier) }] : []),
    ...(account.discounts.length > 0 ? [{ label: t('saveDesk.discount'), value: account.discounts.map(size).join(', ') }] : []),
    {
      label: t('saveDesk.before'),
      value: account.casesBefore === 0 ? t('saveDesk.first') : t('saveDesk.beforeText', { cases: account.casesBefore, saves: account.savesBefore }),
    },
  ];
}

/** The same, for the card of the person. */
export function useAccountFacts(callId: number | undefined): FactItem[] {
  const { t } = useTranslation();
  const { data } = useQuery({ ...saveDeskQuery(callId ?? 0), enabled: callId !== undefined });
  return data?.account ? accountFacts(t, data.account) : [];
}

function Loaded({ save, callId }: { save: Save; callId: number }) {
  const { t } = useTranslation();
  const renew = [['save-desk', callId], ['offers', 'call', callId]];
  const step = useAct((notice: string) => post(`/v1/calls/${callId}/steps`, { notice }), { renew });
  if (save.cancelled) return <Afterword save={save} callId={callId} />;
  return (
    <Stack gap="sm">
      <div>
        <Text size="xs" c="dimmed">{t('saveDesk.law')}</Text>
        <Text size="sm">{save.law.sentence}</Text>
        {save.law.why && <Text size="sm" fw={600}>{save.law.why}</Text>}
      </div>
      {save.law.notices.map((notice) => (
        <Checkbox
          key={notice.code} data-notice={!notice.read || undefined} label={<>{t(`saveDesk.notice.${notice.code}`)} {!notice.read && <Key name="L" />}</>} checked={notice.read} disabled={notice.read || step.isPending}
          onChange={() => step.mutate(notice.code)}
        />
      ))}
      <Waiting save={save} />
      <ReasonPicker key={save.reasonCode + save.reasonText} save={save} callId={callId} />
      {save.fixes.length > 0 && (
        <div>
          <Group gap="xs" mb={4}><Text size="sm" fw={600}>{t('saveDesk.fixes')}</Text><Key name="F" /></Group>
          <Stack gap="xs">{save.fixes.map((fix) => <FixRow key={fix.code} fix={fix} callId={callId} tried={save.tried.includes(fix.code)} />)}</Stack>
        </div>
      )}
      <Evidence save={save} callId={callId} />
    </Stack>
  );
}

/** After a cancellation: where the law wants it, permission is asked for before any offer. */
function Afterword({ save, callId }: { save: Save; callId: number }) {
  const { t } = useTranslation();
  const renew = [['save-desk', callId], ['offers', 'call', callId]];
  const answer = useAct(async (step: string) => {
    await post(`/v1/calls/${callId}/steps`, { step: 'permission_asked' });
    return post(`/v1/calls/${callId}/steps`, { step });
  }, { renew });
  if (save.law.next !== 'ask_permission') return <Notice tone="grey">{t('saveDesk.cancelled')}</Notice>;
  return (
    <Notice tone="grey" title={t('saveDesk.cancelled')}>
      <Text size="sm" mb={6}>{t('saveDesk.permission')}</Text>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={() => answer.mutate('permission_given')}>{t('saveDesk.permitted')}</Button>
        <Button size="compact-sm" variant="default" onClick={() => answer.mutate('permission_refused')}>{t('saveDesk.refusedPermission')}</Button>
      </Group>
    </Notice>
  );
}

/** Why the first offer on the shelf is the first, in words. */
export function NextOffer({ callId }: { callId: number }) {
  const { t } = useTranslation();
  const { data: save } = useQuery(saveDeskQuery(callId));
  const pass = useAct(() => post(`/v1/calls/${callId}/asked-to-stay`), { renew: [['save-desk', callId], ['offers', 'call', callId]] });
  const next = save?.next;
  if (!next || save.cancelled) return null;
  const isNone = next.arm === 'none';
  return (
    <div className="next-offer">
      <Text size="xs" c="dimmed">{t('saveDesk.next')}</Text>
      {isNone && <Text size="sm" fw={600}>{t('saveDesk.simply')}</Text>}
      <Text size="sm">
        {next.by === 'table' && next.rule === 0 ? t('saveDesk.noRule') : t(`saveDesk.by.${next.by}`, { rule: next.rule })}{' '}
        {!isNone && t('saveDesk.odds', { accept: next.acceptPercent, stick: next.stickPercent })}
      </Text>
      {isNone && <Button size="compact-xs" variant="default" mt={4} data-offer-act loading={pass.isPending} onClick={() => pass.mutate(undefined)}>{t('saveDesk.asked')}</Button>}
    </div>
  );
}

/** The last question to a supervisor: still open, or answered. */
function Waiting({ save }: { save: Save }) {
  const { t } = useTranslation();
  const { approval } = save;
  if (!approval) return null;
  if (!approval.decision && save.state === 'approval_pending') {
    return <Notice tone="amber" title={t('saveDesk.waiting')}>{t('saveDesk.waitingText', { offer: approval.offer })} <Until at={approval.expiresAt} /></Notice>;
  }
  return approval.decision === 'approved' ? <Notice tone="green">{t('saveDesk.approved')}</Notice> : <Notice tone="grey">{t('saveDesk.refused')}</Notice>;
}

function ReasonPicker({ save, callId }: { save: Save; callId: number }) {
  const { t } = useTranslation();
  const [code, setCode] = useState(save.reasonCode);
  const [text, setText] = useState(save.reasonText);
  const note = useAct(() => post(`/v1/calls/${callId}/reason`, { ...(code ? { code } : {}), ...(text ? { text } : {}) }), {
    renew: [['save-desk', callId], ['offers', 'call', callId]],
  });
  const known = save.reasons.some((reason) => reason.code === code);
  const changed = code !== save.reasonCode || text !== save.reasonText;
  return (
    <div className="reason-row">
      <NativeSelect
        data-reason size="xs" label={<Group gap={6} component="span">{t('saveDesk.reason')}<Key name="W" /></Group>} value={known ? code : ''} onChange={(event) => setCode(event.currentTarget.value)}
        data={[...save.reasons.map((reason) => ({ value: reason.code, label: reason.name })), { value: '', label: t('saveDesk.notSaid') }]}
      />
      <TextInput size="xs" label={t('saveDesk.words')} value={text} maxLength={4000} onChange={(event) => setText(event.currentTarget.value)} />
      {changed && <Button size="compact-xs" variant="default" w="fit-content" loading={note.isPending} onClick={() => note.mutate(undefined)}>{t('saveDesk.saveReason')}</Button>}
    </div>
  );
}

function FixRow({ fix, callId, tried }: { fix: Fix; callId: number; tried: boolean }) {
  const { t } = useTranslation();
  const [done, setDone] = useState<number[]>([]);
  const attempt = useAct((solved: boolean) => post(`/v1/calls/${callId}/fixes`, { code: fix.code, done, solved }), {
    renew: [['save-desk', callId], ['offers', 'call', callId]],
  });
  return (
    <div>
      <Text size="sm">{fix.name}{tried ? ` · ${t('saveDesk.tried')}` : ''}</Text>
      {fix.kind === 'specialist' && <Text size="xs" c="dimmed">{t('saveDesk.specialist')}</Text>}
      {fix.steps.map((text, i) => (
        <Checkbox
          key={text} data-fix size="xs" mt={4} label={text} checked={done.includes(i)}
          onChange={(event) => setDone(event.currentTarget.checked ? [...done, i] : done.filter((x) => x !== i))}
        />
      ))}
      {fix.kind !== 'specialist' && (
        <Group gap="xs" mt={6}>
          <Button data-fix size="compact-xs" loading={attempt.isPending} onClick={() => attempt.mutate(true)}>{t('saveDesk.solved')}</Button>
          <Button size="compact-xs" variant="default" onClick={() => attempt.mutate(false)}>{t('saveDesk.notSolved')}</Button>
        </Group>
      )}
    </div>
  );
}

/** How their agreement would be shown: a recording, or the customer's own answer to a link. */
function Evidence({ save, callId }: { save: Save; callId: number }) {
  const { t } = useTranslation();
  const [link, setLink] = useState<ConfirmLink | null>(null);
  const make = useAct(() => post<ConfirmLink>(`/v1/calls/${callId}/confirmation-link`), { renew: [['save-desk', callId]], after: setLink });
  const copy = useAct((path: string) => navigator.clipboard.writeText(window.location.origin + path), { done: t('saveDesk.copied') });
  const { recording, onRecord, linkUntil } = save.evidence;
  return (
    <div>
      <Text size="xs" c="dimmed">{t('saveDesk.evidence')}</Text>
      <Text size="sm">{onRecord ? t('saveDesk.onRecord') : recording ? t('saveDesk.recorded', { kind: evidenceKind(t, recording) }) : t('saveDesk.unrecorded')}</Text>
      {linkUntil && <Text size="sm">{t('saveDesk.linkWaits', { until: timeOfDay(linkUntil) })}</Text>}
      {save.state === 'accepted' && (
        <Group gap="xs" mt={4}>
          <Button data-link size="compact-xs" variant="default" rightSection={<Key name="K" />} loading={make.isPending} onClick={() => make.mutate(undefined)}>{t('saveDesk.makeLink')}</Button>
          {link && !link.sent && <Button size="compact-xs" variant="default" onClick={() => copy.mutate(link.path)}>{t('saveDesk.copyLink')}</Button>}
        </Group>
      )}
    </div>
  );
}
