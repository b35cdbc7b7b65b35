import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type LiveStatus, LiveStream } from './live-stream';

interface Live {
  stream: LiveStream;
  status: LiveStatus;
}

const LiveContext = createContext<Live | null>(null);

/** Reads everything on the screen again: the server's state is the truth. */
function renewAll(queries: QueryClient): void {
  void queries.invalidateQueries();
}

/** One event stream for the whole application. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [status, setStatus] = useState<LiveStatus>('idle');
  const stream = useMemo(
    () => new LiveStream({
      open: (url) => new EventSource(url),
      renew: (key) => void queries.invalidateQueries({ queryKey: key }),
      renewAll: () => renewAll(queries),
      status: setStatus,
    }),
    [queries],
  );
  useEffect(() => () => stream.close(), [stream]);
  const live = useMemo(() => ({ stream, status }), [stream, status]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** Listens to these topics while the component is on the screen. */
export function useTopics(...topics: string[]): LiveStatus {
  const live = useContext(LiveContext);
  const wanted = topics.join(',');
  const stream = live?.stream;
  useEffect(() => {
    if (!stream || wanted === '') return undefined;
    return stream.want(wanted.split(','));
  }, [stream, wanted]);
  return live?.status ?? 'idle';
}
