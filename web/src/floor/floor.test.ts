import { describe, expect, it } from 'vitest';
import type { AgentState, Floor, FloorAgent } from '../api/desk';
import { gaugeTone } from './gauge';
import { addSample, joined, type Series } from './history';
import { countStates, sortAgents } from './sorting';

const agent = (userId: number, name: string, state: AgentState, since: string): FloorAgent => ({ userId, name, state, reason: '', since, callSeconds: 0, silent: false });

const agents = [
  agent(1, 'Bea', 'ready', '2026-11-23T10:02:00Z'), agent(2, 'Al', 'wrapping', '2026-11-23T10:01:00Z'), agent(3, 'Cy', 'ready', '2026-11-23T10:00:00Z'),
];

describe('tiles', () => {
  it('are sorted as asked, equal ones by name', () => {
    expect(sortAgents(agents, 'state').map((a) => a.name)).toEqual(['Al', 'Bea', 'Cy']);
    expect(sortAgents(agents, 'name').map((a) => a.name)).toEqual(['Al', 'Bea', 'Cy']);
    expect(sortAgents(agents, 'since').map((a) => a.name)).toEqual(['Cy', 'Al', 'Bea']);
  });

  it('are counted by state', () => {
    expect(countStates(agents)).toMatchObject({ ready: 2, wrapping: 1, away: 0 });
  });
});

describe('the last half hour', () => {
  const at = (now: string, talking: number) => ({ now, campaigns: [{ talking, ringing: 1 }, { talking: 1, ringing: 0 }] }) as unknown as Floor;

  it('begins with what the server remembers, up to what the page saw itself', () => {
    const past = { stepSeconds: 15, samples: [8, 30, 59, 60].map((minute) => ({ at: new Date(Date.UTC(2026, 10, 23, 10, minute)).toISOString(), ringing: minute, waiting: 0, talking: 1 })) };
    const seen = addSample([[], [], []], at('2026-11-23T11:00:00Z', 4));
    expect(joined(past, seen).slice(1)).toEqual([[1, 5], [59, 1]]);
    expect(joined(undefined, seen)).toEqual(seen);
  });

  it('sums the campaigns, takes each instant once and forgets what is older', () => {
    let series: Series = [[], [], []];
    series = addSample(series, at('2026-11-23T10:00:00Z', 2));
    series = addSample(series, at('2026-11-23T10:00:00Z', 9));
    series = addSample(series, at('2026-11-23T10:10:00Z', 4));
    expect(series.slice(1)).toEqual([[3, 5], [1, 1]]);
    series = addSample(series, at('2026-11-23T10:35:00Z', 0));
    expect(series[1]).toEqual([5, 1]);
    series = addSample(series, at('2026-11-23T12:00:00Z', 0));
    expect(series[1]).toEqual([1]);
  });
});

it('the gauge warns before the limit and is red above it', () => {
  expect([0, 0.022, 0.024, 0.03, 0.0301].map(gaugeTone)).toEqual(['green', 'green', 'amber', 'amber', 'red']);
});
