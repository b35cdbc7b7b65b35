import type { Money } from './types';

export interface Column {
  header: string;
  field?: string;
  constant?: string;
  pad?: number;
  max?: number;
}

/** A layout as data: columns in order and how they are written. */
export interface FileMapping {
  kind: 'csv' | 'xlsx';
  delimiter: 'comma' | 'semicolon' | 'tab' | 'pipe';
  header: boolean;
  dates: 'iso' | 'us' | 'european' | 'compact';
  crlf: boolean;
  bom: boolean;
  ascii: boolean;
  negative: boolean;
  fileName: string;
  columns: Column[];
}

export interface Layout {
  name: string;
  title: string;
  about: string;
  mapping?: FileMapping;
}

export interface Layouts {
  layouts: Layout[];
  fields: string[];
}

export interface PayrollMapping {
  id: number;
  clientId: number;
  name: string;
  version: number;
  updatedAt: string;
  mapping: FileMapping;
}

export interface PayrollCode {
  component: string;
  code: string;
  name?: string;
  kind?: string;
  excluded?: string;
  basic13th?: boolean;
  avgWage?: boolean;
  benefitMonths?: number;
}

export interface PayrollSettings {
  clientId: number;
  company: string;
  frequency: string;
  expense: string;
  liability: string;
  method: string;
  cycle: string;
  workweekStart: string;
  /** Days within which a dispute is owed an answer. */
  disputeDays: number;
  version: number;
  codes: PayrollCode[];
}

export interface PayrollPerson {
  clientId?: number;
  userId?: number;
  name: string;
  employeeNo: string;
  employeeId?: string;
  firstName?: string;
  lastName?: string;
  title?: string;
  payGroup?: string;
  department?: string;
  frequency?: string;
  jurisdiction?: string;
  status?: '' | 'nonexempt' | 'exempt_7i' | 'exempt_inside_sales' | 'exempt' | 'contractor';
  nettingConsent: boolean;
  signedOn?: string;
  receivedOn?: string;
  leftOn?: string;
}

export interface Manifest {
  runId: number;
  batchId: string;
  layout: string;
  rows: number;
  people: number;
  totals: { code: string; rows: number; amount: Money }[];
  files: { name: string; bytes: number; sha256: string; rows: number }[];
}

export interface RunExport {
  id: number;
  clientId: number;
  runId: number;
  layout: string;
  title: string;
  revision: number;
  batchId: string;
  createdBy: string;
  createdAt: string;
  manifest: Manifest;
}

export interface MappingPreview {
  name: string;
  text: string;
  faults: { path: string; message: string }[];
  manifest?: Manifest;
}

export interface LawFinding {
  rule: string;
  version: string;
  jurisdiction: string;
  severity: 'block' | 'warn' | 'advice' | 'missing_facts';
  person?: string;
  sentence: string;
  numbers: { name: string; value: string }[];
  source: string;
  key: string;
  acknowledgement?: { name: string; reason: string; at: string };
}

export interface LawReport {
  findings: LawFinding[];
  verdicts: { rule: string; title: string; version: string; source: string; outcome: string; people: number }[];
  open: number;
}
