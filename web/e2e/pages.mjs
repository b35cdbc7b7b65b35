// Every page, and who looks at it; {name} is filled with the first thing of that kind in the demo.
import { api } from './lib.mjs';

export const pages = [
  ['manager', 'campaigns', '/campaigns'], ['manager', 'campaign-new', '/campaigns/new'], ['manager', 'campaign-overview', '/campaigns/{campaign}/overview'],
  ['manager', 'campaign-lists', '/campaigns/{campaign}/lists'], ['manager', 'campaign-leads', '/campaigns/{campaign}/leads'],
  ['manager', 'campaign-script', '/campaigns/{campaign}/script'], ['manager', 'campaign-agents', '/campaigns/{campaign}/agents'],
  ['manager', 'campaign-rehearse', '/campaigns/{campaign}/rehearse'], ['manager', 'campaign-settings', '/campaigns/{campaign}/settings'],
  ['manager', 'offers', '/offers'], ['manager', 'cases', '/cases'], ['manager', 'case', '/cases/{case}'], ['manager', 'suppressions', '/suppressions'],
  ['manager', 'reasons', '/reasons'], ['manager', 'routing', '/routing'], ['manager', 'customers', '/customers'], ['manager', 'customer', '/customers/{customer}'],
  ['manager', 'messages', '/messages'], ['manager', 'appointments', '/appointments'], ['manager', 'outreach', '/outreach'],
  ['manager', 'saves', '/saves'], ['manager', 'verification', '/verification'], ['manager', 'experiments', '/experiments'],
  ['manager', 'fixes', '/fixes'], ['manager', 'authority', '/authority'],
  ['manager', 'incidents', '/incidents'], ['manager', 'requests', '/requests'], ['manager', 'billing', '/billing'], ['manager', 'surveys', '/surveys'],
  ['manager', 'plan-simulations', '/plans/{plan}/simulations'], ['manager', 'plan-simulation', '/plan-simulations/{simulation}'],
  ['manager', 'plan-new', '/plans/new'], ['agent', 'my-plan', '/my-plan'],
  ['payroll', 'disputes', '/pay/disputes'], ['payroll', 'adjustments', '/pay/adjustments'], ['payroll', 'payroll-systems', '/payroll'],
  ['manager', 'calls', '/calls'], ['manager', 'call', '/calls/{call}'], ['manager', 'plans', '/plans'], ['manager', 'plan', '/plans/{plan}'],
  ['supervisor', 'floor', '/floor'], ['supervisor', 'wall', '/wall'], ['supervisor', 'queue', '/queue'],
  ['supervisor', 'conduct', '/conduct?state=any'], ['manager', 'thresholds', '/conduct/thresholds'],
  ['agent', 'desk', '/desk'], ['agent', 'my-pay', '/my-pay'],
  ['payroll', 'pay-runs', '/pay'], ['payroll', 'pay-run', '/pay/runs/{run}'], ['payroll', 'pay-statement', '/pay/statements/{statement}'],
  ['admin', 'users', '/admin/users'], ['admin', 'clients', '/admin/clients'], ['admin', 'tokens', '/admin/tokens'], ['admin', 'audit', '/admin/audit'],
  ['admin', 'system', '/system'], ['admin', 'account', '/account'], ['admin', 'not-found', '/nowhere'],
];

/** Ids to fill addresses with, asked as who may read them. */
export async function firstIds(manager, payroll) {
  const first = async (page, path) => (await api(page, 'GET', path)).items[0]?.id;
  const ids = {
    campaign: await first(manager, '/v1/campaigns?state=running'), case: await first(manager, '/v1/cases'), call: await first(manager, '/v1/calls'),
    plan: await first(manager, '/v1/plans'), customer: await first(manager, '/v1/customers'), run: (await api(payroll, 'GET', '/v1/pay/runs')).items.find((run) => run.payees > 0)?.id,
  };
  if (ids.plan) ids.simulation = await first(manager, `/v1/plans/${ids.plan}/simulations`);
  if (ids.run) ids.statement = await first(payroll, `/v1/pay/runs/${ids.run}/statements`);
  return ids;
}

/** The address with its ids, or undefined where the demo has no such thing. */
export function fill(path, ids) {
  const name = /\{(\w+)\}/.exec(path)?.[1];
  if (!name) return path;
  return ids[name] === undefined ? undefined : path.replace(`{${name}}`, String(ids[name]));
}

/** Waits until the page shows its answer: no skeleton, no spinner. */
export async function settled(page) {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.mantine-Skeleton-root').length === 0);
}
