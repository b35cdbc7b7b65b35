// A manager sets up a campaign: form with the server's faults, list import with progress, agents, start.
import { api, must, person, until } from './lib.mjs';
import { listOf } from './people.mjs';

/** Makes a running campaign by the pages, with people who may be called now, for the demo's agent. */
export async function makeCampaign(page, name, people = 80) {
  await page.goto('/campaigns/new');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByLabel('Caller id').fill('12');
  await page.getByRole('button', { name: 'Create campaign' }).click();
  await page.locator('.mantine-InputWrapper-error').first().waitFor();
  must((await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()) === name, 'a refused form lost what was typed');
  await page.getByLabel('Caller id').fill('+12125550142');
  for (const day of ['Sat', 'Sun']) await page.getByRole('checkbox', { name: day }).check();
  await page.getByRole('textbox', { name: 'From' }).fill('00:00');
  await page.getByRole('textbox', { name: 'To', exact: true }).fill('24:00');
  await page.getByRole('button', { name: 'Create campaign' }).click();
  await page.waitForURL(/campaigns\/\d+\/lists/);
  const id = Number(/campaigns\/(\d+)/.exec(page.url())[1]);
  await importList(page, listOf(people, `t${id}`));
  return id;
}

async function importList(page, csv) {
  await page.getByRole('button', { name: 'Import a file' }).first().click();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose a file' }).click()]);
  await chooser.setFiles({ name: 'autumn.csv', mimeType: 'text/csv', buffer: csv });
  await page.getByRole('combobox', { name: 'phone', exact: true }).waitFor();
  must((await page.getByRole('combobox', { name: 'phone', exact: true }).inputValue()) === 'phone', 'the phone column was not guessed');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Name of the list').fill('Autumn');
  await page.getByRole('button', { name: 'Start the import' }).click();
  await page.locator('[data-testid=import-progress][data-state=done]').waitFor({ timeout: 60_000 });
}

/** Puts the demo's agent on the campaign and starts it, by the pages. */
export async function staffAndStart(page, id, agentName) {
  await page.goto(`/campaigns/${id}/agents`);
  await page.getByLabel('Find an agent').fill(agentName);
  await page.getByRole('checkbox', { name: agentName }).check();
  await page.getByRole('button', { name: 'Save agents' }).click();
  await page.getByText('Saved.').first().waitFor();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('dialog').getByText(/Calling begins at once/).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  await page.getByText('Running').first().waitFor();
}

export async function agentNameOf(house, page) {
  const { email } = house.login('agent');
  const users = await api(page, 'GET', `/v1/users?q=${encodeURIComponent(email)}`);
  return users.items[0].name;
}

export const journeys = {
  async 'manager: create, import with progress, start, pause'(house) {
    const { page, context, errors } = await person(house, house.login('manager'));
    const name = `Journey ${Date.now()}`;
    const id = await makeCampaign(page, name, 500);
    await page.getByRole('link', { name: 'See the people' }).click();
    await page.getByRole('button', { name: /Why is this lead not called/ }).first().click();
    await page.getByRole('dialog').getByText('What was checked').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await staffAndStart(page, id, await agentNameOf(house, page));
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused').first().waitFor();
    await page.goto(`/campaigns?q=${encodeURIComponent(name)}`);
    await page.getByRole('link', { name }).waitFor();
    must(errors.length === 0, errors.join('\n'));
    await context.close();
  },

  async 'manager: two people edit, the second sees both versions'(house) {
    const { page, context } = await person(house, house.login('manager'));
    const { items } = await api(page, 'GET', '/v1/campaigns');
    const one = items.find((c) => c.state !== 'finished');
    await page.goto(`/campaigns/${one.id}/settings`);
    await page.getByLabel('Priority').waitFor();
    const { version } = await api(page, 'GET', `/v1/campaigns/${one.id}`);
    await page.request.patch(`/v1/campaigns/${one.id}`, { data: { priority: (one.priority + 7) % 100 }, headers: { 'If-Match': `"${version}"`, Origin: house.url } });
    await page.getByLabel('Ring time').fill('31');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Somebody changed this while you were editing').waitFor();
    must((await page.getByLabel('Ring time').inputValue()) === '31', 'the conflict lost what was typed');
    await page.getByRole('button', { name: 'Take what is saved' }).click();
    await until('the saved value is shown', async () => (await page.getByLabel('Ring time').inputValue()) === String(one.ringSeconds));
    await context.close();
  },

  async 'manager: search goes to a page by keyboard'(house) {
    const { page, context } = await person(house, house.login('manager'));
    await page.getByRole('button', { name: 'Search', exact: false }).waitFor(); // the shell listens for keys from when it is seen
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill('do not');
    await page.keyboard.press('Enter');
    await page.waitForURL(/suppressions/);
    await context.close();
  },

  async 'manager: rehearses a campaign and reads the result'(house) {
    const { page, context, errors } = await person(house, house.login('manager'));
    const { items } = await api(page, 'GET', '/v1/campaigns?state=running');
    const one = items.find((c) => c.mode === 'progressive' && c.stats.leads > 500);
    await page.goto(`/campaigns/${one.id}/rehearse`);
    await page.getByLabel('Agents').last().fill('3');
    await page.getByLabel('Hours').last().fill('1');
    await page.getByRole('button', { name: 'Rehearse', exact: true }).click();
    await page.waitForURL(/rehearsals\/\d+/);
    await page.getByText('Sum of the ledger').waitFor({ timeout: 240_000 });
    must((await page.getByText('$0.00').count()) > 0, 'the ledger of a rehearsal does not sum to zero');
    must(errors.length === 0, errors.join('\n'));
    await context.close();
  },
};
