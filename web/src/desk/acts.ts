import type { AgentState, Desk } from '../api/desk';
import { post } from '../api/http';
import { useAct } from '../ui/act';
import { callIsUp } from './phone';

interface StateInput {
  state: AgentState;
  campaignId?: number;
  reason?: string;
}

/** What an agent can do with state and phone; every act ends with reading the desk again. */
export function useDeskActs(desk: Desk, campaignId: number | null) {
  const renew = [['desk'], ['offers', 'call']];
  const state = useAct((input: StateInput) => post<Desk>('/v1/desk/state', input), { renew });
  const dial = useAct((leadId: number) => post('/v1/desk/dial', { leadId }), { renew });
  const skip = useAct((leadId: number) => post('/v1/desk/skip', { leadId }), { renew });
  const hangUp = useAct((id: number) => post(`/v1/calls/${id}/hangup`), { renew });
  const hold = useAct((v: { id: number; on: boolean }) => post(`/v1/calls/${v.id}/hold`, { on: v.on }), { renew });
  const up = callIsUp(desk) ? desk.call : null;
  const shown = desk.agent.state === 'preview' ? desk.card?.leadId : undefined;
  return {
    busy: dial.isPending || state.isPending,
    ready: () => {
      if (campaignId !== null) state.mutate({ state: 'ready', campaignId });
    },
    away: (reason: string) => state.mutate({ state: 'away', reason }),
    dialLead: (leadId: number) => dial.mutate(leadId),
    dial: () => {
      if (shown !== undefined) dial.mutate(shown);
    },
    skip: () => {
      if (shown !== undefined) skip.mutate(shown);
    },
    hangUp: () => {
      if (up) hangUp.mutate(up.id);
    },
    hold: () => {
      if (up?.state === 'connected') hold.mutate({ id: up.id, on: !up.held });
    },
  };
}
