// Fails the build when the first load (the entry, what it imports at once, its styles, and the words of the longest
// language) passes its budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budgetBytes = 250_000;
const root = new URL('../dist/app/', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(root + '.vite/manifest.json', 'utf8'));

const files = new Set(['index.html']);
function take(key) {
  const chunk = manifest[key];
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const next of chunk.imports ?? []) take(next);
}
take('index.html');

const sizeOf = (file) => ({ file, bytes: gzipSync(readFileSync(root + file), { level: 9 }).length });
const languages = Object.entries(manifest).filter(([key]) => /^src\/locales\/\w+\.ts$/.test(key)).map(([, chunk]) => sizeOf(chunk.file));
if (languages.length < 2) throw new Error('the manifest names no languages');
const longest = languages.sort((a, b) => b.bytes - a.bytes)[0];

const sizes = [...[...files].map(sizeOf), longest];
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
for (const { file, bytes } of sizes.sort((a, b) => b.bytes - a.bytes)) console.log(`${String(bytes).padStart(8)}  ${file}`);
console.log(`${String(total).padStart(8)}  first load, gzip (budget ${budgetBytes})`);
if (total > budgetBytes) process.exit(1);
