import { Group, Kbd, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const rows = [
  ['R', 'r'], ['P', 'p'], ['A', 'a'], ['S', 's'], ['H', 'h'], ['E', 'e'], ['O', 'o'], ['1–9', 'digits'], ['C', 'c'], ['X', 'x'], ['N', 'n'], ['/', 'slash'], ['?', 'help'],
] as const;

/** Every key of the desk. */
export function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={t('desk.keys.title')} closeButtonProps={{ 'aria-label': t('close') }}>
      <Text size="sm" c="dimmed" mb="md">{t('desk.keys.lead')} {t('desk.keys.off')}</Text>
      <Stack gap={6}>
        {rows.map(([key, name]) => (
          <Group key={key} justify="space-between"><Text size="sm">{t(`desk.keys.${name}`)}</Text><Kbd>{key}</Kbd></Group>
        ))}
      </Stack>
    </Modal>
  );
}
