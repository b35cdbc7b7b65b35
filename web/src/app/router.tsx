import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { withWords } from '../locales';
import { speakFor } from './language';
import { BrokenPage, NoPage } from './lost-page';
import { pageRoutes } from './routes';
import { homeOf, meQuery } from './session';
import { Shell } from './shell';

interface RouterContext {
  queries: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet, notFoundComponent: NoPage, errorComponent: BrokenPage });

const signIn = createRoute({
  getParentRoute: () => root, path: '/sign-in', component: lazyRouteComponent(() => import('./sign-in'), 'SignIn'),
  validateSearch: (search): { next?: string } => (typeof search.next === 'string' ? { next: search.next } : {}),
});

/** A customer's page: the link in the address is all they need. */
const confirm = createRoute({
  getParentRoute: () => root, path: '/confirm/$token', component: lazyRouteComponent(() => withWords('save', import('../confirm/confirm')), 'ConfirmPage'),
});

/** Everything behind the sign-in. */
const house = createRoute({
  getParentRoute: () => root, id: 'house', component: Shell,
  beforeLoad: async ({ context, location }) => {
    const me = await context.queries.query({ ...meQuery, staleTime: 'static' });
    if (!me) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    await speakFor(me);
    if (me.mustChange && location.pathname !== '/account') throw redirect({ to: '/account' });
    return { me };
  },
});

const start = createRoute({
  getParentRoute: () => house, path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ to: homeOf(context.me) });
  },
});

const tree = root.addChildren([signIn, confirm, house.addChildren([start, ...pageRoutes(house)])]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree, context: { queries }, defaultPreload: 'intent', defaultNotFoundComponent: NoPage,
    defaultErrorComponent: BrokenPage, scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
