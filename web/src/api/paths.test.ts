import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const description = readFileSync(join(root, '../../docs/openapi.yaml'), 'utf8');

/** Every operation of the API as "GET /v1/campaigns/*". */
function operations(): Set<string> {
  const found = new Set<string>();
  let path = '';
  for (const line of description.split('\n')) {
    path = /^ {2}(\/\S+):$/.exec(line)?.[1]?.replace(/\{\w+\}/g, '*') ?? path;
    const method = /^ {4}(get|post|put|patch|delete):$/.exec(line)?.[1];
    if (method) found.add(`${method.toUpperCase()} ${path}`);
  }
  return found;
}

const methods: Record<string, string> = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', del: 'DELETE', upload: 'POST' };

/** Every call that the pages make with an address in the source, in the same form. */
function calls(): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
    .flatMap((name) => {
      const text = readFileSync(join(root, name), 'utf8');
      return [...text.matchAll(/\b(get|post|put|patch|del|upload)(?:<[^(]*>)?\(\s*[`'](\/v1\/[^`']+)[`']/g)]
        .map(([, method = '', path = '']) => `${methods[method] ?? ''} ${path.replace(/\$\{(?:[^{}]|\{[^}]*\})+\}/g, '*')}`);
    });
}

it('the pages call only what the API has', () => {
  const known = operations();
  const made = calls();
  expect(made.length).toBeGreaterThan(60);
  // The last part of an address may be a word chosen among several, such as start, pause, finish.
  const fits = (call: string) => known.has(call) || [...known].some((op) => call.endsWith('/*') && op.startsWith(call.slice(0, -1)) && !op.slice(call.length - 1).includes('/'));
  expect(made.filter((call) => !fits(call))).toEqual([]);
});
