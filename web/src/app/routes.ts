import { createRoute, lazyRouteComponent, redirect, type AnyRoute } from '@tanstack/react-router';
import { withWords } from '../locales';

/** Filters that stand in a page's address, so that it can be shared and comes back the same. */
export interface ListSearch {
  q?: string | undefined;
  state?: string | undefined;
  page?: number | undefined;
  /** A column's id, with - descending. */
  sort?: string | undefined;
}

/** Takes what is known out of an address; anything else in it is left behind. */
export function readListSearch(search: Record<string, unknown>): ListSearch {
  const found: ListSearch = {};
  if (typeof search.q === 'string' && search.q !== '') found.q = search.q;
  if (typeof search.state === 'string' && search.state !== '') found.state = search.state;
  if (typeof search.sort === 'string' && /^-?\w+$/.test(search.sort)) found.sort = search.sort;
  const page = Number(search.page);
  if (Number.isInteger(page) && page > 1) found.page = page;
  return found;
}

/** The filters of the figures of saves. */
function readSavesSearch(search: Record<string, unknown>): { by?: string; months?: string; reason?: string; agent?: string; plan?: string } {
  const known = ['by', 'months', 'reason', 'agent', 'plan'].flatMap((name) => {
    const value = search[name];
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [[name, String(value)] as const] : [];
  });
  return Object.fromEntries(known);
}

/** Every page behind the sign-in but the first, each in a chunk of its own. */
export function pageRoutes<P extends AnyRoute>(house: P) {
  const parent = { getParentRoute: () => house };
  const listed = { validateSearch: readListSearch };
  return [
    createRoute({ ...parent, path: '/desk', component: lazyRouteComponent(() => withWords(['codes', 'save'], import('../desk/desk')), 'DeskPage') }),
    createRoute({ ...parent, path: '/my-pay', component: lazyRouteComponent(() => withWords(['codes', 'gaming', 'steps', 'why'], import('../pay/my-pay')), 'MyPayPage') }),
    createRoute({ ...parent, ...listed, path: '/campaigns', component: lazyRouteComponent(() => import('../campaigns/list'), 'Campaigns') }),
    createRoute({ ...parent, path: '/campaigns/new', component: lazyRouteComponent(() => withWords('codes', import('../campaigns/new')), 'NewCampaign') }),
    createRoute({
      ...parent, path: '/campaigns/$campaignId',
      beforeLoad: ({ params }) => {
        throw redirect({ to: '/campaigns/$campaignId/$tab', params: { ...params, tab: 'overview' }, replace: true });
      },
    }),
    createRoute({ ...parent, ...listed, path: '/campaigns/$campaignId/$tab', component: lazyRouteComponent(() => withWords('codes', import('../campaigns/detail')), 'CampaignPage') }),
    createRoute({ ...parent, path: '/rehearsals/$rehearsalId', component: lazyRouteComponent(() => withWords('codes', import('../campaigns/rehearsal')), 'RehearsalPage') }),
    createRoute({ ...parent, path: '/floor', component: lazyRouteComponent(() => withWords(['codes', 'save'], import('../floor/floor')), 'FloorPage') }),
    createRoute({ ...parent, path: '/wall', component: lazyRouteComponent(() => withWords('codes', import('../floor/wall')), 'WallPage') }),
    createRoute({ ...parent, path: '/queue', component: lazyRouteComponent(() => withWords('codes', import('../floor/queue')), 'Queue') }),
    createRoute({ ...parent, ...listed, path: '/calls', component: lazyRouteComponent(() => withWords('codes', import('../floor/calls')), 'Calls') }),
    createRoute({ ...parent, path: '/calls/$callId', component: lazyRouteComponent(() => withWords('codes', import('../floor/call')), 'CallPage') }),
    createRoute({ ...parent, ...listed, path: '/conduct', component: lazyRouteComponent(() => withWords(['codes', 'gaming'], import('../retention/conduct')), 'ConductPage') }),
    createRoute({ ...parent, path: '/conduct/thresholds', component: lazyRouteComponent(() => withWords('gaming', import('../retention/thresholds')), 'ThresholdsPage') }),
    createRoute({ ...parent, path: '/offers', component: lazyRouteComponent(() => withWords(['codes', 'retention', 'save'], import('../retention/offers')), 'Offers') }),
    createRoute({ ...parent, path: '/routing', component: lazyRouteComponent(() => withWords('save', import('../retention/routing')), 'RoutingPage') }),
    createRoute({ ...parent, path: '/reasons', component: lazyRouteComponent(() => withWords(['codes', 'save'], import('../retention/reasons')), 'Reasons') }),
    createRoute({ ...parent, ...listed, path: '/cases', component: lazyRouteComponent(() => withWords(['codes', 'retention', 'save'], import('../retention/cases')), 'Cases') }),
    createRoute({ ...parent, path: '/cases/$caseId', component: lazyRouteComponent(() => withWords(['codes', 'retention', 'saves'], import('../retention/case')), 'CasePage') }),
    createRoute({ ...parent, ...listed, path: '/customers', component: lazyRouteComponent(() => withWords(['codes', 'customers'], import('../retention/customers')), 'Customers') }),
    createRoute({ ...parent, path: '/customers/$customerId', component: lazyRouteComponent(() => withWords(['codes', 'customers', 'retention'], import('../retention/customer')), 'CustomerPage') }),
    createRoute({ ...parent, ...listed, path: '/suppressions', component: lazyRouteComponent(() => withWords(['codes', 'retention'], import('../retention/suppressions')), 'Suppressions') }),
    createRoute({ ...parent, ...listed, path: '/messages', component: lazyRouteComponent(() => withWords(['codes', 'follow', 'manage'], import('../retention/messages')), 'Messages') }),
    createRoute({ ...parent, path: '/appointments', component: lazyRouteComponent(() => withWords(['codes', 'follow', 'manage'], import('../retention/appointments')), 'Appointments') }),
    createRoute({ ...parent, path: '/outreach', component: lazyRouteComponent(() => withWords(['follow', 'manage'], import('../retention/outreach')), 'Outreaches') }),
    createRoute({ ...parent, path: '/fixes', component: lazyRouteComponent(() => withWords('manage', import('../retention/fixes')), 'Fixes') }),
    createRoute({ ...parent, path: '/authority', component: lazyRouteComponent(() => withWords('manage', import('../retention/authority')), 'AuthorityPage') }),
    createRoute({ ...parent, ...listed, path: '/incidents', component: lazyRouteComponent(() => withWords('manage', import('../retention/incidents')), 'Incidents') }),
    createRoute({ ...parent, ...listed, path: '/requests', component: lazyRouteComponent(() => withWords(['codes', 'manage'], import('../retention/requests')), 'Requests') }),
    createRoute({ ...parent, ...listed, path: '/billing', component: lazyRouteComponent(() => withWords('manage', import('../retention/billing')), 'Billing') }),
    createRoute({ ...parent, path: '/surveys', component: lazyRouteComponent(() => withWords('manage', import('../retention/surveys')), 'Surveys') }),
    createRoute({ ...parent, path: '/saves', validateSearch: readSavesSearch, component: lazyRouteComponent(() => withWords(['codes', 'saves'], import('../saves/saves')), 'SavesPage') }),
    createRoute({ ...parent, ...listed, path: '/verification', component: lazyRouteComponent(() => withWords(['codes', 'saves'], import('../saves/verification')), 'VerificationPage') }),
    createRoute({ ...parent, path: '/experiments', component: lazyRouteComponent(() => withWords('saves', import('../saves/experiments')), 'Experiments') }),
    createRoute({ ...parent, path: '/pay', component: lazyRouteComponent(() => withWords(['codes', 'pay'], import('../pay/runs')), 'Runs') }),
    createRoute({ ...parent, path: '/pay/runs/$runId', component: lazyRouteComponent(() => withWords(['codes', 'exports', 'gaming', 'pay', 'steps', 'why'], import('../pay/run')), 'RunPage') }),
    createRoute({ ...parent, path: '/pay/disputes', component: lazyRouteComponent(() => withWords('why', import('../pay/disputes')), 'Disputes') }),
    createRoute({ ...parent, path: '/pay/adjustments', component: lazyRouteComponent(() => withWords('why', import('../pay/adjustments')), 'Adjustments') }),
    createRoute({ ...parent, path: '/disputes/$disputeId', component: lazyRouteComponent(() => withWords(['codes', 'steps', 'why'], import('../pay/dispute')), 'DisputePage') }),
    createRoute({ ...parent, path: '/entries/$entryId', component: lazyRouteComponent(() => withWords(['codes', 'steps', 'why'], import('../pay/explain')), 'ExplainPage') }),
    createRoute({ ...parent, path: '/pay/statements/$statementId', component: lazyRouteComponent(() => withWords(['codes', 'gaming', 'pay', 'steps', 'why'], import('../pay/statement')), 'StatementPage') }),
    createRoute({ ...parent, path: '/payroll', component: lazyRouteComponent(() => withWords(['exports', 'pay'], import('../pay/exports')), 'Exports') }),
    createRoute({ ...parent, path: '/plans', component: lazyRouteComponent(() => withWords('pay', import('../pay/plans')), 'Plans') }),
    createRoute({ ...parent, path: '/plans/new', component: lazyRouteComponent(() => withWords('planner', import('../pay/plan-editor')), 'NewPlanPage') }),
    createRoute({ ...parent, path: '/plans/$planId', component: lazyRouteComponent(() => withWords(['codes', 'pay', 'planner'], import('../pay/plan')), 'PlanPage') }),
    createRoute({ ...parent, path: '/plans/$planId/edit', component: lazyRouteComponent(() => withWords('planner', import('../pay/plan-editor')), 'EditPlanPage') }),
    createRoute({ ...parent, path: '/plans/$planId/simulations', component: lazyRouteComponent(() => withWords(['pay', 'planner'], import('../pay/simulations')), 'SimulationsPage') }),
    createRoute({ ...parent, path: '/plan-simulations/$simulationId', component: lazyRouteComponent(() => withWords(['planner', 'why'], import('../pay/simulation')), 'SimulationPage') }),
    createRoute({ ...parent, path: '/my-plan', component: lazyRouteComponent(() => withWords('planner', import('../pay/own-plans')), 'OwnPlansPage') }),
    createRoute({ ...parent, path: '/admin/users', component: lazyRouteComponent(() => withWords('admin', import('../admin/users')), 'Users') }),
    createRoute({ ...parent, path: '/admin/clients', component: lazyRouteComponent(() => withWords('admin', import('../admin/clients')), 'Clients') }),
    createRoute({ ...parent, path: '/admin/tokens', component: lazyRouteComponent(() => withWords('admin', import('../admin/tokens')), 'Tokens') }),
    createRoute({ ...parent, ...listed, path: '/admin/audit', component: lazyRouteComponent(() => withWords('admin', import('../admin/audit')), 'Audit') }),
    createRoute({ ...parent, path: '/system', component: lazyRouteComponent(() => withWords('admin', import('../admin/system')), 'System') }),
    createRoute({ ...parent, path: '/account', component: lazyRouteComponent(() => import('../admin/account'), 'Account') }),
  ] as const;
}
