import { Box, Button, Group, Text } from '@mantine/core';
import { IconHandStop, IconPlayerPlay, IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Floor } from '../api/desk';
import { post } from '../api/http';
import { useSession } from '../app/session';
import { useStop } from '../app/stop';
import { useAct } from '../ui/act';
import { Confirm } from '../ui/confirm';
import { dateTime, number } from '../ui/format';

/** The one switch that stops all dialing, and lets it go on. */
export function StopSwitch({ floor }: { floor: Floor }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const { data: stop } = useStop();
  const [asked, ask] = useState<'stop' | 'resume' | null>(null);
  const stopped = stop?.stopped ?? floor.stop.stopped;
  const flip = useAct((v: { path: string; why: string }) => post(v.path, { why: v.why }), { renew: [['stop'], ['floor'], ['desk']], after: () => ask(null) });
  const up = floor.campaigns.reduce((sum, c) => sum + c.ringing + c.waiting + c.talking, 0);
  const running = floor.campaigns.filter((c) => c.state === 'running').length;
  const words = {
    resume: { path: '/v1/stop/end', title: t('floor.stop.resumeTitle'), effect: t('floor.stop.resumeEffect', { count: running }), act: t('floor.stop.resume') },
    stop: { path: '/v1/stop', title: t('floor.stop.title'), effect: t('floor.stop.effect', { calls: number(up) }), act: t('floor.stop.act') },
  };
  return (
    <Box className="stop-switch" data-stopped={stopped || undefined} data-testid="stop-switch">
      <Group gap="sm" wrap="nowrap">
        {stopped ? <IconHandStop size={22} aria-hidden="true" /> : <IconShieldCheck size={22} aria-hidden="true" />}
        <div>
          <Text fw={600} size="sm">{stopped ? t('floor.stop.on') : t('floor.stop.off')}</Text>
          {stopped && stop?.why && <Text size="xs">{stop.why} · {t('stopped.by', { name: stop.by ?? '', when: dateTime(stop.startedAt) })}</Text>}
        </div>
      </Group>
      {can(stopped ? 'dial.resume' : 'dial.stop') && (
        <Button size="md" color={stopped ? 'brand' : 'red'} leftSection={stopped ? <IconPlayerPlay size={18} /> : <IconHandStop size={18} />} onClick={() => ask(stopped ? 'resume' : 'stop')}>
          {stopped ? t('floor.stop.resume') : t('floor.stop.button')}
        </Button>
      )}
      {asked && (
        <Confirm
          opened title={words[asked].title} effect={words[asked].effect} act={words[asked].act} why={t('floor.stop.why')} danger={asked === 'stop'} busy={flip.isPending}
          onClose={() => ask(null)} onConfirm={(why) => flip.mutate({ path: words[asked].path, why })}
        />
      )}
    </Box>
  );
}
