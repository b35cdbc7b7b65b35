import { useEffect, useRef, useState } from 'react';
import { post } from '../api/http';
import { useAct } from '../ui/act';

/** How long “cancel now” can be taken back before it is sent. */
export const undoSeconds = 5;

export interface CancelNow {
  /** Seconds until it is sent, null when nobody asked. */
  left: number | null;
  start: () => void;
  undo: () => void;
}

/** “Cancel it” on a call: five seconds to take back what a finger did, then it is honoured. */
export function useCancelNow(callId: number | undefined): CancelNow {
  const [left, setLeft] = useState<number | null>(null);
  const due = useRef<number | undefined>(undefined);
  const cancel = useAct((id: number) => post(`/v1/calls/${id}/cancel`, {}), { renew: [['save-desk'], ['offers', 'call'], ['cases']] });
  const { mutate } = cancel;
  useEffect(() => {
    if (left === null || callId === undefined) return undefined;
    due.current = window.setTimeout(() => {
      if (left > 1) {
        setLeft(left - 1);
        return;
      }
      setLeft(null);
      mutate(callId);
    }, 1000);
    return () => window.clearTimeout(due.current);
  }, [left, callId, mutate]);
  return {
    left,
    start: () => {
      if (callId !== undefined && left === null) setLeft(undoSeconds);
    },
    undo: () => setLeft(null),
  };
}
