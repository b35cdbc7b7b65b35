import { useSyncExternalStore } from 'react';

/** One ticking second for the whole page, so that a floor of 500 tiles has one timer, not 500. */
let current = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const watchers = new Set<() => void>();

function watch(changed: () => void): () => void {
  watchers.add(changed);
  timer ??= setInterval(() => {
    current = Date.now();
    for (const tell of watchers) tell();
  }, 1000);
  return () => {
    watchers.delete(changed);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function read(): number {
  if (timer === undefined) current = Date.now();
  return Math.floor(current / 1000) * 1000;
}

/** The time now, in milliseconds, renewed every second. */
export function useNow(): number {
  return useSyncExternalStore(watch, read);
}
