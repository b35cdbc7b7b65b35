import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface ConfirmProps {
  opened: boolean;
  title: string;
  /** What will happen, and to how many. */
  effect: ReactNode;
  act: string;
  danger?: boolean;
  /** Asks for a reason with this label; the act is not possible without one. */
  why?: string;
  busy?: boolean;
  onClose: () => void;
  onConfirm: (why: string) => void;
}

/** Asks before an act that is hard to take back, naming what it will do. */
export function Confirm({ opened, title, effect, act, danger, why, busy, onClose, onConfirm }: ConfirmProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const close = () => {
    setReason('');
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={title} centered closeButtonProps={{ 'aria-label': t('close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm(reason.trim());
          setReason('');
        }}
      >
        <Stack>
          <Text size="sm" component="div">{effect}</Text>
          {why !== undefined && (
            <Textarea
              label={why} value={reason} required data-autofocus autosize minRows={2} maxLength={500}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>{t('cancel')}</Button>
            <Button type="submit" color={danger ? 'red' : 'brand'} loading={busy ?? false} disabled={why !== undefined && reason.trim() === ''}>
              {act}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
