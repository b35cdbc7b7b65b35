import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { Problem } from '../api/http';
import { meQuery } from './session';

const retriesMax = 2;

/**
 * The cache of what was read. A refusal for want of a session means signed out, whatever was asked: the guard of the
 * routes is run again and leads to the sign-in, with the way back.
 */
export function makeQueries(signedOut: () => void): QueryClient {
  const check = (error: Error) => {
    if (!(error instanceof Problem) || error.status !== 401) return;
    if (queries.getQueryData(meQuery.queryKey) === undefined || queries.getQueryData(meQuery.queryKey) === null) return;
    queries.setQueryData(meQuery.queryKey, null);
    signedOut();
  };
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError: check }),
    mutationCache: new MutationCache({ onError: check }),
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        retry: (count, error) => count < retriesMax && !(error instanceof Problem && error.status >= 400 && error.status < 500),
      },
    },
  });
  return queries;
}
