import { chromium } from 'playwright-core';
import fs from 'fs';
const logins = JSON.parse(fs.readFileSync('/tmp/sl/logins.json'));
const by = r => logins.find(l => l.role === r);
const base = 'http://127.0.0.1:8099';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] });
const jobs = JSON.parse(process.argv[2]);
for (const [role, path, name, w=1440, scheme='light', wait=2500] of jobs) {
  const ctx = await b.newContext({ viewport: { width: w, height: 900 }, colorScheme: scheme });
  const p = await ctx.newPage();
  p.on('pageerror', e => console.log(name, 'PAGEERROR', String(e)));
  p.on('console', m => m.type()==='error' && console.log(name, 'console', m.text()));
  p.on('response', r => r.status()>=400 && console.log(name, r.status(), r.url()));
  await p.goto(base + '/');
  if (role) {
    const l = by(role);
    const r = await p.request.post(base + '/v1/session', { data: { email: l.email, password: l.password }, headers: { Origin: base } });
    if (!r.ok()) console.log(role, r.status(), await r.text());
    await p.goto(base + path);
  }
  await p.waitForTimeout(wait);
  await p.screenshot({ path: `/tmp/sl/shots/${name}.png` });
  await ctx.close();
}
await b.close();
