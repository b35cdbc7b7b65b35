import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { languages } from '.';
import { en as firstEn } from './en';
import { words as firstFil } from './fil';
import { words as firstKo } from './ko';

// The words of the first load, and those that some pages bring along: every file of a language.
const files = import.meta.glob<Record<string, object>>('./*/*.ts', { eager: true });
const all = (language: string): Record<string, unknown> => Object.assign(
  {}, ...Object.entries(files).filter(([path]) => path.startsWith(`./${language}/`)).flatMap(([, chunk]) => Object.values(chunk)),
) as Record<string, unknown>;
const [en, ko, fil] = [all('en'), all('ko'), all('fil')];

const root = join(import.meta.dirname, '..');

/** Every text by its key, "a.b.c". */
function textsOf(table: object, prefix = ''): [string, string][] {
  return Object.entries(table).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? textsOf(value, `${prefix}${name}.`) : [[`${prefix}${name}`, String(value)] as [string, string]]);
}

const keysOf = (table: object) => textsOf(table).map(([key]) => key);

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

const form = /_(zero|one|two|few|many|other)$/;

/** A plural has several texts and one key. */
const singular = (key: string) => key.replace(form, '');

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
});

const tables: Record<string, object> = { en, ko, fil };

it('no two files of a language say the same thing, or the later would hide the earlier', () => {
  const names = Object.entries(files).filter(([path]) => path.startsWith('./en/')).flatMap(([, chunk]) => Object.values(chunk).flatMap(Object.keys));
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

it.each([['en', firstEn], ['ko', firstKo], ['fil', firstFil]])('the first load of %s has words for the frame of every page', (_, first) => {
  expect(Object.keys(first)).toEqual(expect.arrayContaining(['app', 'nav', 'error', 'session', 'stopped', 'lost']));
});

/** The keys that a language must have for those of English: of a plural, the forms that its numbers take. */
function expected(language: string): string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const keys = keysOf(en).flatMap((key) => (form.test(key) ? forms.map((one) => `${singular(key)}_${one}`) : [key]));
  return [...new Set(keys)].sort();
}

/** What a text leaves open, without the count, which a form for one need not repeat. */
const gaps = (text: string) => [...new Set([...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name = '']) => name))].filter((name) => name !== 'count').sort();

describe.each(languages.map(({ value }) => value))('%s', (language) => {
  const texts = textsOf(tables[language] ?? {});

  it('has every key and no other', () => {
    expect(texts.map(([key]) => key).sort()).toEqual(expected(language));
  });

  it('leaves the same gaps as English', () => {
    const english = new Map(textsOf(en));
    const wanted = (key: string) => english.get(key) ?? english.get(`${singular(key)}_other`) ?? '';
    expect(texts.filter(([key, text]) => gaps(text).join() !== gaps(wanted(key)).join()).map(([key]) => key)).toEqual([]);
    expect(texts.filter(([key, text]) => text.includes('{{count') && !wanted(key).includes('{{count')).map(([key]) => key)).toEqual([]);
  });

  it('says something for every key', () => {
    expect(texts.filter(([, text]) => text.trim() === '').map(([key]) => key)).toEqual([]);
  });
});

it('Korean is written in Korean: a text of more than one English word was forgotten', () => {
  const english = new Map(textsOf(en));
  const same = textsOf(ko).filter(([key, text]) => english.get(key) === text && /[a-z]{3,} [a-z]{3,}/.test(text));
  expect(same).toEqual([]);
});
