// axe-core looks at every page in both themes; nothing serious may be found, and nothing may scroll sideways on a phone.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { must, person, speak } from './lib.mjs';
import { fill, firstIds, pages, settled } from './pages.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds that is serious. */
export async function violations(page) {
  await page.evaluate(axe); // the page's own policy forbids a script tag, not the debugger
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 4).map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join('; ')}`);
}

/** Every page that the demo has something for: the manager's beside everybody else's, each role's one after another. */
async function eachRole(ids, visit) {
  const some = async (mine) => {
    for (const [role, name, path] of pages.filter(([role]) => mine(role))) {
      const address = fill(path, ids);
      if (address) await visit(role, name, address);
    }
  };
  await Promise.all([some((role) => role === 'manager'), some((role) => role !== 'manager')]);
}

export const journeys = {
  async 'access: axe finds nothing serious on any page, light and dark'(house) {
    const people = {};
    const open = async (role) => (people[role] ??= await person(house, house.login(role)));
    const ids = await firstIds((await open('manager')).page, (await open('payroll')).page);
    const faults = [];
    const visit = async (page, name, path) => {
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await page.goto(path);
      await settled(page);
      for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' }); // the pages follow the system as it changes
        await page.waitForFunction((wanted) => document.documentElement.dataset.mantineColorScheme === wanted, scheme);
        for (const fault of await violations(page)) faults.push(`${name} ${scheme}: ${fault}`);
      }
    };
    const stranger = await person(house, null);
    await visit(stranger.page, 'sign-in', '/sign-in');
    await eachRole(ids, async (role, name, address) => visit((await open(role)).page, name, address));
    for (const one of [stranger, ...Object.values(people)]) await one.context.close();
    must(faults.length === 0, `${faults.length} faults:\n${faults.join('\n')}`);
  },

  async 'access: no page scrolls sideways on a phone, in Filipino, which has the longest words'(house) {
    const phone = { viewport: { width: 390, height: 844 } };
    const people = {};
    const open = async (role) => {
      if (people[role]) return people[role];
      people[role] = await person(house, house.login(role), phone);
      await speak(people[role].page, 'fil');
      return people[role];
    };
    const ids = await firstIds((await open('manager')).page, (await open('payroll')).page);
    const wide = [];
    await eachRole(ids, async (role, name, address) => {
      const { page } = await open(role);
      await page.goto(address);
      await settled(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) wide.push(`${name}: ${over} px`);
    });
    for (const one of Object.values(people)) await one.context.close();
    must(wide.length === 0, wide.join('\n'));
  },
};
