import { queryOptions } from '@tanstack/react-query';
import { get } from '../api/http';
import type { Assignment, PayException, Period, Plan, Run, StatementItem } from '../api/pay';
import type { Simulation, SimulationHead } from '../api/plans';
import type { List } from '../api/types';

/** null is every client of the person. */
type ClientId = number | null;

export const runsQuery = (clientId: ClientId) => queryOptions({ queryKey: ['pay', 'runs', clientId], queryFn: () => get<List<Run>>('/v1/pay/runs', { clientId, size: 200 }) });
export const runQuery = (id: string) => queryOptions({ queryKey: ['pay', 'run', id], queryFn: () => get<Run>(`/v1/pay/runs/${id}`) });
export const periodsQuery = (clientId: ClientId) => queryOptions({ queryKey: ['pay', 'periods', clientId], queryFn: () => get<List<Period>>('/v1/pay/periods', { clientId }) });
export const exceptionsQuery = (clientId: ClientId) => queryOptions({ queryKey: ['pay', 'exceptions', clientId], queryFn: () => get<List<PayException>>('/v1/pay/exceptions', { clientId }) });
export const statementsQuery = (run: string, page: number, size: number) => queryOptions({
  queryKey: ['pay', 'statements', run, page], queryFn: () => get<List<StatementItem>>(`/v1/pay/runs/${run}/statements`, { page, size }),
});
export const plansQuery = (clientId: ClientId) => queryOptions({ queryKey: ['plans', 'list', clientId], queryFn: () => get<List<Plan>>('/v1/plans', { clientId, size: 200 }) });
export const planQuery = (id: string) => queryOptions({ queryKey: ['plans', id], queryFn: () => get<Plan>(`/v1/plans/${id}`) });
export const simulationRunning = (one: Pick<SimulationHead, 'state'> | undefined) => one !== undefined && one.state !== 'done' && one.state !== 'failed';
const simulationPollMs = 700;
export const simulationsQuery = (plan: string) => queryOptions({
  queryKey: ['plans', plan, 'simulations'], queryFn: () => get<List<SimulationHead>>(`/v1/plans/${plan}/simulations`, { size: 200 }),
  refetchInterval: (query) => (query.state.data?.items.some(simulationRunning) ? simulationPollMs : false),
});
export const simulationQuery = (id: string) => queryOptions({
  queryKey: ['simulations', id], queryFn: () => get<Simulation>(`/v1/plan-simulations/${id}`),
  refetchInterval: (query) => (simulationRunning(query.state.data) ? simulationPollMs : false),
});
export const assignmentsQuery = queryOptions({ queryKey: ['assignments'], queryFn: () => get<List<Assignment>>('/v1/assignments', { size: 200 }) });
