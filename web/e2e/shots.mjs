// Pictures of every page at three widths, light and dark, for somebody to look at: SHOTS is the folder.
import { mkdirSync } from 'node:fs';
import { openHouse } from './house.mjs';
import { person } from './lib.mjs';
import { fill, firstIds, pages, settled } from './pages.mjs';

const dir = process.env.SHOTS ?? new URL('./shots/', import.meta.url).pathname;
const widths = { 1440: 900, 1024: 768, 390: 844 };
const only = process.argv.slice(2);

mkdirSync(dir, { recursive: true });
const house = await openHouse();
const people = {};
const open = async (role) => (people[role] ??= await person(house, role === 'nobody' ? null : house.login(role)));
const ids = await firstIds((await open('manager')).page, (await open('payroll')).page);
let taken = 0;
for (const [role, name, path] of [['nobody', 'sign-in', '/sign-in'], ...pages]) {
  const address = fill(path, ids);
  if (!address || (only.length > 0 && !only.includes(name))) continue;
  const { page } = await open(role);
  for (const [width, height] of Object.entries(widths)) {
    for (const scheme of ['light', 'dark']) {
      await page.setViewportSize({ width: Number(width), height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.goto(address);
      await settled(page);
      await page.screenshot({ path: `${dir}/${name}-${width}-${scheme}.png` });
      taken += 1;
    }
  }
}
await house.close();
console.log(`${taken} pictures in ${dir}`);
