// What every journey needs: a browser, people who sign in, and waiting for what must become true.
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
export const patienceMs = 20_000;

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
}

/** The logins that the demo wrote: [{role, email, password}]; several of one role in their order. */
export function readLogins(file) {
  const all = JSON.parse(readFileSync(file, 'utf8'));
  return (role, nth = 0) => {
    const found = all.filter((login) => login.role === role)[nth];
    if (!found) throw new Error(`the demo gave no login for ${role} ${nth + 1}`);
    return found;
  };
}

/** A browser of its own for one person, that remembers every error it met. */
export async function person(house, login, options = {}) {
  const context = await house.browser.newContext({ baseURL: house.url, viewport: { width: 1440, height: 900 }, locale: 'en-US', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    // A refusal (4xx) is an answer; the page shows it.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) errors.push(message.text());
  });
  if (login) await signIn(page, login);
  return { page, context, errors };
}

export async function signIn(page, login) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(login.email);
  await page.getByLabel('Password').fill(login.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/** Lets the person read the pages in a language, as if they had chosen it here before. */
export async function speak(page, language) {
  const me = await api(page, 'GET', '/v1/me');
  await page.evaluate(([key, value]) => localStorage.setItem(key, value), [`saveline.language.${me.id}`, language]);
}

export function must(condition, sentence) {
  if (!condition) throw new Error(sentence);
}

/** Asks again until the answer is true enough, and says what was missing if it never is. */
export async function until(sentence, ask, ms = patienceMs) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${ms / 1000} s: ${sentence}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The API as the person of a page. */
export async function api(page, method, path, data) {
  const answer = await page.request.fetch(path, { method, ...(data === undefined ? {} : { data }), headers: { Origin: new URL(page.url()).origin } });
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
  const text = await answer.text();
  return text === '' ? undefined : JSON.parse(text);
}
