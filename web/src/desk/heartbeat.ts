import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { post } from '../api/http';
import { setReached } from '../app/reach';

interface Beat {
  state: string;
  version: number;
}

const missesMax = 1; // one lost beat may be a hiccup; two are a lost connection

/** Tells the server every 5 s that this desk is alive, and reads the desk again when it has moved on without us. */
export function useHeartbeat(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let version: number | undefined;
    let misses = 0;
    const beat = async () => {
      try {
        const now = await post<Beat>('/v1/desk/heartbeat');
        if (misses > missesMax) void queries.invalidateQueries();
        else if (version !== undefined && now.version !== version) void queries.invalidateQueries({ queryKey: ['desk'] });
        version = now.version;
        misses = 0;
      } catch {
        misses += 1;
      }
      setReached(misses <= missesMax);
    };
    const worker = new Worker(new URL('./beat-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = () => void beat();
    void beat();
    return () => {
      worker.terminate();
      setReached(true);
    };
  }, [queries]);
}
