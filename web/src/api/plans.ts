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
