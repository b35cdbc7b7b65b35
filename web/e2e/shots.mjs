// Pictures of every page at three widths, light and dark, for somebody to look at: SHOTS is the folder, LANGUAGES (en) which
// languages, as "en,ko,fil".
import { mkdirSync } from 'node:fs';
import { openHouse } from './house.mjs';
import { person, speak } from './lib.mjs';
import { fill, firstIds, pages, settled } from './pages.mjs';

const dir = process.env.SHOTS ?? new URL('./shots/', import.meta.url).pathname;
const languages = (process.env.LANGUAGES ?? 'en').split(',');
const widths = { 1440: 900, 1024: 768, 390: 844 };
const only = process.argv.slice(2);

mkdirSync(dir, { recursive: true });
const house = await openHouse();
const people = {};
const open = async (role) => (people[role] ??= await person(house, role === 'nobody' ? null : house.login(role)));
const ids = await firstIds((await open('manager')).page, (await open('payroll')).page);
let taken = 0;

/** One page in one language, at every width and in both themes. */
async function take(role, name, address, language) {
  const { page, context } = await open(role);
  if (role === 'nobody') await context.addInitScript((value) => localStorage.setItem('saveline.language', value), language);
  else await speak(page, language);
  const file = language === 'en' ? name : `${name}-${language}`;
  for (const [width, height] of Object.entries(widths)) {
    for (const scheme of ['light', 'dark']) {
      await page.setViewportSize({ width: Number(width), height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.goto(address);
      await settled(page);
      await page.screenshot({ path: `${dir}/${file}-${width}-${scheme}.png` });
      taken += 1;
    }
  }
}

for (const language of languages) {
  for (const [role, name, path] of [['nobody', 'sign-in', '/sign-in'], ...pages]) {
    const address = fill(path, ids);
    if (address && (only.length === 0 || only.includes(name))) await take(role, name, address, language);
  }
}
await house.close();
console.log(`${taken} pictures in ${dir}`);
