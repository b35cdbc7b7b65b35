import { queryOptions } from '@tanstack/react-query';
import { get } from '../api/http';
import type { LawReport, Layouts, PayrollMapping, PayrollPerson, PayrollSettings, RunExport } from '../api/payroll';
import type { List } from '../api/types';

export const layoutsQuery = queryOptions({ queryKey: ['payroll', 'layouts'], queryFn: () => get<Layouts>('/v1/payroll/layouts') });
export const mappingsQuery = queryOptions({ queryKey: ['payroll', 'mappings'], queryFn: () => get<List<PayrollMapping>>('/v1/payroll/mappings') });
export const settingsQuery = (clientId: number | undefined) => queryOptions({
  queryKey: ['payroll', 'settings', clientId], queryFn: () => get<PayrollSettings>('/v1/payroll/settings', { clientId }),
});
export const peopleQuery = (clientId: number | undefined, page: number, size: number) => queryOptions({
  queryKey: ['payroll', 'people', clientId, page], queryFn: () => get<List<PayrollPerson>>('/v1/payroll/people', { clientId, page, size }),
});
export const exportsQuery = (run: number) => queryOptions({
  queryKey: ['pay', 'exports', run], queryFn: () => get<List<RunExport>>(`/v1/pay/runs/${run}/exports`),
});
export const lawQuery = (run: number, hash: string) => queryOptions({
  queryKey: ['pay', 'law', run, hash], queryFn: () => get<LawReport>(`/v1/pay/runs/${run}/law`),
});
