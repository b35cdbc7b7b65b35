import { describe, expect, it } from 'vitest';
import { emptyDraft, inputOf, keepDrafts } from './draft';
import { outcomesFor } from './outcomes';
import { daysFrom, firstSlot, slotInstant } from './slots';

const zone = 'America/Chicago';
const draft = (callId: number) => emptyDraft(callId, 'Ana', zone);

describe('drafts', () => {
  it('of an earlier call stay while they hold words, and stay where they are', () => {
    const typed = { ...draft(1), note: 'wants a lower pri' };
    expect(keepDrafts([typed, draft(2)], draft(3)).map((d) => d.callId)).toEqual([1, 3]);
    expect(keepDrafts([draft(1)], draft(2)).map((d) => d.callId)).toEqual([2]);
    expect(keepDrafts([typed], null)).toEqual([typed]);
  });

  it('of the call on the line keep what was entered', () => {
    const entered = { ...draft(1), code: 'sale' as const };
    expect(keepDrafts([entered], draft(1))).toEqual([entered]);
  });
});

describe('what is sent', () => {
  it('is nothing before an outcome is chosen, or while its time is missing', () => {
    expect(inputOf(draft(1))).toBeNull();
    expect(inputOf({ ...draft(1), code: 'callback' })).toBeNull();
  });

  it('leaves out what is empty', () => {
    expect(inputOf({ ...draft(1), code: 'sale', note: '  ' })).toEqual({ code: 'sale' });
  });

  it('gives a callback its instant and owner, an appointment its instant', () => {
    const slot = { day: '2026-11-24', hour: 10, minute: 30 };
    expect(inputOf({ ...draft(1), code: 'callback', slot, mine: false })).toEqual({ code: 'callback', callbackAt: '2026-11-24T16:30:00.000Z', callbackMine: false });
    expect(inputOf({ ...draft(1), code: 'appointment', slot })).toEqual({ code: 'appointment', appointmentAt: '2026-11-24T16:30:00.000Z' });
  });

  it('drops a time that the outcome does not need any more', () => {
    expect(inputOf({ ...draft(1), code: 'sale', slot: { day: '2026-11-24', hour: 10, minute: 0 } })).toEqual({ code: 'sale' });
  });
});

describe('the picker', () => {
  it('starts an hour from now where that is legal, else at ten on the next legal day', () => {
    expect(firstSlot(Date.parse('2026-11-23T18:20:00Z'), zone)).toEqual({ day: '2026-11-23', hour: 13, minute: 0 });
    expect(firstSlot(Date.parse('2026-11-24T03:20:00Z'), zone)).toEqual({ day: '2026-11-24', hour: 10, minute: 0 });
    expect(firstSlot(Date.parse('2026-11-23T10:00:00Z'), zone)).toEqual({ day: '2026-11-23', hour: 10, minute: 0 });
  });

  it('shows days by their clock, also across a change of clocks', () => {
    expect(daysFrom(Date.parse('2026-11-01T03:00:00Z'), zone, 3)).toEqual(['2026-10-31', '2026-11-01', '2026-11-02']);
  });

  it('means the time there', () => {
    expect(slotInstant({ day: '2026-07-01', hour: 9, minute: 15 }, 'Asia/Seoul')).toBe('2026-07-01T00:15:00.000Z');
  });
});

it('every outcome has a key: at most nine', () => {
  for (const purpose of ['acquisition', 'retention_save'] as const) {
    const codes = outcomesFor(purpose);
    expect(codes.length).toBeLessThanOrEqual(9);
    expect(new Set(codes).size).toBe(codes.length);
  }
});
