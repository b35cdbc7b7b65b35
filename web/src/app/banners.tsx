import { Box } from '@mantine/core';
import { IconHandStop, IconPlugConnectedX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { timeOfDay } from '../ui/format';
import { useTopics } from './live';
import { useReached } from './reach';
import { useSession } from './session';
import { useStop } from './stop';

/** What everybody must see on every page: the stop switch, and a connection that is lost. */
export function Banners() {
  const { t } = useTranslation();
  const { me, can } = useSession();
  const { data: stop } = useStop();
  const reached = useReached();
  const status = useTopics(`agent:${me.id}`);
  return (
    <div aria-live="assertive">
      {(status === 'lost' || !reached) && (
        <Box className="banner" data-tone="amber" data-testid="lost-banner">
          <IconPlugConnectedX size={17} aria-hidden="true" />
          <strong>{t('lost.title')}</strong> <span>{t('lost.text')}</span>
        </Box>
      )}
      {stop?.stopped && (
        <Box className="banner" data-tone="red" data-testid="stop-banner">
          <IconHandStop size={17} aria-hidden="true" />
          <strong>{t('stopped.title')}</strong>
          <span>{stop.why}</span>
          {stop.by && <span>{t('stopped.by', { name: stop.by, when: timeOfDay(stop.startedAt) })}</span>}
          {can('floor.read') && <Link to="/floor">{t('stopped.go')}</Link>}
        </Box>
      )}
    </div>
  );
}
