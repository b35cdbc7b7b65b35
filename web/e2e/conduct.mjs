// A supervisor reads what stands out, clears one finding and confirms another; pay for what is cleared is let go.
import { api, must, person } from './lib.mjs';

/** Opens a finding of the list by its pattern, reads it, and says a word about it. */
async function decide(page, pattern, word, note) {
  await page.getByRole('row', { name: new RegExp(pattern) }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('Chance, if ordinary').waitFor();
  await drawer.getByRole('table', { name: 'Evidence' }).getByRole('link').first().waitFor();
  await page.keyboard.press(word === 'Clear' ? 'c' : 'x');
  const asked = page.getByRole('dialog').filter({ has: page.getByLabel('What did you find out?') });
  must(await asked.getByRole('button', { name: word, exact: true }).isDisabled(), 'a finding could be decided without a word about it');
  await asked.getByLabel('What did you find out?').fill(note);
  await asked.getByRole('button', { name: word, exact: true }).click();
  await page.getByText('Kept.').first().waitFor();
  await page.getByRole('dialog').getByText(note).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

export const journeys = {
  async 'conduct: four stand out; one is cleared and paid, one confirmed'(house) {
    const payroll = await person(house, house.login('payroll', 0));
    const today = new Date().toISOString().slice(0, 10);
    const period = (await api(payroll.page, 'GET', '/v1/pay/periods')).items.find((p) => p.state === 'open' && p.endsOn <= today);
    must(period, 'the demo has no month that is over and not paid');
    const run = await api(payroll.page, 'POST', '/v1/pay/runs', { clientId: period.clientId, periodId: period.id });
    const calculated = () => api(payroll.page, 'POST', `/v1/pay/runs/${run.id}/calculate`);
    const before = await calculated();
    await payroll.page.goto(`/pay/runs/${run.id}`);
    await payroll.page.getByRole('table', { name: 'Under review' }).waitFor();
    const held = (await api(payroll.page, 'GET', `/v1/pay/runs/${run.id}/held`)).items.length;

    const { page, context, errors } = await person(house, house.login('supervisor'));
    await page.goto('/conduct');
    await page.getByRole('row', { name: /Deepest discount first/ }).waitFor();
    const people = new Set((await api(page, 'GET', '/v1/gaming/findings?size=100')).items.map((f) => f.agentId));
    must(people.size === 4, `${people.size} people stand out, not the four who game`);
    await decide(page, 'Deepest discount first', 'Clear', 'journey: the customers had been promised it');
    await decide(page, 'Saves that the customer disowns', 'Confirm', 'journey: nobody says yes on these calls');
    must(errors.length === 0, errors.join('\n'));
    await context.close();

    const after = await calculated();
    const still = (await api(payroll.page, 'GET', `/v1/pay/runs/${run.id}/held`)).items.length;
    must(still < held && Number(after.total.amount) > Number(before.total.amount), `cleared pay is not in the run: ${before.total.amount}, ${after.total.amount}`);
    await payroll.context.close();
  },
};
