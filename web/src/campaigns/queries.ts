import { queryOptions } from '@tanstack/react-query';
import type { Campaign, Import, LeadList, Rehearsal } from '../api/campaigns';
import { get } from '../api/http';
import type { List } from '../api/types';

const statsPollMs = 10_000;

export const campaignQuery = (id: number) => queryOptions({
  queryKey: ['campaigns', id], queryFn: () => get<Campaign>(`/v1/campaigns/${id}`), refetchInterval: statsPollMs,
});

export const campaignsQuery = (filter: { q?: string | undefined; state?: string | undefined; page?: number | undefined; clientId?: number | null }) => queryOptions({
  queryKey: ['campaigns', 'list', filter], refetchInterval: statsPollMs,
  queryFn: () => get<List<Campaign>>('/v1/campaigns', filter),
});

export const listsQuery = (campaignId: number) => queryOptions({
  queryKey: ['lists', campaignId], queryFn: () => get<List<LeadList>>(`/v1/campaigns/${campaignId}/lists`),
});

const importPollMs = 1_000; // events are faster; polling is for the event that got lost

export const importRunning = (one: Import | undefined) => one?.state === 'receiving' || one?.state === 'running';

export const importsQuery = (campaignId: number) => queryOptions({
  queryKey: ['imports', 'of', campaignId], queryFn: () => get<List<Import>>(`/v1/campaigns/${campaignId}/imports`),
  refetchInterval: (query) => (query.state.data?.items.some(importRunning) ? importPollMs : false),
});

export const importQuery = (id: number) => queryOptions({
  queryKey: ['imports', id], queryFn: () => get<Import>(`/v1/imports/${id}`),
  refetchInterval: (query) => (importRunning(query.state.data) ? importPollMs : false),
});

export const rehearsalRunning = (one: Rehearsal | undefined) => one !== undefined && one.state !== 'done' && one.state !== 'failed';

export const rehearsalQuery = (id: number) => queryOptions({
  queryKey: ['rehearsals', id], queryFn: () => get<Rehearsal>(`/v1/rehearsals/${id}`),
  refetchInterval: (query) => (rehearsalRunning(query.state.data) ? importPollMs : false),
});

export const rehearsalsQuery = (campaignId: number) => queryOptions({
  queryKey: ['rehearsals', 'of', campaignId], queryFn: () => get<List<Rehearsal>>(`/v1/campaigns/${campaignId}/rehearsals`),
});
