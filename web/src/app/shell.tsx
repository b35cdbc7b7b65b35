import { ActionIcon, AppShell, Box, Burger, Group, NativeSelect, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Waiting } from '../ui/answer';
import { Banners } from './banners';
import { useClientChoice } from './client-choice';
import { useCommandKey } from './keys';
import { Pulse } from './pulse';
import { Rail } from './rail';
import { useSession } from './session';

// Menus bring the positioning library along: not needed for the first picture.
const AccountMenu = lazy(() => import('./account-menu'));
const Command = lazy(() => import('./command'));

/** Everything behind the sign-in: in the frame, but for the screen on the wall, which has none. */
export function Shell() {
  const wall = useLocation({ select: ({ pathname }) => pathname === '/wall' });
  return wall ? <Suspense fallback={<Waiting />}><Outlet /></Suspense> : <Frame />;
}

/** The frame around every page: rail, top bar, banners. */
function Frame() {
  const { t } = useTranslation();
  const [menu, { toggle, close }] = useDisclosure(false);
  const [command, palette] = useDisclosure(false);
  useCommandKey(palette.open);
  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 208, breakpoint: 'md', collapsed: { mobile: !menu } }} padding="md">
      <a className="skip" href="#page">{t('skip')}</a>
      <AppShell.Header withBorder className="top">
        <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={menu} onClick={toggle} hiddenFrom="md" size="sm" aria-label={menu ? t('nav.shut') : t('nav.open')} />
            <img src="/favicon.svg" width={24} height={24} alt="" />
            <Text fw={650} visibleFrom="xs">{t('app')}</Text>
            <Box visibleFrom="sm" ml="md"><ClientSwitcher /></Box>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <Box visibleFrom="xs"><Pulse /></Box>
            <ActionIcon variant="default" size="lg" onClick={palette.open} aria-label={t('command.open')} title={t('command.hint')}>
              <IconSearch size={17} />
            </ActionIcon>
            <Suspense fallback={<Box w={34} />}><AccountMenu /></Suspense>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('nav.label')}><Rail onGo={close} /></AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1}>
        <Box className="banners"><Banners /></Box>
        <Suspense fallback={<Waiting />}><Outlet /></Suspense>
      </AppShell.Main>
      {command && <Suspense><Command onClose={palette.close} /></Suspense>}
    </AppShell>
  );
}

/** Shown only to those who work for several client companies. */
function ClientSwitcher() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { clientId, choose } = useClientChoice();
  const navigate = useNavigate();
  if (me.clients.length < 2) return <Text size="sm" c="dimmed">{me.clients[0]?.name}</Text>;
  return (
    <NativeSelect
      size="xs" aria-label={t('client.label')} w={190}
      data={[{ value: '', label: t('client.all') }, ...me.clients.map((c) => ({ value: String(c.id), label: c.name }))]}
      value={clientId === null ? '' : String(clientId)}
      onChange={(event) => {
        choose(event.currentTarget.value === '' ? null : Number(event.currentTarget.value));
        void navigate({ to: '.', search: (search) => ({ ...search, page: undefined }) });
      }}
    />
  );
}
