// A manager reads what saves come to: gross beside net, the cases behind a number, what billing said of one.
import { must, person } from './lib.mjs';
import { settled } from './pages.mjs';

export const journeys = {
  async 'manager: saves by month, the cases behind a number, and the evidence of a verification'(house) {
    const { page, context, errors } = await person(house, house.login('manager'));
    await page.goto('/saves');
    await settled(page);
    await page.getByText('Gross and net by month').waitFor();
    await page.getByText('too young').first().waitFor();
    await page.getByRole('button', { name: /^All together, Gross: [1-9]/ }).click();
    const behind = page.getByRole('dialog');
    await behind.getByRole('link').first().waitFor();
    await behind.getByRole('button', { name: 'Close' }).click();
    await page.goto('/saves?by=agent&months=6');
    await settled(page);
    await page.getByText('Nobody spoke to them').first().waitFor();
    await page.goto('/verification?state=pass');
    await settled(page);
    const passed = page.getByRole('table', { name: 'Verification' }).getByRole('row');
    must((await passed.count()) > 1, 'no save of the past was verified');
    await passed.nth(1).click();
    await page.getByRole('dialog').getByText('Paid since the save').first().waitFor();
    must(errors.length === 0, `the pages say ${errors.join('; ')}`);
    await context.close();
  },
};
