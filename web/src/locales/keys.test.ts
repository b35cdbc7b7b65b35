import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en';

const root = join(import.meta.dirname, '..');

/** Every key with a text, as "a.b.c". */
function keysOf(table: object, prefix = ''): string[] {
  return Object.entries(table).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? keysOf(value, `${prefix}${name}.`) : [`${prefix}${name}`]);
}

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.') && !name.startsWith('locales'))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

/** What the sources ask for: whole keys, and for templates the text before and after the first gap. */
function asked(): { whole: Set<string>; patterns: RegExp[] } {
  const whole = new Set<string>();
  const patterns: RegExp[] = [];
  const quote = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  for (const { text } of sources) {
    for (const [, key = ''] of text.matchAll(/\bt\(\s*'([^']+)'/g)) whole.add(key);
    for (const [, template = ''] of text.matchAll(/\bt\(\s*`([^`]+)`/g)) {
      patterns.push(new RegExp(`^${template.split(/\$\{[^}]+\}/).map(quote).join('[\\w]+')}$`));
    }
  }
  return { whole, patterns };
}

/** A plural has several texts and one key. */
const singular = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '');

describe('words', () => {
  const known = new Set(keysOf(en).flatMap((key) => [key, singular(key)]));
  const { whole, patterns } = asked();

  it('are there for every key that the pages ask for', () => {
    expect([...whole].filter((key) => !known.has(key))).toEqual([]);
    expect(patterns.filter((pattern) => ![...known].some((key) => pattern.test(key))).map(String)).toEqual([]);
  });

  it('are all asked for', () => {
    const unused = keysOf(en).filter((key) => !whole.has(key) && !whole.has(singular(key)) && !patterns.some((pattern) => pattern.test(key)));
    expect(unused).toEqual([]);
  });

  it('stand in no component: text between tags is asked for by key', () => {
    const bare = sources.filter(({ name }) => name.endsWith('.tsx')).flatMap(({ name, text }) =>
      [...text.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+)\s*</g)].map(([, words]) => `${name}: ${words ?? ''}`));
    expect(bare).toEqual([]);
  });
});
