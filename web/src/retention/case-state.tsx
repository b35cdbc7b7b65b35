import { useTranslation } from 'react-i18next';
import { Badge, type Tone } from '../ui/badge';
import { caseState } from '../ui/words';

const tones: Record<string, Tone> = {
  requested: 'amber', in_progress: 'blue', offering: 'blue', callback_scheduled: 'violet', accepted: 'green', confirmed: 'green',
  saved_provisional: 'green', cancel_processing: 'grey', cancelled_scheduled: 'grey',
};

/** The states that the list can be filtered by. */
export const states = Object.keys(tones);

export function CaseBadge({ state }: { state: string }) {
  const { t } = useTranslation();
  return <Badge tone={tones[state] ?? 'grey'}>{caseState(t, state)}</Badge>;
}
