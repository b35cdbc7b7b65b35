import { ActionIcon, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconLanguage, IconLogout, IconMoon, IconSun, IconUserCircle, IconUserCog } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { del } from '../api/http';
import { useAct } from '../ui/act';
import { languages } from '../locales';
import { useLanguage } from './language';
import { useForget, useSession } from './session';

const schemes = [
  { name: 'light', icon: IconSun },
  { name: 'dark', icon: IconMoon },
  { name: 'auto', icon: IconDeviceDesktop },
] as const;

/** Colours, language, password, signing out. */
export default function AccountMenu() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { language, choose } = useLanguage(me.id);
  const navigate = useNavigate();
  const forget = useForget();
  const leave = useAct(() => del('/v1/session'), {
    after: () => {
      forget();
      void navigate({ to: '/sign-in' });
    },
  });
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" radius="xl" aria-label={t('menu.label', { name: me.name })}>
          <IconUserCircle size={24} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)">{me.name}</Text>
          {me.email}
        </Menu.Label>
        <Menu.Item leftSection={<IconUserCog size={16} />} onClick={() => navigate({ to: '/account' })}>
          {t('account.title')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('theme.label')}</Menu.Label>
        {schemes.map(({ name, icon: Icon }) => (
          <Menu.Item
            key={name} leftSection={<Icon size={16} />} onClick={() => setColorScheme(name)}
            aria-current={colorScheme === name} fw={colorScheme === name ? 650 : undefined}
          >
            {t(`theme.${name}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('language')}</Menu.Label>
        {languages.map(({ value, label }) => (
          <Menu.Item
            key={value} lang={value} leftSection={<IconLanguage size={16} />} onClick={() => choose(value)}
            aria-current={language === value} fw={language === value ? 650 : undefined}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave.mutate(undefined)}>{t('session.out')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
