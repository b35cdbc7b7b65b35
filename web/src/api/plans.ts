import type { Doc } from '../pay/plan-doc';
import type { Money } from './types';

export interface PlanFinding {
  severity: 'error' | 'warning' | 'notice';
  rule: string;
  path: string;
  line: number;
  column: number;
  message: string;
  hangs?: { on: string; amount?: Money; share: string };
}

export interface PlanChecked {
  ok: boolean;
  findings: PlanFinding[];
  /** Absent while the text cannot be read. */
  document?: Doc;
  results: string[];
  numbers: string[];
  fields: string[];
  mustAccept: boolean;
  accepted: boolean;
  order: string[];
}

export interface PlanSentence {
  text: string;
  /** It belongs to the sentence before it. */
  under: boolean;
}

export interface PlanWhy {
  what: string;
  is?: string;
  from?: PlanWhy[];
}

export interface PlanTryLine {
  component: string;
  slice?: string;
  kind: string;
  period: string;
  count: number;
  amount: Money;
  why: PlanWhy;
}

export interface PlanTried {
  period: string;
  total: Money;
  later: Money;
  lines: PlanTryLine[];
  held: PlanTryLine[];
  gaps: string[];
  aloneWins: boolean;
  allPass: boolean;
  sentences: PlanSentence[];
}

export interface PlanDraft {
  planId: number;
  text: string;
  revision: number;
  savedBy?: string;
  savedAt?: string;
}

export interface PlanSigner {
  assignmentId: number;
  userId: number;
  name: string;
  jurisdiction?: string;
  version: number;
  required: boolean;
  signatureId?: number;
  signedAt?: string;
}

export interface OwnPlan {
  assignmentId: number;
  plan: string;
  fromDate: string;
  untilDate?: string;
  versionId: number;
  version: number;
  sha256: string;
  sentences: PlanSentence[];
  required: boolean;
  signatureId?: number;
  signedAt?: string;
  typedName?: string;
}

/** An amount under the plans in force and under the one simulated. */
export interface SimulatedTotal {
  old: Money;
  new: Money;
  difference: Money;
  /** Of old, with one decimal; absent where old is nothing. */
  percent?: string;
}

export interface SimulationSummary {
  winners: number;
  losers: number;
  same: number;
  totals: SimulatedTotal[];
  held: SimulatedTotal[];
  heldOld: number;
  heldNew: number;
  exceptionsOld: number;
  exceptionsNew: number;
  cliffs: number;
}

export interface SimulationHead {
  id: number;
  planId: number;
  sha256: string;
  from: string;
  /** The first day after. */
  until: string;
  named: number;
  state: string;
  progress: number;
  error?: string;
  askedBy: string;
  askedAt: string;
  finishedAt?: string;
  watermark?: number;
  inputsSha256?: string;
  /** Nothing that it saw has changed since. */
  current: boolean;
  newer: number;
  summary?: SimulationSummary;
}

export interface SimulatedPerson extends SimulatedTotal {
  userId: number;
  name?: string;
  tried: boolean;
}

export interface SimulatedPeriod extends SimulatedTotal {
  month: string;
  component: string;
}

export interface SimulatedCliff {
  kind: 'gate' | 'tier' | 'table' | 'kpi';
  component: string;
  on: string;
  reached: number;
  missed: number;
  held: number;
  amount: Money;
}

export interface SimulationResult {
  summary: SimulationSummary;
  people: SimulatedPerson[];
  periods: SimulatedPeriod[];
  booked: { month: string; amount: Money }[];
  cliffs: SimulatedCliff[];
  exceptions: { component?: string; why: string; old: number; new: number }[];
}

export interface Simulation extends SimulationHead {
  text: string;
  result?: SimulationResult;
}
