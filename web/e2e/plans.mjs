// A plan from its draft to the signature: a manager writes and simulates it, somebody else approves it, the agent signs.
import { api, must, person, until } from './lib.mjs';

/** The plan that most people are on: what is simulated has somebody in it. */
async function planWithPeople(page) {
  const { items } = await api(page, 'GET', '/v1/plans');
  const counted = [];
  for (const plan of items) counted.push({ plan, people: (await api(page, 'GET', `/v1/plans/${plan.id}/signers`)).total });
  counted.sort((a, b) => b.people - a.people);
  return counted[0]?.plan;
}

export const journeys = {
  async 'plans: a draft is simulated, submitted, approved by another and signed'(house) {
    const manager = await person(house, house.login('manager'));
    const { page, errors } = manager;
    const plan = await planWithPeople(page);
    must(plan, 'the demo has no plan');
    await page.goto(`/plans/${plan.id}/edit`);
    const text = page.getByLabel('Text of the plan');
    await text.waitFor();
    const written = (await text.inputValue()).replace(/amount: "?[\d.]+"?/, 'amount: "23.00"');
    must(written.includes('23.00'), 'the plan pays no amount for each');
    await text.fill(written);
    await page.getByText('A small month, paid by this plan as you write it.').waitFor();
    await page.getByRole('button', { name: 'Simulate', exact: true }).click();
    await page.waitForURL(/simulations$/);
    await page.getByRole('button', { name: 'Work it out' }).click();
    await page.waitForURL(/plan-simulations\/\d+/);
    await page.getByRole('table', { name: 'People' }).waitFor();
    await page.getByText('Thresholds that decided').waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()]);
    must(file.suggestedFilename().endsWith('.csv'), 'the simulation is no file');
    await page.goto(`/plans/${plan.id}/edit`);
    await page.getByRole('button', { name: 'Submit for approval' }).click();
    await page.waitForURL(new RegExp(`plans/${plan.id}$`));
    await page.getByText('See the simulation').first().waitFor();
    await approve(house, plan);
    await sign(house);
    must(errors.length === 0, errors.join('\n'));
    await manager.context.close();
  },
};

/** Somebody of payroll sees what was simulated, and approves. */
async function approve(house, plan) {
  const { page, context } = await person(house, house.login('payroll'));
  await page.goto(`/plans/${plan.id}`);
  await page.getByText('See the simulation').first().waitFor();
  await page.getByRole('button', { name: 'Approve', exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
  await until('the version is approved', async () => (await api(page, 'GET', `/v1/plans/${plan.id}`)).versions[0].approvedAt);
  await context.close();
}

/** The agent puts their name under the version that they read. */
async function sign(house) {
  const { page, context } = await person(house, house.login('agent'));
  const me = await api(page, 'GET', '/v1/me');
  await page.goto('/my-plan');
  await page.getByLabel('Type your full name').first().fill(me.name);
  await page.getByRole('button', { name: 'Sign the plan' }).first().click();
  await until('the plan is signed', async () => (await api(page, 'GET', '/v1/my/plans')).items.some((one) => one.signedAt));
  await context.close();
}
