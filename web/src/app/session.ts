import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, Problem } from '../api/http';
import type { Me } from '../api/types';

/** Who is signed in. A refusal means nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me | null> => {
    try {
      return await get<Me>('/v1/me');
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

export interface Session {
  me: Me;
  can: (permission: string) => boolean;
}

/** The signed-in person; only pages behind the sign-in use it. */
export function useSession(): Session {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error('a page behind the sign-in was drawn without a session');
  return { me: data, can: (permission) => data.permissions.includes(permission) };
}

/** Forgets everything that was read: the next person must see nothing of it. */
export function useForget(): () => void {
  const queries = useQueryClient();
  return () => {
    queries.clear();
    queries.setQueryData(meQuery.queryKey, null);
  };
}

/** The page to start on, by what the person does here. */
export function homeOf(me: Me): string {
  const can = (permission: string) => me.permissions.includes(permission);
  if (me.mustChange) return '/account';
  if (can('desk.work')) return '/desk';
  if (can('campaigns.write')) return '/campaigns';
  if (can('floor.read')) return '/floor';
  if (can('pay.read')) return '/pay';
  if (can('campaigns.read')) return '/campaigns';
  return '/account';
}
