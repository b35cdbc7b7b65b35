import { IconClock, IconEye, IconHeadset, IconPhoneCall, IconPhoneIncoming, IconPencil, IconPlayerPause } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AgentState } from '../api/desk';
import { Badge, type Tone } from '../ui/badge';

export const agentLooks: Record<AgentState, { tone: Tone; icon: typeof IconClock }> = {
  away: { tone: 'grey', icon: IconPlayerPause },
  ready: { tone: 'green', icon: IconHeadset },
  preview: { tone: 'violet', icon: IconEye },
  ringing: { tone: 'amber', icon: IconPhoneIncoming },
  talking: { tone: 'blue', icon: IconPhoneCall },
  wrapping: { tone: 'violet', icon: IconPencil },
};

/** An agent's state by colour, icon and word. */
export function AgentBadge({ state }: { state: AgentState }) {
  const { t } = useTranslation();
  const { tone, icon: Icon } = agentLooks[state];
  return <Badge tone={tone} icon={<Icon size={13} aria-hidden="true" />}>{t(`desk.state.${state}`)}</Badge>;
}
