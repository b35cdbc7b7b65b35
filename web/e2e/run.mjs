// Runs the journeys against a real server and prints one line for each. Names as arguments take only those.
import { mkdirSync } from 'node:fs';
import { openHouse } from './house.mjs';
import * as access from './access.mjs';
import * as agent from './agent.mjs';
import * as conduct from './conduct.mjs';
import * as languages from './languages.mjs';
import * as manager from './manager.mjs';
import * as payroll from './payroll.mjs';
import * as plans from './plans.mjs';
import * as savedesk from './savedesk.mjs';
import * as saves from './saves.mjs';
import * as supervisor from './supervisor.mjs';

const usual = {
  ...manager.journeys, ...agent.journeys, ...supervisor.journeys, ...conduct.journeys, ...payroll.journeys, ...plans.journeys,
  ...saves.journeys, ...access.journeys, ...languages.journeys,
};
// Those that need an hour at which the law lets the demo's own customers be called; run when they are named.
const byDay = savedesk.journeys;
const journeys = { ...usual, ...byDay };
const wanted = process.argv.slice(2);
const names = Object.keys(wanted.length === 0 ? usual : journeys).filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)));

const house = await openHouse();
let failed = 0;
for (const name of names) {
  const began = Date.now();
  try {
    await journeys[name](house);
    console.log(`ok    ${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${name}\n${error.stack}`);
    await picture(name);
  }
}
await house.close();
console.log(`${names.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** What every open page showed when a journey failed. */
async function picture(name) {
  const dir = new URL('./failed/', import.meta.url).pathname;
  mkdirSync(dir, { recursive: true });
  const pages = house.browser.contexts().flatMap((context) => context.pages());
  for (const [i, page] of pages.entries()) {
    await page.screenshot({ path: `${dir}${name.replace(/\W+/g, '-')}-${i}.png` }).catch(() => {});
  }
  for (const context of house.browser.contexts()) await context.close();
}
