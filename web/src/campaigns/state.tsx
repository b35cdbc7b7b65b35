import { IconCalendar, IconCircleCheck, IconPencil, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Campaign, CampaignState } from '../api/campaigns';
import { Badge, type Tone } from '../ui/badge';
import { dateTime } from '../ui/format';

const looks: Record<CampaignState, { tone: Tone; icon: typeof IconPencil }> = {
  draft: { tone: 'grey', icon: IconPencil },
  scheduled: { tone: 'blue', icon: IconCalendar },
  running: { tone: 'green', icon: IconPlayerPlay },
  paused: { tone: 'amber', icon: IconPlayerPause },
  finished: { tone: 'grey', icon: IconCircleCheck },
};

export function CampaignBadge({ state }: { state: CampaignState }) {
  const { t } = useTranslation();
  const { tone, icon: Icon } = looks[state];
  return <Badge tone={tone} icon={<Icon size={13} aria-hidden="true" />}>{t(`campaigns.state.${state}`)}</Badge>;
}

/** Whether its hours are open, or when they are. */
export function Hours({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  if (campaign.openNow) return <>{t('campaigns.open')}</>;
  if (!campaign.nextOpenAt) return <>{t('campaigns.never')}</>;
  return <>{t('campaigns.opens', { when: dateTime(campaign.nextOpenAt, campaign.zone) })}</>;
}
