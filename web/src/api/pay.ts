import type { Money } from './types';
import type { SimulationHead } from './plans';

export interface PlanComponent {
  id: string;
  type: 'per_unit' | 'percent';
  result: string;
  amount?: string;
  rate?: string;
}

export interface PlanTerms {
  currency: string;
  holdDays: number;
  components: PlanComponent[];
}

export interface PlanVersion {
  id: number;
  planId: number;
  version: number;
  /** The plan in its language: what values. */
  text: string;
  /** The simple form that the text was made of; no components when it was written as text. */
  terms: PlanTerms;
  /** Of the canonical plan: a simulation of this text has the same. */
  sha256: string;
  author: string;
  createdAt: string;
  approver?: string;
  approvedAt?: string | null;
  /** Of a version that waits: the newest simulation of this very text. */
  simulation?: SimulationHead;
}

export interface Plan {
  id: number;
  name: string;
  clientId: number;
  /** Newest first. */
  versions: PlanVersion[];
}

export interface Assignment {
  id: number;
  planId: number;
  plan: string;
  userId: number;
  name: string;
  fromDate: string;
  /** The first day after it; absent when it has no end. */
  untilDate?: string;
}

/** endsOn is the first day after the period. */
export interface Period {
  id: number;
  clientId: number;
  calendar: string;
  startsOn: string;
  endsOn: string;
  state: 'open' | 'closed';
}

export const runStates = ['draft', 'calculated', 'reviewed', 'approved', 'locked', 'exported', 'reconciled'] as const;
export type RunState = (typeof runStates)[number];

export interface Run {
  id: number;
  clientId: number;
  state: RunState;
  period: Period;
  total: Money;
  hash: string;
  watermark: number;
  payees: number;
  lines: number;
  exceptions: number;
  createdBy: string;
  createdAt: string;
  calculatedBy?: string;
  calculatedAt?: string;
  reviewedBy?: string;
  reviewedAt?: string;
  approvedBy?: string;
  approvedAt?: string;
  lockedAt?: string;
  exportedAt?: string;
  exportSha256?: string;
  evidenceSha256?: string;
  exported: Money;
  reconciledAt?: string;
  next: RunState[];
  blockers: string[];
  notes: string[];
}

/** How an amount came about: the plan's component and the value it was applied to. */
export interface Basis {
  type?: string;
  result?: string;
  amount?: string;
  value?: string;
  rate?: string;
}

export interface StatementLine {
  entryId: number;
  kind: string;
  component?: string;
  plan?: string;
  planVersion?: number;
  amount: Money;
  resultId?: number;
  callId?: number;
  effectiveAt: string;
  holdUntil?: string | null;
  basis?: Basis | null;
  reverses?: number;
  /** Place of its operation in the order, from 1; of a statement's lines. */
  step?: number;
  operation?: string;
}

/** What a run pays one person; lines is how many there are. */
export interface StatementItem {
  id: number;
  runId: number;
  userId: number;
  name: string;
  employeeNo: string;
  amount: Money;
  carried: boolean;
  /** What is left for the next run to recover, below zero. */
  carriedAmount: Money;
  /** What a leaver owed and nobody collects. */
  writtenOff: Money;
  lines: number;
  period: Period;
  state: RunState;
}

/** The same with every line. */
export type Statement = Omit<StatementItem, 'lines'> & {
  /** In the order of operations. */
  lines: StatementLine[];
  order: string[];
  roundings: { plan: string; version: number; sha256: string; mode: string; scope: string }[];
};

export interface PayException {
  id: number;
  why: string;
  userId?: number;
  name?: string;
  resultId: number;
  kind?: string;
  callId?: number;
  effectiveAt?: string;
  createdAt: string;
}

export interface MyPay {
  period: { startsOn: string; endsOn: string };
  currency: string;
  pending: Money;
  advance: Money;
  earned: Money;
  paid: Money;
  /** Taken back after it was paid, and still to be recovered. */
  owed: Money;
  /** Kept back by the plan until its day. */
  reserve: Money;
  /** The advance by the day until which it must last, the nearest first. */
  atRisk: { until: string; results: number; amount: Money }[];
  /** What was taken back and has not been read of. */
  notices: number;
  lines: StatementLine[];
}

/** One step of an explanation; what says which, values are what its sentence tells. */
export interface ExplainNode {
  what: string;
  values: Record<string, string>;
  amount?: Money;
  ref?: { kind: string; id: number };
  children?: ExplainNode[];
}

export interface Explanation {
  entryId: number;
  complete: boolean;
  missing: string[];
  tree: ExplainNode;
  text: string;
}

export interface Dispute {
  id: number;
  userId: number;
  name: string;
  entryId: number;
  component: string;
  claim: Money;
  state: string;
  openedAt: string;
  answerBy: string;
  late: boolean;
  decidedBy?: string;
  posted?: Money;
  messages: { author: string; own: boolean; body: string; createdAt: string }[];
}

export interface Adjustment {
  id: number;
  userId: number;
  name: string;
  kind: string;
  amount: Money;
  component: string;
  reason: string;
  note?: string;
  evidence: string;
  adjustsId?: number;
  state: string;
  enteredBy: string;
  enteredAt: string;
  decidedBy?: string;
}

export interface PayNotice {
  id: number;
  entryId: number;
  amount: Money;
  cause: string;
  callId?: number;
  createdAt: string;
  readAt?: string;
}

/** A run beside the one before it. */
export interface Comparison {
  before?: { id: number; startsOn: string; endsOn: string; total: Money };
  changes: { userId: number; name: string; statementId?: number; before: Money; now: Money; change: Money }[];
}

export interface WhatIfAnswer {
  adds: Money[];
  lines: { component: string; results: number; amount: Money }[];
  why: string[];
}
