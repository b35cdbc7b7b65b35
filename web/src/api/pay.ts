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
  author?: string;
  authorId?: number;
  createdAt: string;
  approver?: string | null;
  approvedAt?: string | null;
}

export interface Plan {
  id: number;
  name: string;
  clientId?: number;
  versions?: PlanVersion[];
}

export interface Assignment {
  id: number;
  planId: number;
  plan?: string;
  userId: number;
  name?: string;
  fromDate: string;
  untilDate?: string | null;
}

export interface Period {
  id: number;
  clientId?: number;
  startsOn: string;
  endsOn: string;
  state: 'open' | 'closed';
}

export const runStates = ['draft', 'calculated', 'reviewed', 'approved', 'locked', 'exported', 'reconciled'] as const;
export type RunState = (typeof runStates)[number];

export interface Run {
  id: number;
  clientId?: number;
  state: RunState;
  period: { startsOn: string; endsOn: string };
  total: Money;
  hash: string;
  watermark?: string | number;
  createdBy?: string;
  calculatedBy?: string | null;
  reviewedBy?: string | null;
  approvedBy?: string | null;
  lockedBy?: string | null;
  exportedBy?: string | null;
  payees: number;
  lines: number;
  exceptions: number;
  blockers: string[];
}

export interface Statement {
  id: number;
  userId: number;
  name: string;
  employeeNo: string;
  amount: Money;
  lines: number | StatementLine[];
}

export interface StatementLine {
  entryId: number;
  kind: string;
  component: string;
  planVersion: number | string;
  amount: Money;
  resultId?: number | null;
  callId?: number | null;
  effectiveAt: string;
  basis?: string | Money | null;
  reverses?: number | null;
}

export interface PayException {
  id: number;
  kind?: string;
  sentence?: string;
  reason?: string;
  at?: string;
  createdAt?: string;
}

export interface MyPay {
  period?: { startsOn: string; endsOn: string } | null;
  pending: Money;
  advance: Money;
  earned: Money;
  paid: Money;
  currency?: string;
  lines: StatementLine[];
}
