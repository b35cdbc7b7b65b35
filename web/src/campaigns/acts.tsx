import { Button, Group } from '@mantine/core';
import { IconCalendar, IconFlag, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign, CampaignState } from '../api/campaigns';
import { post } from '../api/http';
import { useAct } from '../ui/act';
import { Confirm } from '../ui/confirm';
import { number } from '../ui/format';

export type Act = 'schedule' | 'start' | 'pause' | 'finish';

/** From each state, what a person may do next; the server has the last word. */
export const possible: Record<CampaignState, Act[]> = {
  draft: ['schedule', 'start'],
  scheduled: ['start', 'finish'],
  running: ['pause', 'finish'],
  paused: ['start', 'finish'],
  finished: [],
};

const looks = {
  schedule: { icon: IconCalendar, variant: 'default' },
  start: { icon: IconPlayerPlay, variant: 'filled' },
  pause: { icon: IconPlayerPause, variant: 'default' },
  finish: { icon: IconFlag, variant: 'default' },
} as const;

/** Start, pause, finish: each asks first and says what it will do to how many people. */
export function CampaignActs({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const [asked, ask] = useState<Act | null>(null);
  const run = useAct((act: Act) => post<Campaign>(`/v1/campaigns/${campaign.id}/${act}`), {
    renew: [['campaigns'], ['floor']],
    after: () => {
      if (asked) notifications.show({ message: t(`campaigns.done.${asked}`), color: 'teal' });
      ask(null);
    },
  });
  const counts = {
    name: campaign.name, waiting: number(campaign.stats.waiting), ready: number(campaign.stats.ready), agents: number(campaign.stats.agents),
  };
  return (
    <Group gap="xs">
      {possible[campaign.state].map((act) => {
        const { icon: Icon, variant } = looks[act];
        return (
          <Button key={act} variant={variant} leftSection={<Icon size={16} />} onClick={() => ask(act)}>{t(`campaigns.act.${act}`)}</Button>
        );
      })}
      {asked && (
        <Confirm
          opened title={t(`campaigns.confirm.${asked}Title`, counts)} effect={t(`campaigns.confirm.${asked}`, counts)}
          act={t(`campaigns.act.${asked}`)} danger={asked === 'finish'} busy={run.isPending} onClose={() => ask(null)}
          onConfirm={() => run.mutate(asked)}
        />
      )}
    </Group>
  );
}
