// A supervisor watches the floor, stops all dialing and sees everybody told; a manager lets it go on.
import { api, must, person, until } from './lib.mjs';

async function signature(page) {
  return page.locator('[data-testid=agent-tile]').evaluateAll((tiles) => tiles.map((tile) => `${tile.dataset.state}:${tile.textContent}`).join('|').replace(/\d+:\d\d/g, ''));
}

/** Lets dialing go on if it is stopped. */
async function resume(page) {
  const { stopped } = await api(page, 'GET', '/v1/stop');
  if (stopped) await api(page, 'POST', '/v1/stop/end', { why: 'journey: begin' });
}

export const journeys = {
  async 'supervisor: the floor moves, stop all, everybody sees it, resume'(house) {
    const manager = await person(house, house.login('manager'));
    await resume(manager.page); // an earlier journey may have failed while dialing was stopped
    const { page, context, errors } = await person(house, house.login('supervisor'));
    await page.goto('/floor');
    await page.getByTestId('agent-tile').first().waitFor();
    const lines = () => page.locator('.lines').allTextContents().then((all) => all.join());
    const [tiles, calls] = [await signature(page), await lines()];
    await until('the floor moves without a reload', async () => (await signature(page)) !== tiles || (await lines()) !== calls, 90_000);
    await page.getByRole('button', { name: 'Stop all dialing' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/No campaign places another call/).waitFor();
    must(await dialog.getByRole('button', { name: 'Stop all dialing' }).isDisabled(), 'all dialing could be stopped without a reason');
    await dialog.getByLabel('Why').fill('journey: a list looks wrong');
    await dialog.getByRole('button', { name: 'Stop all dialing' }).click();
    await page.getByTestId('stop-banner').waitFor();
    await manager.page.getByTestId('stop-banner').getByText('journey: a list looks wrong').waitFor();
    must((await page.getByRole('button', { name: 'Let dialing go on' }).count()) === 0, 'a supervisor may not let dialing go on');
    await manager.page.goto('/floor');
    await manager.page.getByRole('button', { name: 'Let dialing go on' }).click();
    await manager.page.getByRole('dialog').getByLabel('Why').fill('journey: looked at it');
    await manager.page.getByRole('dialog').getByRole('button', { name: 'Let dialing go on' }).click();
    await page.getByTestId('stop-banner').waitFor({ state: 'detached' });
    must(errors.length === 0, errors.join('\n'));
    await context.close();
    await manager.context.close();
  },

  async 'supervisor: sends an agent away with a reason'(house) {
    const { page, context } = await person(house, house.login('supervisor'));
    await page.goto('/floor');
    const tile = page.locator('[data-testid=agent-tile][data-state=ready], [data-testid=agent-tile][data-state=talking]').first();
    await tile.waitFor();
    await tile.getByRole('button', { name: /^Act on/ }).click();
    await page.getByRole('menuitem', { name: 'Send away' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('journey');
    await page.getByRole('dialog').getByRole('button', { name: 'Send away' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await context.close();
  },
};
