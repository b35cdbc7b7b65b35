// The server that the journeys run against: the one at SAVELINE_URL, or a demo started for them and ended after them.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch, readLogins } from './lib.mjs';

const startMsMax = 300_000; // a fresh machine fetches a database, and the demo makes its past

export async function openHouse() {
  const server = process.env.SAVELINE_URL ? given() : await startDemo();
  const browser = await launch();
  return {
    url: server.url, login: readLogins(server.logins), browser,
    close: async () => {
      await browser.close();
      await server.stop();
    },
  };
}

function given() {
  if (!process.env.SAVELINE_LOGINS) throw new Error('SAVELINE_URL needs SAVELINE_LOGINS: the file that `saveline demo -logins FILE` wrote');
  return { url: process.env.SAVELINE_URL, logins: process.env.SAVELINE_LOGINS, stop: async () => {} };
}

async function startDemo() {
  const dir = mkdtempSync(join(tmpdir(), 'saveline-e2e-'));
  chmodSync(dir, 0o711); // run by root, the private database is another user's, who must be able to enter
  const logins = join(dir, 'logins.json');
  const binary = process.env.SAVELINE_BIN ?? new URL('../../bin/saveline', import.meta.url).pathname;
  const demo = spawn(binary, ['demo', '-addr', '127.0.0.1:0', '-logins', logins], {
    env: { ...process.env, SAVELINE_DATA_DIR: dir, DATABASE_URL: process.env.SAVELINE_E2E_DATABASE_URL ?? '' }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => demo.once('exit', resolve));
  let said = '';
  const url = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the demo did not start:\n${said}`)), startMsMax);
    const hear = (text) => {
      said = (said + text).slice(-20_000);
      const found = /Saveline demo: (http:\/\/\S+)/.exec(said);
      if (!found) return;
      clearTimeout(late);
      resolve(found[1]);
    };
    demo.stdout.on('data', hear);
    demo.stderr.on('data', hear);
    ended.then((code) => reject(new Error(`the demo ended with ${code}:\n${said}`)));
  });
  return {
    url, logins,
    stop: async () => {
      demo.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
