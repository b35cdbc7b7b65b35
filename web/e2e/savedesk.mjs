// An agent's save desk by keyboard alone: from a customer who asked to cancel to a confirmed save, and “cancel now” by its one key.
import { api, must, person, until } from './lib.mjs';
import { agentNameOf } from './manager.mjs';
import { dayPlace } from './people.mjs';

const answerMs = 120_000; // some people do not answer; the dialer tries the next
const zip = '94105';

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
  await Promise.all(Array.from({ length: count }, (_, i) => api(page, 'POST', '/v1/cases', {
    clientId, campaignId: campaign.id, externalId: `${tag}-${i}`, source: 'web', reasonCode: 'too_expensive', reasonText: 'It went up again',
    customer: { externalId: `${tag}-c${i}`, name: `Jordan Avery ${i}`, phone: `+${dayPlace().code}55501${String(i).padStart(2, '0')}`, email: 'jordan@example.com', region: 'US-CA', postalCode: zip, language: 'en', valueTier: 'mid' },
    subscription: { plan: 'Family 500', price: { amount: '54.00', currency: 'USD' }, startedOn: '2023-05-01' },
  })));
  return { clientId, id: campaign.id };
}
