import { Box, Group, NativeSelect, Stack, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { day as dayText, dateTime } from '../ui/format';
import { daysFrom, isLegal, type Slot, slotInstant } from './slots';

const daysShown = 14;
const minutes = [0, 15, 30, 45];

interface TimePickerProps {
  label: string;
  zone: string;
  value: Slot;
  onChange: (slot: Slot) => void;
}

/** A time by the other person's clock; the hours in which they may not be called are shaded and cannot be chosen. */
export function TimePicker({ label, zone, value, onChange }: TimePickerProps) {
  const { t } = useTranslation();
  const [opened] = useState(() => Date.now());
  const days = daysFrom(opened, zone, daysShown);
  return (
    <Stack gap={6} role="group" aria-label={label}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={550}>{label}</Text>
        <Text size="xs" c="dimmed">{t('desk.theirTime', { zone })}</Text>
      </Group>
      <Group gap="xs" wrap="nowrap">
        <NativeSelect
          size="xs" aria-label={t('desk.day')} value={value.day} flex={1}
          data={days.map((d) => ({ value: d, label: dayText(d) }))} onChange={(event) => onChange({ ...value, day: event.currentTarget.value })}
        />
        <NativeSelect
          size="xs" aria-label={t('desk.minute')} value={String(value.minute)}
          data={minutes.map((m) => ({ value: String(m), label: `:${String(m).padStart(2, '0')}` }))}
          onChange={(event) => onChange({ ...value, minute: Number(event.currentTarget.value) })}
        />
      </Group>
      <Box className="hours" role="group" aria-label={t('desk.hour')}>
        {Array.from({ length: 24 }, (_, hour) => (
          <UnstyledButton
            key={hour} className="hour" disabled={!isLegal(hour)} aria-pressed={hour === value.hour}
            aria-label={isLegal(hour) ? `${hour}:00` : `${hour}:00, ${t('desk.illegal')}`} onClick={() => onChange({ ...value, hour })}
          >
            {hour}
          </UnstyledButton>
        ))}
      </Box>
      <Text size="xs" c="dimmed">{dateTime(slotInstant(value, zone), zone)} · {dateTime(slotInstant(value, zone))}</Text>
    </Stack>
  );
}
