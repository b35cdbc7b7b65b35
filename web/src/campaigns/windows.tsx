import { ActionIcon, Box, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Weekday, weekdays, type Window } from '../api/campaigns';

interface WindowsProps {
  value: Window[];
  onChange: (windows: Window[]) => void;
  /** The server's faults by field: "windows.0.from". */
  errors: Record<string, unknown>;
}

const workday: Window = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' };

/** A time as text, because a day ends at 24:00, which a browser's own time field cannot say. */
const clock = { w: 80, maxLength: 5, placeholder: '09:00', inputMode: 'numeric' as const };

/** Puts a changed window in its place. */
export function replaceAt(windows: Window[], at: number, change: Partial<Window>): Window[] {
  return windows.map((window, i) => (i === at ? { ...window, ...change } : window));
}

/** The days with one added or taken away, in the week's order. */
export function toggleDay(days: Weekday[], day: Weekday): Weekday[] {
  return weekdays.filter((d) => (d === day ? !days.includes(d) : days.includes(d)));
}

/** The weekly hours of a campaign: some days, from, to; as many rows as needed. */
export function Windows({ value, onChange, errors }: WindowsProps) {
  const { t } = useTranslation();
  const fault = (field: string) => (typeof errors[field] === 'string' ? errors[field] : undefined);
  return (
    <Stack gap="xs">
      {value.map((window, i) => (
        <Box key={i} className="window-row" role="group" aria-label={`${t('campaigns.form.windows')} ${i + 1}`}>
          <Group gap="sm" align="flex-start">
            <Group gap={10} pt={6}>
              {weekdays.map((day) => (
                <Checkbox
                  key={day} size="xs" label={t(`campaigns.day.${day}`)} checked={window.days.includes(day)}
                  onChange={() => onChange(replaceAt(value, i, { days: toggleDay(window.days, day) }))}
                />
              ))}
            </Group>
            <TextInput
              {...clock} aria-label={t('campaigns.form.from')} value={window.from} error={fault(`windows.${i}.from`)}
              onChange={(event) => onChange(replaceAt(value, i, { from: event.currentTarget.value }))}
            />
            <TextInput
              {...clock} aria-label={t('campaigns.form.to')} value={window.to} error={fault(`windows.${i}.to`)}
              onChange={(event) => onChange(replaceAt(value, i, { to: event.currentTarget.value }))}
            />
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('campaigns.form.removeWindow')} onClick={() => onChange(value.filter((_, at) => at !== i))}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
          {fault(`windows.${i}.days`) !== undefined && <Text size="xs" c="var(--mantine-color-error)">{fault(`windows.${i}.days`)}</Text>}
        </Box>
      ))}
      {fault('windows') !== undefined && <Text size="xs" c="var(--mantine-color-error)">{fault('windows')}</Text>}
      <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />} onClick={() => onChange([...value, workday])}>
        {t('campaigns.form.addWindow')}
      </Button>
    </Stack>
  );
}
