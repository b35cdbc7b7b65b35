import { queryOptions } from '@tanstack/react-query';
import { get } from '../api/http';
import type { Assignment, PayException, Period, Plan, Run, StatementItem } from '../api/pay';
import type { List } from '../api/types';

export const runsQuery = queryOptions({ queryKey: ['pay', 'runs'], queryFn: () => get<List<Run>>('/v1/pay/runs') });
export const runQuery = (id: string) => queryOptions({ queryKey: ['pay', 'run', id], queryFn: () => get<Run>(`/v1/pay/runs/${id}`) });
export const periodsQuery = queryOptions({ queryKey: ['pay', 'periods'], queryFn: () => get<List<Period>>('/v1/pay/periods') });
export const exceptionsQuery = queryOptions({ queryKey: ['pay', 'exceptions'], queryFn: () => get<List<PayException>>('/v1/pay/exceptions') });
export const statementsQuery = (run: string, page: number, size: number) => queryOptions({
  queryKey: ['pay', 'statements', run, page], queryFn: () => get<List<StatementItem>>(`/v1/pay/runs/${run}/statements`, { page, size }),
});
export const plansQuery = queryOptions({ queryKey: ['plans'], queryFn: () => get<List<Plan>>('/v1/plans', { size: 200 }) });
export const planQuery = (id: string) => queryOptions({ queryKey: ['plans', id], queryFn: () => get<Plan>(`/v1/plans/${id}`) });
export const assignmentsQuery = queryOptions({ queryKey: ['assignments'], queryFn: () => get<List<Assignment>>('/v1/assignments', { size: 200 }) });
