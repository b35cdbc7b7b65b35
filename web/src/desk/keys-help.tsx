import { Group, Kbd, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { keyFor, useKeymap } from '../app/keymap';
import { shortcuts } from './shortcuts';

/** Every key of the desk. */
export function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { keymap } = useKeymap();
  return (
    <Modal opened onClose={onClose} title={t('desk.keys.title')} closeButtonProps={{ 'aria-label': t('close') }}>
      <Text size="sm" c="dimmed" mb="md">{t('desk.keys.lead')} {t('desk.keys.off')}</Text>
      <Stack gap={6}>
        {shortcuts.map(([act, name]) => (
          <Group key={act} justify="space-between" wrap="nowrap"><Text size="sm">{t(`desk.keys.${name}`)}</Text><Kbd>{keyFor(keymap, act).toUpperCase()}</Kbd></Group>
        ))}
        <Group justify="space-between" wrap="nowrap"><Text size="sm">{t('desk.keys.digits')}</Text><Kbd>1–9</Kbd></Group>
      </Stack>
    </Modal>
  );
}
