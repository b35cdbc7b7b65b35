import type { Money } from './types';

export interface Authority {
  role: 'agent' | 'supervisor' | 'manager';
  valueTier: string;
  percentMax: number;
  amountMaxMinor: number;
  cyclesMax: number;
  weekBudgetMinor: number;
}

export interface SaveSettings {
  clientId: number;
  holdoutBp: number;
  offerMinutes: number;
  anyCooldownDays: number;
  lifetimeCapMinor: number;
  version: number;
}

export interface RequestLimit {
  role: string;
  amount: Money;
}

/** A promise to a customer that billing did not keep. */
export interface Incident {
  id: number;
  clientId: number;
  grantId: number;
  caseId?: number;
  cause: 'late' | 'failed';
  error?: string;
  dueAt?: string;
  ownerId?: number;
  ownerName?: string;
  openedAt: string;
  closedAt?: string;
  closedBy?: string;
  note?: string;
}

export const requestStates = ['open', 'waiting', 'approved', 'refused', 'passed_on', 'done', 'failed'] as const;

export interface AccountAsk {
  id: number;
  kind: string;
  customerId: number;
  customerName: string;
  details: Record<string, string>;
  amount: Money;
  invoice?: string;
  status: 'waiting' | 'approved' | 'refused' | 'passed_on' | 'done' | 'failed';
  reason?: string;
  askedBy: number;
  askedByName: string;
  askedAt: string;
  updatedAt: string;
}

export interface BillingConnection {
  clientId: number;
  kind: string;
  url: string;
  paymentLink: string;
  changedBy: string;
  changedAt: string;
}

export interface Reconciliation {
  id: number;
  clientId: number;
  checked: number;
  differing: number;
  failed: number;
  startedAt: string;
  endedAt?: string;
}

export interface Difference {
  id: number;
  customerId: number;
  externalId: string;
  field: string;
  ours: string;
  theirs: string;
  foundAt: string;
}

export interface SurveyQuestion {
  id: string;
  kind: 'scale' | 'yes_no' | 'text';
  ask: Record<string, string>;
}

export interface Survey {
  id: number;
  clientId: number;
  code: string;
  version: number;
  samplePercent: number;
  questions: SurveyQuestion[];
  stoppedAt?: string;
  invited: number;
  answered: number;
  meanScore?: number;
}

export interface SurveyAnswer {
  callId: number;
  form: string;
  version: number;
  answers?: unknown;
  score?: number;
  answeredAt?: string;
}

export interface MessageTemplate {
  kind: string;
  channel: 'email' | 'text';
  language: 'en' | 'ko' | 'fil';
  version: number;
  subject: string;
  body: string;
  fields: string[];
  createdBy?: string;
  createdAt?: string;
}

export interface Objection {
  id: number;
  messageId: number;
  caseId?: number;
  callId?: number;
  said: string;
  at: string;
  resolution?: string;
  resolvedAt?: string;
}

export interface OutreachInput {
  clientId?: number;
  name: string;
  kind: 'winback' | 'proactive';
  campaignId: number;
  reasons?: string[];
  afterDays?: number;
  scoreMin?: number;
  holdoutPercent: number;
  measureDays: number;
}

export interface RiskScore {
  customerId: string;
  score: number;
}
