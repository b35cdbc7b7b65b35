import { useSyncExternalStore } from 'react';

/** Whether the last sign of life of the desk reached the server. */
let reached = true;
const watchers = new Set<() => void>();

export function setReached(now: boolean): void {
  if (now === reached) return;
  reached = now;
  for (const tell of watchers) tell();
}

export function useReached(): boolean {
  return useSyncExternalStore(
    (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    () => reached,
  );
}
