import { useTranslation } from 'react-i18next';
import type { RunState } from '../api/pay';
import { Badge, type Tone } from '../ui/badge';

const tones: Record<RunState, Tone> = {
  draft: 'grey', calculated: 'amber', reviewed: 'amber', approved: 'blue', locked: 'blue', exported: 'green', reconciled: 'green',
};

export function RunBadge({ state }: { state: RunState }) {
  const { t } = useTranslation();
  return <Badge tone={tones[state]}>{t(`runs.state.${state}`)}</Badge>;
}
