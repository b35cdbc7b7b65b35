import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codes as en } from './en/codes';

const house = join(import.meta.dirname, '../../..');

/** The closed lists of the API, by "Schema.field", as its types have them. */
function listsOfTheAPI(): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  const types = readFileSync(join(house, 'web/src/api/schema.d.ts'), 'utf8');
  let schema = '';
  for (const line of types.slice(types.indexOf('schemas: {')).split('\n')) {
    schema = /^ {8}(\w+): \{$/.exec(line)?.[1] ?? schema;
    const found = /^ {12}"?(\w+)"?\??: ((?:"[\w]*"(?: \| )?)+);$/.exec(line);
    if (found) lists.set(`${schema}.${found[1] ?? ''}`, [...(found[2] ?? '').matchAll(/"(\w+)"/g)].map(([, code = '']) => code));
  }
  return lists;
}

/** The codes that the house writes as constants of one file, where the API leaves the list open. */
function constantsOf(file: string, type: string): string[] {
  return [...readFileSync(join(house, file), 'utf8').matchAll(new RegExp(`^\\t\\w+ +${type} = "(\\w+)"`, 'gm'))].map(([, code = '']) => code);
}

/** Events that are only told, by whoever writes them into a case's log. */
function notesOf(...files: string[]): string[] {
  return files.flatMap((file) => [...readFileSync(join(house, file), 'utf8').matchAll(/\.note\(ctx, tx, \w+, now, "(\w+)",/g)].map(([, code = '']) => code));
}

const api = listsOfTheAPI();
const listed: Record<string, (keyof typeof en.code)[]> = {
  'AccountRequest.kind': ['request'], 'AccountRequest.status': ['requestState'], 'Approval.decision': ['decision'], 'Authority.role': ['role'],
  'Case.arm': ['arm'], 'ConcludeCallRequest.code': ['outcome'], 'CreateOfferRequest.kind': ['offerKind'], 'CreateOfferRequest.result': ['outcome'],
  'CustomerSubscription.status': ['subscription'], 'OpenCaseRequest.source': ['source'], 'Order.status': ['order'], 'Presentation.decision': ['decision'],
  'Reason.billingCode': ['billingReason'], 'WithdrawCaseRequest.method': ['evidence'],
};

describe('every code of the API that a person sees has a word', () => {
  it.each(Object.entries(listed))('%s', (name, tables) => {
    const found = api.get(name);
    expect(found, `${name} is no closed list of the API any more`).toBeDefined();
    for (const table of tables) expect((found ?? []).filter((code) => !(code in en.code[table]))).toEqual([]);
  });

  it.each([
    ['a state of a case', 'retention/flow/flow.go', 'State', 'caseState'], ['an event of a case', 'retention/flow/event.go', 'Kind', 'caseEvent'],
    ['what the law wants', 'retention/policy/policy.go', 'Mode', 'lawMode'],
  ] as const)('%s', (_, file, type, table) => {
    const found = constantsOf(file, type);
    expect(found.length).toBeGreaterThan(3);
    expect(found.filter((code) => !(code in en.code[table]))).toEqual([]);
  });

  it('a note in the log of a case', () => {
    const found = notesOf('retention/open.go', 'retention/present.go', 'retention/reverse.go', 'retention/review.go', 'retention/routing_preview.go', 'retention/selfservice.go', 'retention/verify_later.go');
    expect(found.length).toBeGreaterThan(5);
    expect(found.filter((code) => !(code in en.code.caseEvent))).toEqual([]);
  });

  it('a reason of the house', () => {
    const found = [...readFileSync(join(house, 'retention/reason.go'), 'utf8').matchAll(/\{Code: "(\w+)"/g)].map(([, code = '']) => code);
    expect(found.length).toBeGreaterThan(10);
    expect(found.filter((code) => !(code in en.code.reason))).toEqual([]);
  });
});
