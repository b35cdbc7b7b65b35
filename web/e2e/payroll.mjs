// Two people of payroll take a run from draft to the file: one calculates, another approves.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { api, must, person } from './lib.mjs';

async function step(page, name, toast) {
  await page.getByRole('button', { name, exact: true }).click();
  const dialog = page.getByRole('dialog');
  if (name !== 'Calculate') await dialog.getByRole('button', { name, exact: true }).click();
  await page.getByText(`Done: ${toast}.`).first().waitFor();
}

/** A month that is over and not paid yet: the only kind that can be locked. */
async function endedPeriod(page) {
  const { items } = await api(page, 'GET', '/v1/pay/periods');
  const today = new Date().toISOString().slice(0, 10);
  return items.find((period) => period.state === 'open' && period.endsOn <= today);
}

/** Opens the run of a period by the pages, or goes to the one at work on it. */
async function openRun(page, period) {
  await page.goto('/pay');
  await page.getByRole('button', { name: 'Open a run' }).first().click();
  const dialog = page.getByRole('dialog');
  if (period) await dialog.getByLabel('Period').selectOption(String(period.id));
  await dialog.getByRole('button', { name: 'Open a run' }).click();
  await page.waitForURL(/pay\/runs\/\d+/);
  return Number(/runs\/(\d+)/.exec(page.url())[1]);
}

/** Calculate and review by one, refused approval by the same, approval by another. */
async function approveRun(first, second) {
  const { page } = first;
  await page.getByRole('button', { name: /^Calculate/ }).first().waitFor();
  const again = page.getByRole('button', { name: 'Calculate again' });
  if (await again.count()) {
    await again.click();
    await page.getByText('Done: Calculated.').first().waitFor();
  } else {
    await step(page, 'Calculate', 'Calculated');
  }
  await step(page, 'Review', 'Reviewed');
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await page.getByText('That did not work').first().waitFor(); // not by the one who calculated it
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await second.page.goto(new URL(page.url()).pathname);
  await step(second.page, 'Approve', 'Approved');
  await page.reload();
}

export const journeys = {
  async 'payroll: calculate, another approves, lock, export, reconcile'(house) {
    const first = await person(house, house.login('payroll', 0));
    const second = await person(house, house.login('payroll', 1));
    const { page, errors } = first;
    const period = await endedPeriod(page);
    must(period, 'the demo has no month that is over and not paid');
    const id = await openRun(page, period);
    await approveRun(first, second);
    await page.getByRole('table', { name: 'Statements' }).locator('tbody tr').first().click();
    await page.waitForURL(/pay\/statements/);
    await page.getByText('Every line with its call').waitFor();
    await page.getByRole('link', { name: 'To the run' }).click();
    await step(page, 'Lock', 'Locked');
    await step(page, 'Export', 'Exported');
    await download(page, id);
    await step(page, 'Reconcile', 'Reconciled');
    must(errors.length === 0, errors.join('\n'));
    await first.context.close();
    await second.context.close();
  },

  async 'payroll: a month that is not over says why it cannot be locked; a paid one gives its file again'(house) {
    const { page, context } = await person(house, house.login('payroll', 0));
    const { items } = await api(page, 'GET', '/v1/pay/runs');
    const paid = items.find((run) => run.exportSha256);
    if (paid) {
      await page.goto(`/pay/runs/${paid.id}`);
      await download(page, paid.id);
    }
    await openRun(page, undefined);
    await page.getByText('What is missing').waitFor();
    await context.close();
  },
};

/** The file of the page is the file of the run, byte for byte. */
async function download(page, id) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the payroll file' }).click()]);
  const body = readFileSync(await file.path());
  const run = await api(page, 'GET', `/v1/pay/runs/${id}`);
  must(createHash('sha256').update(body).digest('hex') === run.exportSha256, 'the file is not the one of the run');
  must(body.toString().split('\n')[0].includes(','), 'the file has no header');
}
