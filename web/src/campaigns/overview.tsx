import { Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Campaign, weekdays } from '../api/campaigns';
import { Facts, Figures } from '../ui/facts';
import { number, percent, phone } from '../ui/format';
import { Panel } from '../ui/page';
import { penetration } from './list';
import { Hours } from './state';

const shown = ['leads', 'waiting', 'ready', 'calling', 'done', 'suppressed', 'attempts', 'contacts', 'agents'] as const;

export function Overview({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const { stats } = campaign;
  const contactRate = stats.attempts > 0 ? percent(stats.contacts / stats.attempts) : '–';
  return (
    <Stack>
      <Panel title={t('campaigns.overview.list')}>
        <Progress value={penetration(campaign) * 100} mb="md" aria-label={t('campaigns.col.progress')} />
        <Figures items={[...shown.map((name) => ({ label: t(`campaigns.stat.${name}`), value: number(stats[name]) })), { label: t('campaigns.overview.contactRate'), value: contactRate }]} />
      </Panel>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Panel title={t('campaigns.overview.hours')}>
          <Text size="sm" mb="sm"><Hours campaign={campaign} /> · {campaign.zone}</Text>
          <Facts items={weekdays.map((day) => ({
            label: t(`campaigns.day.${day}`),
            value: campaign.windows.filter((w) => w.days.includes(day)).map((w) => `${w.from}–${w.to}`).join(', ') || '–',
          }))}
          />
        </Panel>
        <Panel title={t('campaigns.overview.rules')}>
          <Facts items={[
            { label: t('campaigns.form.purpose'), value: t(`campaigns.purpose.${campaign.purpose}`) },
            { label: t('campaigns.form.mode'), value: t(`campaigns.mode.${campaign.mode}`) },
            { label: t('campaigns.overview.callerId'), value: phone(campaign.callerId) },
            { label: t('campaigns.overview.ring'), value: `${campaign.ringSeconds} s` },
            { label: t('campaigns.overview.wrapup'), value: `${campaign.wrapupSeconds} s` },
            { label: t('campaigns.overview.caps'), value: t('campaigns.overview.capsValue', { life: campaign.attemptsMax, day: campaign.dayAttemptsMax }) },
            { label: t('campaigns.overview.trunk'), value: campaign.trunk },
          ]}
          />
        </Panel>
      </SimpleGrid>
    </Stack>
  );
}
