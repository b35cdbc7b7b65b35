import type { Tone } from '../ui/badge';

const tones: Record<string, Tone> = {
  active: 'green', trialing: 'blue', cancel_scheduled: 'amber', paid: 'green', open: 'amber', delivered: 'green', awaiting_payment: 'amber', in_delivery: 'blue',
  applied: 'green', failed: 'red', unclear: 'amber', queued: 'blue', applying: 'blue', done: 'green', waiting: 'amber', passed_on: 'blue', approved: 'blue',
};

/** The colour of a state; grey for what is over. */
export const toneOf = (code: string): Tone => tones[code] ?? 'grey';
