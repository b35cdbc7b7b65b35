import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en as first } from './en';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The file of words that a key's first name stands in. */
const fileOf = new Map(readdirSync(join(root, 'locales/en')).flatMap((file) =>
  [...read(`locales/en/${file}`).matchAll(/^ {2}(\w+): /gm)].map(([, name = '']) => [name, file.replace('.ts', '')] as const)));

/** The sources that a source draws in, at once or when something is opened. */
function importsOf(file: string): string[] {
  return [...read(file).matchAll(/(?:^(?:import|export)(?! type)[^;]*?from |import\()'(\.[^']+)'/gm)].flatMap(([, path = '']) => {
    const base = normalize(join(dirname(file), path));
    return ['.tsx', '.ts', '/index.ts'].map((end) => base + end).filter((name) => existsSync(join(root, name))).slice(0, 1);
  });
}

/** The files of words that a page and everything in it ask for. */
function neededBy(page: string): string[] {
  const seen = new Set<string>();
  const needed = new Set<string>();
  for (let open = [page]; open.length > 0;) {
    const file = open.pop() ?? '';
    if (seen.has(file) || file.startsWith('locales')) continue;
    seen.add(file);
    open = [...open, ...importsOf(file)];
    for (const [, inside = ''] of read(file).matchAll(/\bt\(([^)\n]*)/g)) {
      for (const [, name = ''] of inside.matchAll(/['`]([a-zA-Z]+)[.`'$]/g)) {
        const words = fileOf.get(name);
        if (words && !(name in first)) needed.add(words);
      }
    }
  }
  return [...needed].sort();
}

const routed = ['app/routes.ts', 'app/router.tsx'].flatMap((file) =>
  [...read(file).matchAll(/(?:withWords\(([^)]*?), )?import\('(\.\.?\/[^']+)'\)/g)].map(([, names = '', path = '']) => ({
    page: `${normalize(join('app', path))}.tsx`, brings: [...names.matchAll(/'(\w+)'/g)].map(([, name = '']) => name).sort(),
  })));

describe('a page brings the words that it asks for, and no others', () => {
  it.each(routed)('$page', ({ page, brings }) => {
    expect(brings).toEqual(neededBy(page));
  });

  it('all of them', () => expect(routed.length).toBeGreaterThan(50));
});

it('the frame needs nothing but the first load', () => {
  expect(neededBy('app/shell.tsx')).toEqual([]);
});
