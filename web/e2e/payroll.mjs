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

export const journeys = {
  async 'payroll: calculate, another approves, lock, export, reconcile'(house) {
    const first = await person(house, house.login('payroll', 0));
    const second = await person(house, house.login('payroll', 1));
    const { page, errors } = first;
    await page.goto('/pay');
    const runs = await api(page, 'GET', '/v1/pay/runs');
    const draft = runs.items.find((run) => run.state === 'draft' || run.state === 'calculated');
    if (draft) {
      await page.goto(`/pay/runs/${draft.id}`);
    } else {
      await page.getByRole('button', { name: 'Open a run' }).first().click();
      await page.getByRole('dialog').getByLabel('Period').selectOption({ index: 0 });
      await page.getByRole('dialog').getByRole('button', { name: 'Open a run' }).click();
      await page.waitForURL(/pay\/runs\/\d+/);
    }
    if (draft?.state !== 'calculated') await step(page, 'Calculate', 'Calculated');
    await page.getByRole('table', { name: 'Statements' }).locator('tbody tr').first().click();
    await page.waitForURL(/pay\/statements/);
    await page.getByText('Every line with its call').waitFor();
    await page.getByRole('link', { name: 'To the run' }).click();
    await step(page, 'Review', 'Reviewed');
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await page.getByText('That did not work').first().waitFor(); // not by the one who calculated it
    const { page: other } = second;
    await other.goto(new URL(page.url()).pathname);
    await step(other, 'Approve', 'Approved');
    await page.reload();
    await step(page, 'Lock', 'Locked');
    await step(page, 'Export', 'Exported');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the payroll file' }).click()]);
    const body = readFileSync(await file.path());
    const run = await api(page, 'GET', `/v1/pay/runs/${/runs\/(\d+)/.exec(page.url())[1]}`);
    must(createHash('sha256').update(body).digest('hex') === run.exportSha256, 'the file is not the one of the run');
    must(body.toString().split('\n')[0].includes(','), 'the file has no header');
    await step(page, 'Reconcile', 'Reconciled');
    must(errors.length === 0, errors.join('\n'));
    await first.context.close();
    await second.context.close();
  },
};
