import { ActionIcon, Box, Group, Menu, NativeSelect, Text } from '@mantine/core';
import { IconDotsVertical, IconPlugConnectedX, IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FloorAgent } from '../api/desk';
import { post } from '../api/http';
import { useSession } from '../app/session';
import { AgentBadge } from '../desk/agent-state';
import { useAct } from '../ui/act';
import { Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Confirm } from '../ui/confirm';
import { Panel } from '../ui/page';
import { Since } from '../ui/since';
import { pauseReason } from '../ui/words';
import { countStates, type Sort, sortAgents, sorts, stateOrder } from './sorting';

interface Asked {
  agent: FloorAgent;
  state: 'away' | 'ready';
}

/** One tile for each agent: state by colour, icon and word, and the time in it. */
export function AgentTiles({ agents }: { agents: FloorAgent[] }) {
  const { t } = useTranslation();
  const [sort, setSort] = useState<Sort>('state');
  const [only, setOnly] = useState('');
  const [asked, ask] = useState<Asked | null>(null);
  const force = useAct((v: Asked & { reason: string }) => post(`/v1/floor/agents/${v.agent.userId}/state`, {
    state: v.state, reason: v.reason, ...(v.state === 'ready' && v.agent.campaignId ? { campaignId: v.agent.campaignId } : {}),
  }), { renew: [['floor']], after: () => ask(null) });
  const counts = countStates(agents);
  const shown = sortAgents(only === '' ? agents : agents.filter((a) => a.state === only), sort);
  if (agents.length === 0) return <Empty icon={<IconUsersGroup size={32} />} title={t('floor.emptyTitle')}>{t('floor.empty')}</Empty>;
  const controls = (
    <>
      <NativeSelect size="xs" aria-label={t('floor.show')} value={only} onChange={(event) => setOnly(event.currentTarget.value)}
        data={[{ value: '', label: t('floor.everybody') }, ...stateOrder.map((s) => ({ value: s, label: `${t(`desk.state.${s}`)} (${counts[s]})` }))]}
      />
      <NativeSelect size="xs" aria-label={t('floor.sort')} value={sort} data={sorts.map((s) => ({ value: s, label: t(`floor.sortBy.${s}`) }))}
        onChange={(event) => setSort(event.currentTarget.value as Sort)}
      />
    </>
  );
  return (
    <Panel title={t('floor.agents')} actions={controls}>
      <Group gap="xs" mb="sm">
        {stateOrder.filter((s) => counts[s] > 0).map((s) => <Group key={s} gap={4}><AgentBadge state={s} /><Text size="sm" fw={600} className="tabular">{counts[s]}</Text></Group>)}
      </Group>
      <ul className="tiles">
        {shown.map((agent) => <Tile key={agent.userId} agent={agent} onAsk={(state) => ask({ agent, state })} />)}
      </ul>
      {asked && (
        <Confirm
          opened title={t(`floor.${asked.state}Title`, { name: asked.agent.name })} effect={t(`floor.${asked.state}Effect`, { name: asked.agent.name })}
          act={asked.state === 'away' ? t('floor.sendAway') : t('floor.sendReady')} why={t('floor.awayWhy')} busy={force.isPending}
          onClose={() => ask(null)} onConfirm={(reason) => force.mutate({ ...asked, reason })}
        />
      )}
    </Panel>
  );
}

interface TileProps {
  agent: FloorAgent;
  /** Without it the tile is only to be looked at. */
  onAsk?: (state: 'away' | 'ready') => void;
}

export function Tile({ agent, onAsk }: TileProps) {
  const { t } = useTranslation();
  const { can } = useSession();
  return (
    <li className="tile" data-state={agent.state} data-testid="agent-tile">
      <Group justify="space-between" gap={4} wrap="nowrap">
        <Text size="sm" fw={600} truncate>{agent.name}</Text>
        {onAsk && can('floor.act') && (
          <Menu position="bottom-end">
            <Menu.Target><ActionIcon variant="subtle" color="gray" aria-label={t('floor.act', { name: agent.name })}><IconDotsVertical size={15} /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => onAsk('away')}>{t('floor.sendAway')}</Menu.Item>
              {agent.campaignId && agent.state === 'away' && <Menu.Item onClick={() => onAsk('ready')}>{t('floor.sendReady')}</Menu.Item>}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      <Group justify="space-between" gap={4} wrap="nowrap">
        <AgentBadge state={agent.state} />
        <Text size="md" fw={600}><Since at={agent.since} /></Text>
      </Group>
      <Box mih={18}>
        {agent.silent
          ? <Badge tone="red" icon={<IconPlugConnectedX size={13} aria-hidden="true" />}>{t('floor.silent')}</Badge>
          : <Text size="xs" c="dimmed" truncate>{agent.state === 'away' && agent.reason ? pauseReason(t, agent.reason) : (agent.campaign ?? '')}</Text>}
      </Box>
    </li>
  );
}
