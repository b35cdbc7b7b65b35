import { Button, Checkbox, Group, Stack, Text, Textarea, TextInput, UnstyledButton } from '@mantine/core';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { OutcomeCode } from '../api/desk';
import { Problem } from '../api/http';
import { FormAlert } from '../ui/form-alert';
import { Panel } from '../ui/page';
import { sentenceOf } from '../ui/problem';
import { Until } from '../ui/since';
import { type Draft, inputOf } from './draft';
import { Key } from './key';
import { needsTime } from './outcomes';
import { firstSlot } from './slots';
import { TimePicker } from './time-picker';

interface ConcludeProps {
  draft: Draft;
  /** False for an earlier call whose limit passed: only its words are left. */
  current: boolean;
  /** The reason stands elsewhere on the desk. */
  brief?: boolean;
  codes: OutcomeCode[];
  wrapUntil: string | null | undefined;
  error: Error | null;
  busy: boolean;
  noteRef: RefObject<HTMLTextAreaElement | null> | undefined;
  recordRef: RefObject<HTMLButtonElement | null> | undefined;
  onChange: (draft: Draft) => void;
  onRecord: () => void;
  onDrop: () => void;
}

/** A draft with another outcome; one that needs a time gets the next legal hour to start from. */
export function withCode(draft: Draft, code: OutcomeCode, now: number): Draft {
  const slot = needsTime(code) ? (draft.slot ?? firstSlot(now, draft.zone)) : draft.slot;
  return { ...draft, code, slot };
}

/**
 * How it ended: one outcome, a note, a time where one is needed; then the agent is free. When the limit passes first,
 * the same card stays with what was typed, so that the cursor stays where it was.
 */
export function Conclude({ draft, current, brief = false, codes, wrapUntil, error, busy, noteRef, recordRef, onChange, onRecord, onDrop }: ConcludeProps) {
  const { t } = useTranslation();
  const needed = current ? needsTime(draft.code) : null;
  const left = wrapUntil ? <Text size="sm" fw={600}>{t('desk.wrapLeft')} <Until at={wrapUntil} /></Text> : undefined;
  return (
    <Panel
      title={current ? t('desk.outcome') : t('desk.unfinished', { name: draft.name })}
      actions={current ? left : <Button size="compact-xs" variant="default" onClick={onDrop}>{t('desk.drop')}</Button>}
    >
      <form onSubmit={(event) => {
        event.preventDefault();
        if (current) onRecord();
      }}
      >
        <Stack gap="sm">
          <FormAlert message={sentencesOf(error)} />
          {current ? <Choices draft={draft} codes={codes} onChange={onChange} /> : <Text size="xs" c="dimmed">{t('desk.unfinishedText')}</Text>}
          {needed && draft.slot && (
            <TimePicker label={needed === 'callback' ? t('desk.callbackAt') : t('desk.appointmentAt')} zone={draft.zone} value={draft.slot} onChange={(slot) => onChange({ ...draft, slot })} />
          )}
          {needed === 'callback' && <Checkbox label={t('desk.mine')} checked={draft.mine} onChange={(event) => onChange({ ...draft, mine: event.currentTarget.checked })} />}
          {current && !brief && <TextInput label={t('desk.reasonLabel')} size="xs" maxLength={200} value={draft.reason} onChange={(event) => onChange({ ...draft, reason: event.currentTarget.value })} />}
          <Textarea {...(noteRef ? { ref: noteRef } : {})} label={<Group gap={6}>{t('desk.noteLabel')}<Key name="N" /></Group>} size="xs" autosize minRows={brief ? 1 : 2} maxRows={8} maxLength={4000} value={draft.note} onChange={(event) => onChange({ ...draft, note: event.currentTarget.value })} />
          {current && (
            <Button {...(recordRef ? { ref: recordRef } : {})} type="submit" loading={busy} disabled={inputOf(draft) === null}>
              {draft.code ? `${t('desk.record')}: ${t(`code.outcome.${draft.code}`)}` : t('desk.record')}
            </Button>
          )}
        </Stack>
      </form>
    </Panel>
  );
}

function sentencesOf(error: Error | null): string {
  if (!error) return '';
  return [...new Set([sentenceOf(error), ...(error instanceof Problem ? error.faults : []).map((fault) => fault.message)])].join(' ');
}

interface ChoicesProps {
  draft: Draft;
  codes: OutcomeCode[];
  onChange: (draft: Draft) => void;
}

function Choices({ draft, codes, onChange }: ChoicesProps) {
  const { t } = useTranslation();
  return (
    <div className="outcomes" role="group" aria-label={t('desk.choose')}>
      {codes.map((code, i) => (
        <UnstyledButton key={code} className="outcome" aria-pressed={draft.code === code} onClick={() => onChange(withCode(draft, code, Date.now()))}>
          <Key name={String(i + 1)} /> {t(`code.outcome.${code}`)}
        </UnstyledButton>
      ))}
    </div>
  );
}
