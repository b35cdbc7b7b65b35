export const purposes = ['acquisition', 'retention_save', 'winback', 'upsell', 'service', 'collections'] as const;
export type Purpose = (typeof purposes)[number];

export const modes = ['manual', 'preview', 'progressive'] as const;
export type Mode = (typeof modes)[number] | 'predictive';

export type CampaignState = 'draft' | 'scheduled' | 'running' | 'paused' | 'finished';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** A weekly stretch in the campaign's zone; from and to are "09:00". */
export interface Window {
  days: Weekday[];
  from: string;
  to: string;
}

export interface RetryRule {
  afterMinutes: number;
  max: number;
}

export interface CampaignStats {
  leads: number;
  waiting: number;
  ready: number;
  reserved: number;
  calling: number;
  done: number;
  suppressed: number;
  withdrawn: number;
  attempts: number;
  contacts: number;
  agents: number;
}

export interface CampaignInput {
  clientId?: number;
  name: string;
  purpose: Purpose;
  mode: Mode;
  zone: string;
  windows: Window[];
  callerId: string;
  ringSeconds: number;
  wrapupSeconds: number;
  priority: number;
  attemptsMax: number;
  dayAttemptsMax: number;
  retry: Record<string, RetryRule>;
  trunk: string;
  abandonMessage: string;
}

export interface Campaign extends CampaignInput {
  id: number;
  clientId: number;
  state: CampaignState;
  scriptId?: number | null;
  /** Only where one campaign is asked for. */
  script?: { name: string; version: number; body: string } | null;
  version: number;
  openNow: boolean;
  nextOpenAt?: string | null;
  stats: CampaignStats;
}

export interface LeadList {
  id: number;
  name: string;
  synthetic: boolean;
  active: boolean;
  leads: number;
  waiting: number;
  done: number;
}

export const mappedFields = ['name', 'phone', 'externalId', 'email', 'region', 'postalCode', 'language'] as const;
export type MappedField = (typeof mappedFields)[number];

export type Mapping = Partial<Record<MappedField, string>> & { data?: string[] };

export interface ImportPreview {
  separator: string;
  encoding: string;
  columns: string[];
  sample: string[][];
  guess: Mapping;
}

export interface Import {
  id: number;
  listId: number;
  fileName: string;
  state: 'receiving' | 'running' | 'done' | 'failed';
  rowsRead: number;
  rowsAdded: number;
  rowsKnown: number;
  rowsRejected: number;
  error: string;
  createdAt: string;
  finishedAt?: string | null;
}

export type LeadState = 'waiting' | 'reserved' | 'calling' | 'done' | 'suppressed' | 'withdrawn';

export interface Lead {
  id: number;
  personId: number;
  name: string;
  number: string;
  zone: string;
  state: LeadState;
  dueAt: string;
  attempts: number;
  lastDisposition: string;
  listId: number;
  externalId?: string | null;
}

export interface Why {
  allowed: boolean;
  reason?: string;
  rule?: string;
  nextAt?: string | null;
  sentence: string;
  checks: { rule: string; ok: boolean; detail: string }[];
}

export interface Callback {
  id: number;
  leadId: number;
  name: string;
  number: string;
  dueAt: string;
  localDue?: string;
  zone: string;
  note: string;
  ownerId?: number | null;
  campaignId: number;
}

export interface Stop {
  stopped: boolean;
  why?: string;
  by?: string;
  startedAt?: string | null;
}

export interface RehearsalInput {
  agents: number;
  hours: number;
  answerRate: number;
  mode?: Mode;
  seed?: number;
}

/** The keys of a rehearsal's result; money is decimals as text, rates are shares. */
export interface RehearsalResult {
  calls: number;
  answered: number;
  abandoned: number;
  abandon_rate: number;
  utilisation: number;
  outcomes: Record<string, number>;
  saves: number;
  sales: number;
  credits: number;
  earnings: string;
  payout: string;
  exported: string;
  ledger_sum: string;
  leads_left: number;
  digest: string;
}

export interface Rehearsal {
  id: number;
  state: string;
  progress: number;
  result?: RehearsalResult | null;
  error?: string;
  createdAt: string;
  asked: RehearsalInput;
}
