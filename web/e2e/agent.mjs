// An agent's call by keyboard alone, from ready to the pay it earned.
import { api, must, person, until } from './lib.mjs';
import { agentNameOf, makeCampaign, staffAndStart } from './manager.mjs';

const answerMs = 180_000;

async function stateIs(page, ...states) {
  await until(`the desk is ${states.join(' or ')}`, async () => states.includes(await page.getByTestId('my-state').getAttribute('data-state')), answerMs);
}

export const journeys = {
  async 'agent: by keyboard alone to a sale and its pay'(house) {
    const manager = await person(house, house.login('manager'));
    const name = `Desk ${Date.now()}`;
    const id = await makeCampaign(manager.page, name, 100);
    await staffAndStart(manager.page, id, await agentNameOf(house, manager.page));

    const { page, context, errors } = await person(house, house.login('agent'));
    await page.waitForURL(/desk/);
    await page.getByLabel('Campaign').selectOption({ label: name });
    const before = await api(page, 'GET', '/v1/my/pay');
    await page.locator('h1').first().evaluate(() => document.activeElement?.blur?.());
    await page.keyboard.press('r');
    await stateIs(page, 'ready', 'ringing', 'talking');
    await stateIs(page, 'talking');
    await page.getByTestId('person-name').waitFor();
    await page.getByRole('button', { name: 'Present' }).first().waitFor();
    await page.keyboard.press('o');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Accepted' }).waitFor();
    await page.keyboard.press('o');
    await page.keyboard.press('Enter');
    await page.locator('.offer .badge').first().waitFor();
    await page.keyboard.press('n');
    await page.keyboard.type('Runs through the house 123 rehoc');
    must((await page.getByLabel('Note').inputValue()).endsWith('123 rehoc'), 'letters typed into the note acted as shortcuts');
    await page.keyboard.press('Escape');
    await page.evaluate(() => document.activeElement?.blur?.());
    await page.keyboard.press('1');
    await until('the record button has the focus', () => page.evaluate(() => document.activeElement?.textContent?.startsWith('Record')));
    await page.keyboard.press('Enter');
    await page.getByText('Recorded.').first().waitFor();
    await until('the pay on the desk moves', async () => {
      const now = await api(page, 'GET', '/v1/my/pay');
      return JSON.stringify([now.pending, now.advance, now.earned]) !== JSON.stringify([before.pending, before.advance, before.earned]);
    }, 30_000);
    await page.keyboard.press('p');
    await until('the menu has the focus', () => page.evaluate(() => document.activeElement?.getAttribute('role') === 'menuitem'));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await until('the desk is away, or will be after this call', async () => {
      const desk = await api(page, 'GET', '/v1/desk');
      return desk.agent.state === 'away' || desk.agent.afterWrap === 'away';
    });
    must(errors.length === 0, errors.join('\n'));
    await context.close();
    await api(manager.page, 'POST', `/v1/campaigns/${id}/finish`);
    await manager.context.close();
  },

  async 'agent: keys are listed, and can be turned off'(house) {
    const { page, context } = await person(house, house.login('agent'));
    await page.waitForURL(/desk/);
    await page.getByTestId('my-state').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Outcome of that number').waitFor();
    await page.keyboard.press('Escape');
    await page.goto('/account');
    await page.getByRole('switch', { name: 'Use single-key shortcuts' }).uncheck();
    await page.goto('/desk');
    await page.getByTestId('my-state').waitFor();
    await page.keyboard.press('?');
    must((await page.getByRole('dialog').count()) === 0, 'a key acted although keys are off');
    await context.close();
  },

  async 'agent: a lost connection shows at once and heals'(house) {
    const { page, context } = await person(house, house.login('agent'));
    await page.waitForURL(/desk/);
    await page.getByTestId('my-state').waitFor();
    await context.setOffline(true);
    await page.getByTestId('lost-banner').waitFor({ timeout: 30_000 });
    await context.setOffline(false);
    await page.getByTestId('lost-banner').waitFor({ state: 'detached', timeout: 30_000 });
    await context.close();
  },
};
