import type { OutcomeCode } from '../api/desk';
import type { Purpose } from '../api/campaigns';

const selling: OutcomeCode[] = ['sale', 'appointment', 'callback', 'not_interested', 'upsell', 'wrong_number', 'do_not_call', 'other'];
const saving: OutcomeCode[] = ['save', 'lost', 'callback', 'upsell', 'not_interested', 'wrong_number', 'do_not_call', 'other'];

/** The outcomes of a campaign in the order of their keys, 1 first: the same all day, so that fingers learn them. */
export function outcomesFor(purpose: Purpose | undefined): OutcomeCode[] {
  return purpose === 'retention_save' ? saving : selling;
}

/** What an outcome needs besides its code. */
export function needsTime(code: OutcomeCode | null): 'callback' | 'appointment' | null {
  return code === 'callback' || code === 'appointment' ? code : null;
}
