// Writes a .br and a .gz beside every built text file, so the server never compresses on the way out.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = new URL('../dist/app/', import.meta.url).pathname;
const worthwhile = 1024; // bytes

for (const name of readdirSync(root, { recursive: true })) {
  if (!/\.(js|css|html|svg)$/.test(name)) continue;
  const body = readFileSync(root + name);
  if (body.length < worthwhile) continue;
  writeFileSync(root + name + '.gz', gzipSync(body, { level: 9 }));
  writeFileSync(root + name + '.br', brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }));
}
