/** What the API answers. Ids are integers, times RFC 3339 in UTC, durations seconds. */

export interface Money {
  amount: string;
  currency: string;
}

export interface List<T> {
  items: T[];
  total: number;
}

export type Role = 'admin' | 'manager' | 'supervisor' | 'agent' | 'payroll' | 'compliance' | 'integrator';

export interface Client {
  id: number;
  name: string;
  zone: string;
  demo: boolean;
}

export interface Me {
  id: number;
  name: string;
  email: string;
  roles: Role[];
  permissions: string[];
  clients: Client[];
  language: string;
  zone: string;
  mustChange: boolean;
  totp?: boolean;
}

export interface User {
  id: number;
  email: string;
  name: string;
  roles: Role[];
  clientIds: number[];
  allClients: boolean;
  employeeNo?: string | null;
  zone: string;
  language: string;
  disabledAt?: string | null;
  simulated?: boolean;
  version: number;
}

export interface Token {
  id: number;
  user?: string;
  name: string;
  scopes: string[];
  createdAt: string;
  expiresAt?: string | null;
  usedAt?: string | null;
}

export interface AuditRow {
  id: number;
  at: string;
  actor: string;
  act: string;
  object: string;
  why: string;
  requestId?: string;
  data?: unknown;
}

export interface Suppression {
  clientId: number;
  number: string;
  reason: string;
  source: string;
  createdBy: string;
  createdAt: string;
}

export interface Finding {
  check: string;
  grade: 'ok' | 'warn' | 'fail';
  sentence: string;
  whatToDo?: string;
}
