import type { Money } from './types';

export interface Reason {
  code: string;
  parent: string;
  name: string;
  saveable: boolean;
  active: boolean;
  billingCode: string;
}

export const billingCodes = [
  'customer_service', 'low_quality', 'missing_features', 'other', 'switched_service', 'too_complex', 'too_expensive', 'unused',
] as const;

export interface Fix {
  code: string;
  kind: 'fix' | 'feature' | 'specialist';
  name: string;
  steps: string[];
  reasonCodes: string[];
  active: boolean;
}

/** A question to a supervisor, with the facts of the case beside it. */
export interface Approval {
  id: number;
  caseId: number;
  callId: number;
  agentId: number;
  agent: string;
  offerId: number;
  offer: string;
  depthPercent: number;
  cost: Money;
  why: string;
  customer: string;
  valueTier: string;
  plan: string;
  mrr: Money;
  reasonCode: string;
  offersBefore: number;
  savesBefore: number;
  requestedAt: string;
  expiresAt: string;
  decision?: 'approved' | 'declined' | 'timeout';
}

export type LawNotice = 'cancel_any_time' | 'do_not_ask_again';

/** Which offer was chosen to be tried next, and why; arm none: they are simply asked. */
export interface NextOffer {
  arm: string;
  by: 'table' | 'bandit' | 'explore';
  rule: number;
  acceptPercent: number;
  stickPercent: number;
}

/** What an agent should know of the account before saying a word about it. */
export interface DeskAccount {
  customerId: number;
  valueTier: string;
  plan: string;
  status: string;
  mrr: Money;
  pastDue: boolean;
  discounts: { percent?: number; amount: Money; endsAt?: string }[];
  startedOn?: string;
  termEnd?: string;
  cancelAt?: string;
  savesBefore: number;
  casesBefore: number;
}

/** What the agent of a call about a wish to cancel needs beside the offers. */
export interface SaveDesk {
  caseId: number;
  state: string;
  reasonCode: string;
  reasonText: string;
  reasons: Reason[];
  fixes: Fix[];
  tried: string[];
  law: { mode: string; sentence: string; mayOffer: boolean; why?: string; next: string; notices: { code: LawNotice; read: boolean }[]; rules: string[] };
  next?: NextOffer;
  approval?: Approval;
  /** Not there until the person on the line was verified. */
  account?: DeskAccount;
  evidence: { recording: string; onRecord: boolean; linkUntil?: string };
  dueAt: string;
  cancelled: boolean;
}

export interface ConfirmLink {
  id: number;
  caseId: number;
  token: string;
  path: string;
  expiresAt: string;
  /** It is on its way to the customer; then the agent does not see it. */
  sent: boolean;
}

/** What a customer reads on the page of their link. */
export interface LinkView {
  purpose: 'agree' | 'notice';
  company: string;
  offer: string;
  stays: boolean;
  language: string;
  expiresAt: string;
  answer?: 'confirm' | 'wrong' | 'replaced';
}

export interface OfferPreview {
  subscriptions: number;
  eligible: number;
  against: { clause: string; count: number }[];
  truncated: boolean;
}
