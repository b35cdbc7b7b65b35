import { Box, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconHandStop, IconPlayerPlay, IconShieldCheck } from '@tabler/icons-react';
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
  const [opened, { open, close }] = useDisclosure(false);
  const stopped = stop?.stopped ?? floor.stop.stopped;
  const flip = useAct((why: string) => post(stopped ? '/v1/stop/end' : '/v1/stop', { why }), { renew: [['stop'], ['floor'], ['desk']], after: close });
  const up = floor.campaigns.reduce((sum, c) => sum + c.ringing + c.waiting + c.talking, 0);
  const running = floor.campaigns.filter((c) => c.state === 'running').length;
  const words = stopped
    ? { title: t('floor.stop.resumeTitle'), effect: t('floor.stop.resumeEffect', { count: running }), act: t('floor.stop.resume') }
    : { title: t('floor.stop.title'), effect: t('floor.stop.effect', { calls: number(up) }), act: t('floor.stop.act') };
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
        <Button size="md" color={stopped ? 'brand' : 'red'} leftSection={stopped ? <IconPlayerPlay size={18} /> : <IconHandStop size={18} />} onClick={open}>
          {stopped ? t('floor.stop.resume') : t('floor.stop.button')}
        </Button>
      )}
      <Confirm opened={opened} {...words} why={t('floor.stop.why')} danger={!stopped} busy={flip.isPending} onClose={close} onConfirm={(why) => flip.mutate(why)} />
    </Box>
  );
}
