import { useState } from 'react';
import { post } from '../api/http';
import type { Desk, Outcome } from '../api/desk';
import { useAct } from '../ui/act';
import { type Draft, emptyDraft, inputOf, keepDrafts } from './draft';
import { zoneOf } from './person';
import { useTranslation } from 'react-i18next';

/** The call that waits for its outcome: the one on the desk, once a person was on it. */
export function openCall(desk: Desk): number | null {
  const { call, agent } = desk;
  if (!call || agent.callId !== call.id) return null;
  return agent.state === 'talking' || agent.state === 'wrapping' ? call.id : null;
}

/** The outcomes being entered: of the call on the line, and of earlier ones that were not finished. */
export function useDrafts(desk: Desk) {
  const { t } = useTranslation();
  const [drafts, setDrafts] = useState<Draft[]>([]);
  const open = openCall(desk);
  const known = drafts.find((draft) => draft.callId === open);
  const current = open === null ? null : (known ?? emptyDraft(open, desk.card?.person.name ?? '', zoneOf(desk.card)));
  const shown = keepDrafts(drafts, current);
  const change = (draft: Draft) => setDrafts(shown.map((one) => (one.callId === draft.callId ? draft : one)));
  const drop = (callId: number) => setDrafts(shown.filter((one) => one.callId !== callId));
  const record = useAct(
    async (draft: Draft) => {
      const input = inputOf(draft);
      if (!input) throw new Error('an outcome was recorded before it was complete');
      await post<Outcome>(`/v1/calls/${draft.callId}/outcome`, input);
      return draft.callId;
    },
    { quiet: true, done: t('desk.recorded'), renew: [['desk'], ['my-pay'], ['callbacks']], after: drop },
  );
  return { shown, current, change, drop, record };
}
