import { queryOptions } from '@tanstack/react-query';
import type { Callback, Lead } from '../api/campaigns';
import type { Desk, DeskOffer } from '../api/desk';
import { get } from '../api/http';
import type { MyPay } from '../api/pay';
import type { List } from '../api/types';

const pollMs = 10_000; // events move the desk; asking is for the one that got lost

export const deskQuery = queryOptions({ queryKey: ['desk'], queryFn: () => get<Desk>('/v1/desk'), refetchInterval: pollMs });

export const offersQuery = (callId: number) => queryOptions({
  queryKey: ['offers', 'call', callId], queryFn: () => get<List<DeskOffer>>(`/v1/calls/${callId}/offers`),
});

export const callbacksQuery = queryOptions({
  queryKey: ['callbacks', 'mine'], queryFn: () => get<List<Callback>>('/v1/callbacks', { mine: true }), refetchInterval: 60_000,
});

export const deskLeadsQuery = (campaignId: number, q: string) => queryOptions({
  queryKey: ['desk', 'leads', campaignId, q], queryFn: () => get<List<DeskLead>>('/v1/desk/leads', { q }),
});

/** A person who may be called by hand now. */
export type DeskLead = Pick<Lead, 'name' | 'number' | 'zone' | 'attempts'> & { id?: number; leadId?: number };

export const myPayQuery = queryOptions({ queryKey: ['my-pay'], queryFn: () => get<MyPay>('/v1/my/pay'), refetchInterval: 30_000 });
