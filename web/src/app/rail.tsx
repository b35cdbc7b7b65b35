import { Box } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { groupsFor } from './pages';
import { useSession } from './session';

interface RailProps {
  onGo: () => void;
}

/** The left rail: the pages of this person's roles. */
export function Rail({ onGo }: RailProps) {
  const { t } = useTranslation();
  const { me } = useSession();
  return (
    <Box h="100%" style={{ overflowY: 'auto' }}>
      {groupsFor(me).map((group) => (
        <Box key={group.label}>
          <div className="rail-heading">{t(`nav.${group.label}`)}</div>
          {group.pages.map(({ to, label, icon: Icon }) => (
            <Link key={to} to={to} className="rail-link" onClick={onGo}>
              <Icon size={17} stroke={1.7} aria-hidden="true" />
              {t(`nav.${label}`)}
            </Link>
          ))}
        </Box>
      ))}
    </Box>
  );
}
