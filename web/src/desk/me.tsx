import { Box, Button, Group, Menu, NativeSelect, Stack, Text } from '@mantine/core';
import { IconHeadset, IconPlayerPause } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Desk } from '../api/desk';
import { Facts } from '../ui/facts';
import { duration, number } from '../ui/format';
import { Panel } from '../ui/page';
import { Since } from '../ui/since';
import { pauseReason } from '../ui/words';
import { agentLooks } from './agent-state';
import { Key } from './key';

interface MeProps {
  desk: Desk;
  campaignId: number | null;
  onCampaign: (id: number) => void;
  onReady: () => void;
  onAway: (reason: string) => void;
  pausing: boolean;
  setPausing: (open: boolean) => void;
}

/** The menu was opened by its key or its button: the arrows must work in it at once. */
const takeFocus = (item: HTMLButtonElement | null) => item?.focus({ preventScroll: true });

const busy = ['ringing', 'talking', 'wrapping'];

/** Who am I now: the state, large, with its time, and the way to another. */
export function Me({ desk, campaignId, onCampaign, onReady, onAway, pausing, setPausing }: MeProps) {
  const { t } = useTranslation();
  const { agent, campaigns } = desk;
  const { tone, icon: Icon } = agentLooks[agent.state];
  const inCall = busy.includes(agent.state);
  const mode = campaigns.find((c) => c.id === agent.campaignId)?.mode;
  const hint = agent.state === 'ready' && mode === 'manual' ? 'manual' : agent.state;
  return (
    <Panel label={t('desk.title')}>
      <Box className="my-state" data-tone={tone} data-testid="my-state" data-state={agent.state}>
        <Group gap="sm" wrap="nowrap">
          <Icon size={26} aria-hidden="true" />
          <div>
            <Text component="h2" fw={650} size="lg" lh={1.2} aria-live="polite">{t(`desk.state.${agent.state}`)}</Text>
            <Text size="xs">{agent.state === 'away' && agent.reason !== '' ? pauseReason(t, agent.reason) : t(`desk.hint.${hint}`)}</Text>
          </div>
        </Group>
        <Text className="figure" aria-label={t('desk.since')}><Since at={agent.since} /></Text>
      </Box>
      <Stack gap="xs" mt="sm">
        {campaigns.length === 0 ? <Text size="sm" c="dimmed">{t('desk.noCampaigns')}</Text> : (
          <NativeSelect
            label={t('desk.campaign')} size="xs" value={String(campaignId ?? '')} disabled={inCall}
            data={campaigns.map((c) => ({ value: String(c.id), label: c.openNow ? c.name : t('desk.closedNow', { name: c.name }) }))}
            onChange={(event) => onCampaign(Number(event.currentTarget.value))}
          />
        )}
        <div className="state-acts">
          <Button leftSection={<IconHeadset size={16} />} rightSection={<Key name="R" />} disabled={campaignId === null || agent.state === 'ready'} onClick={onReady}>
            {inCall ? t('desk.readyAfter') : t('desk.ready')}
          </Button>
          <Menu opened={pausing} onChange={setPausing} trapFocus={false} returnFocus width={200}>
            <Menu.Target>
              <Button variant="default" leftSection={<IconPlayerPause size={16} />} rightSection={<Key name="P" />}>
                {inCall ? t('desk.awayAfter') : t('desk.pause')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{t('desk.pauseFor')}</Menu.Label>
              {desk.pauseReasons.map((reason, i) => (
                <Menu.Item key={reason} ref={i === 0 ? takeFocus : undefined} onClick={() => onAway(reason)}>{pauseReason(t, reason)}</Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </div>
        {inCall && (agent.afterWrap === 'ready' || agent.afterWrap === 'away') && (
          <Text size="xs" c="dimmed">{t('desk.after', { state: t(`desk.state.${agent.afterWrap}`) })}</Text>
        )}
      </Stack>
    </Panel>
  );
}

const won = ['save', 'sale', 'upsell', 'appointment'];

/** The day so far. */
export function Today({ desk }: { desk: Desk }) {
  const { t } = useTranslation();
  const { today } = desk;
  const wins = won.reduce((sum, code) => sum + (today.outcomes[code] ?? 0), 0);
  return (
    <Panel title={t('desk.today')}>
      <Facts items={[
        { label: t('desk.calls'), value: number(today.calls) },
        { label: t('desk.connected'), value: number(today.connected) },
        { label: t('desk.talk'), value: duration(today.talkSeconds) },
        { label: t('desk.won'), value: number(wins) },
      ]}
      />
    </Panel>
  );
}
