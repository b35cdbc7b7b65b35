import type { CampaignState, Mode, Purpose, Stop } from './campaigns';
import type { Money } from './types';

export type AgentState = 'away' | 'ready' | 'preview' | 'ringing' | 'talking' | 'wrapping';

export interface DeskAgent {
  userId: number;
  name: string;
  state: AgentState;
  reason: string;
  since: string;
  campaignId?: number | null;
  callId?: number | null;
  wrapUntil?: string | null;
  afterWrap?: string;
}

export interface DeskCall {
  id: number;
  state: string;
  placedAt: string;
  answeredAt?: string | null;
  connectedAt?: string | null;
  endedAt?: string | null;
  campaignId: number;
  leadId: number;
  number: string;
  held: boolean;
}

export interface Card {
  leadId: number;
  clientId: number;
  person: {
    id: number;
    name: string;
    email: string;
    region: string;
    postalCode: string;
    language: string;
    data: Record<string, string | number | boolean | null>;
  };
  number: string;
  zones?: string[];
  zone?: string;
  localTime?: string;
  attempts: number;
  history: { at: string; number: string; disposition: string; outcome?: string }[];
  script?: { name: string; version: number; body: string } | null;
  note: string;
  caseId?: number | null;
  /** Facts are hidden: who is on the line is not verified yet. */
  masked: boolean;
}

export interface Desk {
  agent: DeskAgent;
  campaigns: { id: number; name: string; mode: Mode; purpose: Purpose; openNow: boolean }[];
  call?: DeskCall | null;
  card?: Card | null;
  pauseReasons: string[];
  /** Why the last thing asked for was refused, until the state changes. */
  notice?: string;
  today: { calls: number; connected: number; talkSeconds: number; outcomes: Record<string, number> };
}

export interface Offer {
  id: number;
  clientId?: number;
  code: string;
  version: number;
  name: string;
  kind: string;
  result: ResultKind;
  say: string;
  terms: Record<string, unknown>;
  value: Money;
  cost: Money;
  purposes: string[];
  rank: number;
  family?: string;
  cooldownDays?: number;
  redemptionsMax?: number;
  weekBudgetMinor?: number;
  ttlMinutes?: number;
  eligibility?: string;
  retiredAt?: string | null;
}

export type ResultKind = 'save' | 'sale' | 'upsell' | 'appointment';

export interface Presentation {
  id: number;
  offerId: number;
  version: number;
  name: string;
  presentedAt: string;
  decision?: 'accepted' | 'declined' | 'expired' | '' | null;
}

export interface DeskOffer {
  offer: Offer;
  sayRendered: string;
  presentation?: Presentation | null;
  /** Why it may not be made now; empty if it may. */
  refused?: string;
  needsApproval?: boolean;
  rung?: number;
}

export const outcomeCodes = [
  'save', 'sale', 'upsell', 'appointment', 'callback', 'not_interested', 'lost', 'wrong_number', 'do_not_call', 'other',
] as const;
export type OutcomeCode = (typeof outcomeCodes)[number] | 'no_disposition';

export interface OutcomeInput {
  code: OutcomeCode;
  reason?: string;
  note?: string;
  callbackAt?: string;
  callbackMine?: boolean;
  appointmentAt?: string;
}

export interface Outcome {
  id: number;
  callId: number;
  agentId?: number | null;
  agent?: string;
  campaignId?: number;
  campaign?: string;
  name?: string;
  number?: string;
  code: OutcomeCode;
  reason?: string;
  note?: string;
  effectiveAt: string;
  reviewedAt?: string | null;
  results?: { id: number; kind: ResultKind; value: Money }[];
}

export interface Call {
  id: number;
  campaignId: number;
  campaign: string;
  agentId?: number | null;
  agent?: string;
  leadId: number;
  name: string;
  number: string;
  state: string;
  disposition: string;
  placedAt: string;
  answeredAt?: string | null;
  connectedAt?: string | null;
  endedAt?: string | null;
  talkSeconds: number;
  outcome?: string;
  events?: { at: string; event: string; data?: unknown }[];
  messagePlayed?: boolean;
  hangupBy?: string;
}

export interface FloorAgent {
  userId: number;
  name: string;
  state: AgentState;
  reason: string;
  since: string;
  campaignId?: number | null;
  campaign?: string;
  callId?: number | null;
  callSeconds: number;
  silent: boolean;
}

export interface FloorCampaign {
  id: number;
  name: string;
  mode: Mode;
  state: CampaignState;
  openNow: boolean;
  ringing: number;
  waiting: number;
  talking: number;
  agentsReady: number;
  agentsTalking: number;
  agentsWrapping: number;
  answeredLive: number;
  abandoned: number;
  abandonRate: number;
  attemptsToday: number;
  leadsReady: number;
  leadsLeft: number;
  lastDecision: string;
  heldBy: string;
}

export interface Incident {
  kind: string;
  callId?: number | null;
  agentId?: number | null;
  since: string;
  sentence: string;
}

/** What the floor showed in the last half hour, oldest first. */
export interface FloorHistory {
  stepSeconds: number;
  samples: { at: string; ringing: number; waiting: number; talking: number }[];
}

export interface Floor {
  now: string;
  stop: Stop;
  agents: FloorAgent[];
  campaigns: FloorCampaign[];
  incidents: Incident[];
  totals: { calls: number; answered: number; abandoned: number };
}

export interface Case {
  id: number;
  clientId: number;
  externalId: string;
  customer: { id: number; externalId: string; name: string; valueTier: string };
  subscription: { externalId: string; plan: string; price: Money; status: string };
  campaignId?: number;
  leadId?: number;
  owner?: string;
  state: string;
  saveable: boolean;
  reasonCode: string;
  reasonText: string;
  source: string;
  mrr: Money;
  arm?: string;
  effectiveAt?: string | null;
  dueAt: string;
  requestedAt: string;
  closedAt?: string | null;
  events?: { at: string; actor: string; event: string; from: string; to: string }[];
  presentations?: (Presentation & { value: Money; reason?: string })[];
}

export interface CaseImport {
  rows: number;
  opened: number;
  unsaveable: number;
  duplicates: number;
  refused: number;
  rejected: { row: number; reason: string }[];
}
