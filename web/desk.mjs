import { chromium } from 'playwright-core';
import fs from 'fs';
const logins = JSON.parse(fs.readFileSync('/tmp/sl/logins.json'));
const l = logins.find(l => l.role === 'agent');
const base = 'http://127.0.0.1:8099';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] });
const ctx = await b.newContext({ viewport: { width: 1440, height: 1000 }, colorScheme: process.argv[2] || 'light' });
const p = await ctx.newPage();
p.on('response', r => r.status()>=400 && console.log(r.status(), r.request().method(), r.url()));
p.on('pageerror', e => console.log('PAGEERROR', String(e)));
await p.goto(base); await p.getByLabel(/mail/i).fill(l.email); await p.getByLabel(/password/i).first().fill(l.password); await p.keyboard.press('Enter');
await p.waitForTimeout(2500);
await p.keyboard.press('r');
for (let i=0;i<260;i++){ await p.waitForTimeout(500); const t = await p.locator('body').innerText(); if (/Talking/.test(t)) break; }
await p.waitForTimeout(1500); await p.screenshot({ path: '/tmp/sl/shots/desk-call.png' });
await p.keyboard.press('o'); await p.waitForTimeout(1200); await p.screenshot({ path: '/tmp/sl/shots/desk-offer.png' });
await p.keyboard.press('e'); await p.waitForTimeout(2000); await p.screenshot({ path: '/tmp/sl/shots/desk-wrap.png' });
fs.writeFileSync('/tmp/sl/desk.txt', await p.locator('body').innerText());
await b.close();
