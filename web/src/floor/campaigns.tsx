import { Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { FloorCampaign } from '../api/desk';
import { CampaignBadge } from '../campaigns/state';
import { Facts } from '../ui/facts';
import { number } from '../ui/format';
import { Panel } from '../ui/page';
import { Gauge } from './gauge';

/** A strip for each campaign: its lines, its agents, its abandon budget, what is left of its list. */
export function CampaignStrips({ campaigns }: { campaigns: FloorCampaign[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('floor.campaigns')}>
      {campaigns.length === 0 ? <Text size="sm" c="dimmed">{t('floor.noCampaigns')}</Text> : (
        <Stack gap="md">{campaigns.map((campaign) => <Strip key={campaign.id} campaign={campaign} />)}</Stack>
      )}
    </Panel>
  );
}

function Strip({ campaign: c }: { campaign: FloorCampaign }) {
  const { t } = useTranslation();
  return (
    <article className="strip" aria-label={c.name}>
      <div className="strip-head">
        <Link className="strong-link" to="/campaigns/$campaignId/$tab" params={{ campaignId: String(c.id), tab: 'overview' }}>{c.name}</Link>
        <CampaignBadge state={c.state} />
      </div>
      <dl className="lines">
        {(['ringing', 'waiting', 'talking'] as const).map((name) => (
          <div key={name} data-line={name} data-alert={(name === 'waiting' && c.waiting > 0) || undefined}>
            <dt>{t(`floor.strip.${name}`)}</dt><dd>{number(c[name])}</dd>
          </div>
        ))}
      </dl>
      <Gauge rate={c.abandonRate} label={t('floor.strip.abandonedOf', { abandoned: number(c.abandoned), answered: number(c.answeredLive) })} />
      <Facts items={[
        { label: t('floor.strip.ready'), value: number(c.agentsReady) },
        { label: t('floor.strip.wrapping'), value: number(c.agentsWrapping) },
        { label: t('floor.strip.attempts'), value: number(c.attemptsToday) },
        { label: t('floor.strip.leadsReady'), value: number(c.leadsReady) },
        { label: t('floor.strip.left'), value: number(c.leadsLeft) },
      ]}
      />
      {c.lastDecision !== '' && <Text size="xs" c="dimmed">{t('floor.strip.decision')}: {c.lastDecision}{c.heldBy !== '' && ` · ${t('floor.strip.held', { node: c.heldBy })}`}</Text>}
    </article>
  );
}
