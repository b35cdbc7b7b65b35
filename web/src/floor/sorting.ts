import type { AgentState, FloorAgent } from '../api/desk';

export const sorts = ['state', 'name', 'since'] as const;
export type Sort = (typeof sorts)[number];

/** From what needs a look first to what does not. */
export const stateOrder: AgentState[] = ['wrapping', 'ringing', 'talking', 'preview', 'ready', 'away'];

/** Agents in the chosen order; equal ones by name, so that tiles do not dance. */
export function sortAgents(agents: FloorAgent[], by: Sort): FloorAgent[] {
  const name = (a: FloorAgent, b: FloorAgent) => a.name.localeCompare(b.name) || a.userId - b.userId;
  const orders: Record<Sort, (a: FloorAgent, b: FloorAgent) => number> = {
    name,
    state: (a, b) => stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state) || name(a, b),
    since: (a, b) => a.since.localeCompare(b.since) || name(a, b),
  };
  return agents.toSorted(orders[by]);
}

/** How many are in each state. */
export function countStates(agents: FloorAgent[]): Record<AgentState, number> {
  const counts: Record<AgentState, number> = { away: 0, ready: 0, preview: 0, ringing: 0, talking: 0, wrapping: 0 };
  for (const agent of agents) counts[agent.state] += 1;
  return counts;
}
