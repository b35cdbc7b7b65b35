// An agent's save desk by keyboard alone: from a customer who asked to cancel to a confirmed save, and “cancel now” by its one key.
// The customers are the demo's, whom its billing knows, at their own numbers: they are called at hours that are legal where they live.
import { api, must, person, until } from './lib.mjs';
import { dayPlace } from './people.mjs';

const answerMs = 120_000; // some people do not answer; the dialer tries the next
const { zip } = dayPlace();

/** A running save campaign of its own with the demo's agent on it, and people on their way who asked to cancel in California. */
export async function saveCampaign(house, page, tag, count = 12) {
  const clientId = (await api(page, 'GET', '/v1/me')).clients[0].id;
  const week = [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' }];
  const campaign = await api(page, 'POST', '/v1/campaigns', {
    clientId, name: tag, purpose: 'retention_save', mode: 'progressive', zone: dayPlace().zone, windows: week, callerId: '+12125550142', ringSeconds: 25, wrapupSeconds: 600, priority: 50, attemptsMax: 6, dayAttemptsMax: 3,
  });
  const users = await api(page, 'GET', `/v1/users?q=${encodeURIComponent(house.login('agent').email)}`);
  await api(page, 'PUT', `/v1/campaigns/${campaign.id}/agents`, { userIds: [users.items[0].id] });
  await api(page, 'POST', `/v1/campaigns/${campaign.id}/start`, {});
  const before = new Date(Date.now() - 40 * 86_400_000).toISOString();
  const past = (await Promise.all(['verified_30', 'verified_60', 'verified_90'].map((state) => api(page, 'GET', `/v1/cases?clientId=${clientId}&state=${state}&size=200`)))).flatMap((list) => list.items);
  const kept = past.filter((one) => one.requestedAt < before && one.subscription.status === 'active').slice(0, count);
  must(kept.length > 3, 'the demo has no customers who stayed and could ask again');
  const opened = await Promise.all(kept.map((one, i) => api(page, 'POST', '/v1/cases', {
    clientId, campaignId: campaign.id, externalId: `${tag}-${i}`, reasonCode: 'too_expensive', reasonText: 'It went up again',
    customer: { externalId: one.customer.externalId, name: one.customer.name || 'Jordan Avery', phone: `+${dayPlace().code}55501${String(i).padStart(2, '0')}`, region: 'US-CA', postalCode: zip, language: 'en', valueTier: one.customer.valueTier },
    subscription: { externalId: one.subscription.externalId, plan: one.subscription.plan, price: one.subscription.price },
  })));
  return { clientId, id: campaign.id, cases: opened.map((one) => one.id) };
}

/** The demo's agent on that campaign, ready, with somebody on the line. */
async function talking(house, id) {
  const agent = await person(house, house.login('agent'));
  const { page } = agent;
  await page.waitForURL(/desk/);
  await page.evaluate((chosen) => localStorage.setItem('saveline.campaign', JSON.stringify(chosen)), id);
  await page.reload();
  await page.getByTestId('my-state').waitFor();
  await nextCall(page);
  return agent;
}

async function nextCall(page) {
  if ((await page.getByTestId('my-state').getAttribute('data-state')) === 'away') await page.keyboard.press('r');
  await until('somebody is on the line', async () => (await page.getByTestId('my-state').getAttribute('data-state')) === 'talking', answerMs);
  await page.getByRole('heading', { name: 'Wish to cancel' }).waitFor();
}

/** A key that leads somewhere, pressed until the place is there and has the focus. */
async function goTo(page, key, place) {
  await until(`${key} leads to ${place}`, async () => {
    await page.evaluate(() => document.activeElement?.blur?.());
    await page.keyboard.press(key);
    return page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, place);
  });
}

/** Presents the next offer and records the answer yes, by the one key of offers. */
async function acceptNext(page) {
  await goTo(page, 'o', '[data-offer-act]');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Accepted' }).waitFor();
  await goTo(page, 'o', '.offer[data-open] [data-offer-act]');
  await page.keyboard.press('Enter');
  await page.locator('.offer .badge').first().waitFor();
}

async function caseOnDesk(page) {
  return (await api(page, 'GET', '/v1/desk')).card.caseId;
}

export const journeys = {
  async 'save desk: by keyboard alone from a wish to cancel to a confirmed save, and “cancel now” by its key'(house) {
    const manager = await person(house, house.login('manager'));
    const { clientId, id } = await saveCampaign(house, manager.page, `Save ${Date.now()}`);
    await api(manager.page, 'PUT', '/v1/verification/questions', { clientId, questions: [{ code: 'zip', prompt: 'Your ZIP code?', fact: 'postal_code' }] });
    const { page, context, errors } = await talking(house, id);
    try {
      const first = await caseOnDesk(page);
      must((await page.getByText('Pays a month').count()) === 0, 'the account shows before anybody knows who is on the line');
      await goTo(page, 'v', '[data-verify]');
      await page.keyboard.type(zip);
      await page.keyboard.press('Enter');
      await page.getByText('Pays a month').waitFor();
      await goTo(page, 'l', '[data-notice]');
      await page.keyboard.press('Space');
      await goTo(page, 'w', '[data-reason]');
      must((await page.evaluate(() => document.activeElement.value)) === 'too_expensive', 'the reason that they gave is not chosen');
      await acceptNext(page);
      await page.evaluate(() => document.activeElement?.blur?.());
      await page.keyboard.press('1');
      await until('the record button has the focus', () => page.evaluate(() => document.activeElement?.textContent?.startsWith('Record')));
      await page.keyboard.press('Enter');
      await page.getByText('Recorded.').first().waitFor();
      const saved = await api(manager.page, 'GET', `/v1/cases/${first}`);
      must(['confirmed', 'billing_pending', 'saved_provisional', 'clock_paused'].includes(saved.state), `the case is ${saved.state}`);

      await nextCall(page);
      const second = await caseOnDesk(page);
      must(second !== first, 'the same case came again');
      await page.keyboard.press('x');
      await page.getByRole('button', { name: 'Undo' }).waitFor();
      await until('the cancellation goes ahead', async () => ['cancel_processing', 'cancelled_scheduled', 'cancelled_effective'].includes((await api(manager.page, 'GET', `/v1/cases/${second}`)).state));
      await page.getByText('The cancellation goes ahead').first().waitFor();
      must((await page.locator('.offer [data-offer-act]').count()) === 0, 'an offer can be made after “cancel now”');
      must(errors.length === 0, errors.join('\n'));
    } finally {
      await api(manager.page, 'PUT', '/v1/verification/questions', { clientId, questions: [] });
      await api(manager.page, 'POST', `/v1/campaigns/${id}/finish`);
      await context.close();
      await manager.context.close();
    }
  },
};
