import type { Money } from './types';

export interface Customer {
  id: number;
  clientId: number;
  externalId: string;
  name: string;
  email?: string;
  region?: string;
  postalCode?: string;
  language?: string;
  valueTier?: string;
  phones: string[];
  plan?: string;
  status?: string;
  openCaseId?: number;
  /** Facts are hidden: the person on the line is not verified, or not on the line. */
  masked: boolean;
}

export interface Discount {
  percent?: number;
  amount: Money;
  cycles?: number;
  endsAt?: string;
}

export interface CustomerSubscription {
  id: number;
  externalId: string;
  plan: string;
  price: Money;
  termMonths: number;
  status: string;
  pastDue: boolean;
  discounts: Discount[];
  startedOn?: string;
  cancelAt?: string;
  trialEnd?: string;
  termEnd?: string;
  nextInvoiceAt?: string;
  pausedUntil?: string;
  billedAt?: string;
}

export interface CustomerInvoice {
  externalId: string;
  status: string;
  due: Money;
  paid: Money;
  refunded: Money;
  disputed: boolean;
  invoicedAt: string;
}

export interface Order {
  id: number;
  status: string;
  items: { name: string; quantity: number; price: Money }[];
  total: Money;
  paymentLink?: string;
  placedAt: string;
}

export interface AccountRequest {
  id: number;
  kind: string;
  details: Record<string, string>;
  amount: Money;
  status: string;
  reason?: string;
  askedByName: string;
  askedAt: string;
}

export interface Grant {
  id: number;
  kind: string;
  status: string;
  error?: string;
  dueAt?: string;
  createdAt: string;
}

export interface Note {
  id: number;
  authorName: string;
  text: string;
  createdAt: string;
}

export interface CustomerPage extends Customer {
  subscriptions: CustomerSubscription[];
  invoices: CustomerInvoice[];
  orders: Order[];
  calls: { id: number; at: string; agent?: string; outcome?: string; campaign: string }[];
  offers: { name: string; result: string; decision?: string; reason?: string; at: string }[];
  cases: { id: number; state: string; reasonCode: string; requestedAt: string; closedAt?: string }[];
  requests: AccountRequest[];
  grants: Grant[];
  notes: Note[];
}

/** Which column of a file is what, by header; a field that is left out is not in the file. */
export interface CustomerMapping {
  externalId?: string;
  name?: string;
  phone?: string;
  email?: string;
  region?: string;
  postalCode?: string;
  language?: string;
  valueTier?: string;
  subscriptionId?: string;
  plan?: string;
  price?: string;
  currency?: string;
  term?: string;
  startedOn?: string;
  tenure?: string;
  left?: string;
  total?: string;
  data?: string[];
}

export interface CustomerPreview {
  columns: string[];
  sample: string[][];
  guess: CustomerMapping;
}

export interface CustomerImport {
  rows: number;
  added: number;
  known: number;
  refused: number;
  rejected: { row: number; reason: string }[];
}
