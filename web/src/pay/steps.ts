import type { Run, RunState } from '../api/pay';

export const steps = ['calculate', 'review', 'approve', 'lock', 'export', 'reconcile'] as const;
export type Step = (typeof steps)[number];

/** The state that a step leads to. */
export const stateAfter: Record<Step, RunState> = {
  calculate: 'calculated', review: 'reviewed', approve: 'approved', lock: 'locked', export: 'exported', reconcile: 'reconciled',
};

/** How many steps of the path are done. */
export function stepsDone(state: RunState): number {
  return state === 'draft' ? 0 : steps.findIndex((step) => stateAfter[step] === state) + 1;
}

/** The step that comes next, or undefined at the end of the path. */
export function nextStep(state: RunState): Step | undefined {
  return steps[stepsDone(state)];
}

/** Who did a step and when, as far as it is done. */
export function doneBy(run: Run, step: Step): { who: string; when: string } | undefined {
  const marks: Record<Step, [string | undefined, string | undefined]> = {
    calculate: [run.calculatedBy, run.calculatedAt], review: [run.reviewedBy, run.reviewedAt], approve: [run.approvedBy, run.approvedAt],
    lock: ['', run.lockedAt], export: ['', run.exportedAt], reconcile: ['', run.reconciledAt],
  };
  const [who, when] = marks[step];
  return when === undefined ? undefined : { who: who ?? '', when };
}
