import type { Money } from '../api/types';

export interface SaveStage {
  stage: 30 | 60 | 90;
  eligible: number;
  gross: number;
  verified: number;
  failed: number;
  waiting: number;
  immature: number;
  isMature: boolean;
  netPercent: number | null;
  stickPercent: number | null;
  holdoutEligible: number;
  holdoutVerified: number;
  holdoutPercent: number | null;
  incrementalPoints: number | null;
  incrementalLow: number | null;
  incrementalHigh: number | null;
  incrementalVerdict: 'no_holdout' | 'not_enough_data' | 'unclear' | 'better' | 'worse';
}

export interface SaveMoney {
  atRisk: Money;
  saveable: Money;
  grossSaved: Money;
  discountCost: Money;
  payCost: Money;
  costPerNetSave: Money | null;
  stage: { stage: number; saved: Money; retained: Money; leakage: Money; rechurn: Money; downgrade: Money; waiting: Money }[];
}

export interface SaveFigures {
  requests: number;
  excluded: number;
  holdout: number;
  eligible: number;
  attempted: number;
  gross: number;
  withdrawn: number;
  grossPercent: number | null;
  net: SaveStage[];
  money: SaveMoney[];
}

export interface SaveRow extends SaveFigures {
  key: string;
  name?: string;
}

export interface SaveReport {
  from: string;
  to: string;
  at: string;
  by: string;
  hasPay: boolean;
  total: SaveFigures;
  rows: SaveRow[];
}

export interface CountedCase {
  id: number;
  state: string;
  customer: string;
  reason: string;
  requestedAt: string;
  agent?: string;
  plan: string;
  mrr: Money;
}

export type LineKind = 'due' | 'waiting' | 'pass' | 'fail' | 'contradicted';

export type VerifyCause =
  | 'cancelled' | 'set_to_cancel' | 'disputed' | 'refunded' | 'unpaid' | 'paused' | 'invoice_open' | 'no_invoice' | 'billing_unreachable'
  | 'unknown_to_billing' | 'billing_not_connected' | 'no_subscription' | 'paid_late' | 'dispute_won';

export interface CalendarItem {
  kind: LineKind;
  caseId: number;
  customer: string;
  plan: string;
  agent?: string;
  stage: number;
  cause?: VerifyCause;
  at: string;
  untilAt?: string;
  mrr: Money;
}

export interface Calendar {
  items: CalendarItem[];
  total: number;
  counts: Partial<Record<LineKind, number>>;
  days: { day: string; kind: LineKind; count: number }[];
}

export interface SeenAccount {
  status: string;
  cancelAt?: string;
  pulledAt: string;
  currency: string;
  pausedDays: number;
  invoices: { id: string; status: string; dueMinor: number; paidMinor: number; refundedMinor?: number; disputed?: boolean; at: string }[];
}

export interface Verification {
  id: number;
  stage: number;
  verdict: 'pass' | 'fail' | 'contradicted';
  cause?: VerifyCause;
  decidedAt: string;
  pausedDays: number;
  paid: Money;
  mrrAfter: Money;
  evidence: SeenAccount;
}

export interface CaseVerifications {
  items: Verification[];
  next?: {
    stage: number;
    dueAt: string;
    wait?: { cause: VerifyCause; said?: string; looks: number; lookedAt: string; nextAt: string; untilAt?: string; evidence?: SeenAccount };
  };
}

export interface Experiment {
  kind: 'holdout' | 'winback' | 'proactive';
  id: string;
  name: string;
  days: number;
  holdoutPercent: number;
  treatedUnits: number;
  treatedGood: number;
  holdoutUnits: number;
  holdoutGood: number;
  waiting: number;
  unitsMin: number;
  treatedRate: number;
  holdoutRate: number;
  differencePoints: number;
  lowPoints: number;
  highPoints: number;
  verdict: 'not_enough_data' | 'unclear' | 'better' | 'worse';
}
