import type { Money } from './types';

export type FindingState = 'open' | 'proposed' | 'cleared' | 'confirmed';

export interface Numbers {
  trials: number;
  hits: number;
  peerTrials: number;
  peerHits: number;
  basisBp: number;
  chance: number;
}

export interface Finding {
  id: number;
  clientId: number;
  agentId: number;
  agent: string;
  pattern: string;
  state: FindingState;
  numbers: Numbers;
  evidence: number;
  undecided: number;
  results: number;
  foundAt: string;
  openedAt: string;
  proposedBy?: string;
  decidedBy?: string;
  decidedAt?: string | null;
  note?: string;
  version: number;
}

export interface Piece {
  kind: 'call' | 'result' | 'case' | 'grant' | 'approval';
  objectId: number;
  callId?: number;
  caseId?: number;
  resultId?: number;
  resultKind?: string;
  value: Money;
  outcome?: string;
  seconds: number;
  at: string;
  decision?: string;
}

export interface Word {
  decision: 'found' | 'proposed' | 'cleared' | 'confirmed' | 'reopened';
  note?: string;
  by?: string;
  at: string;
}

export interface FindingDetail extends Finding {
  pieces: Piece[];
  decisions: Word[];
}

export interface Scan {
  clientId: number;
  by: string;
  at: string;
  found: number;
  added: number;
}

export interface Rule {
  on: boolean;
  trialsMin: number;
  hitsMin: number;
  basisBp: number;
  limit: number;
}

export interface Rules {
  clientId: number;
  windowDays: number;
  falseBp: number;
  patterns: Record<string, Rule>;
  limits: Record<string, { unit: 'seconds' | 'hours' | 'days' | 'basis_points' | 'none'; Min: number; Max: number }>;
  order: string[];
  version: number;
}

export interface HeldLine {
  entryId: number;
  userId: number;
  name: string;
  resultId: number;
  resultKind: string;
  callId?: number;
  amount: Money;
  since: string;
  reason: 'review';
}
