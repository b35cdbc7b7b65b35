import type { OutcomeCode, OutcomeInput } from '../api/desk';
import { needsTime } from './outcomes';
import { type Slot, slotInstant } from './slots';

/** What an agent has entered about one call, before it is recorded. */
export interface Draft {
  callId: number;
  name: string;
  zone: string;
  code: OutcomeCode | null;
  reason: string;
  note: string;
  slot: Slot | null;
  mine: boolean;
}

export function emptyDraft(callId: number, name: string, zone: string): Draft {
  return { callId, name, zone, code: null, reason: '', note: '', slot: null, mine: true };
}

/** Whether a draft holds words that would be missed. */
export function worthKeeping(draft: Draft): boolean {
  return draft.note.trim() !== '' || draft.reason.trim() !== '';
}

/**
 * The drafts after the desk has moved to another call: the one of the call on the line, and those of earlier calls that
 * still hold words. The order stays, so that a field being typed into stays where it is.
 */
export function keepDrafts(drafts: Draft[], current: Draft | null): Draft[] {
  const kept = drafts.filter((draft) => draft.callId === current?.callId || worthKeeping(draft));
  if (!current || kept.some((draft) => draft.callId === current.callId)) return kept;
  return [...kept, current];
}

/** What is sent; null while something that the code needs is missing. */
export function inputOf(draft: Draft): OutcomeInput | null {
  if (!draft.code) return null;
  const input: OutcomeInput = { code: draft.code };
  if (draft.reason.trim() !== '') input.reason = draft.reason.trim();
  if (draft.note.trim() !== '') input.note = draft.note.trim();
  const needed = needsTime(draft.code);
  if (needed === null) return input;
  if (!draft.slot) return null;
  const at = slotInstant(draft.slot, draft.zone);
  return needed === 'callback' ? { ...input, callbackAt: at, callbackMine: draft.mine } : { ...input, appointmentAt: at };
}
