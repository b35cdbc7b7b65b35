import type { Money } from './types';

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
  version: number;
  terms: PlanTerms;
  author: string;
  createdAt: string;
  approver?: string;
  approvedAt?: string | null;
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
  lines: number;
  period: Period;
  state: RunState;
}

/** The same with every line. */
export type Statement = Omit<StatementItem, 'lines'> & { lines: StatementLine[] };

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
  lines: StatementLine[];
}
