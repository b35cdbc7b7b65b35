import { useTranslation } from 'react-i18next';
import { Badge, type Tone } from '../ui/badge';
import { caseState } from '../ui/words';

const tones: Record<string, Tone> = {
  requested: 'amber', in_progress: 'blue', offering: 'blue', callback_scheduled: 'violet', accepted: 'green', confirmed: 'green',
  saved_provisional: 'green', cancel_processing: 'grey', cancelled_scheduled: 'grey', approval_pending: 'amber', billing_pending: 'blue', billing_failed: 'red', verified_30: 'green', verified_60: 'green',
  verified_90: 'green', clock_paused: 'violet', won_back: 'green',
};

/** The states that the list can be filtered by. */
export const states = Object.keys(tones);

export function CaseBadge({ state }: { state: string }) {
  const { t } = useTranslation();
  return <Badge tone={tones[state] ?? 'grey'}>{caseState(t, state)}</Badge>;
}
