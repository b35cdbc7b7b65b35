import { Button, Group, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Booking } from '../api/follow';
import { post, put } from '../api/http';
import { useAct } from '../ui/act';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { instantOf, wallAt } from '../ui/zone';

interface BookingEditProps {
  booking: Booking;
  onDone: () => void;
}

/** Another time, or another host and place; either way the person gets a new invitation. */
export function BookingEdit({ booking: b, onDone }: BookingEditProps) {
  const { t } = useTranslation();
  const zone = b.zone || 'UTC';
  const [fault, setFault] = useState('');
  const form = useForm({ initialValues: { startsAt: wallAt(Date.parse(b.startsAt), zone), host: b.host, place: b.place, minutes: b.minutes } });
  const has = (state: string) => b.next.includes(state);
  const save = useAct(async (v: typeof form.values) => {
    const moved = v.startsAt !== wallAt(Date.parse(b.startsAt), zone);
    if (moved) await post(`/v1/bookings/${b.id}/reschedule`, { startsAt: new Date(instantOf(v.startsAt, zone)).toISOString() });
    if (v.host !== b.host || v.place !== b.place || v.minutes !== b.minutes) await put(`/v1/bookings/${b.id}`, { host: v.host, place: v.place, minutes: v.minutes });
  }, { quiet: true, renew: [['bookings']], done: t('bookingEdit.saved'), after: onDone });
  return (
    <form onSubmit={form.onSubmit((values) => {
      setFault('');
      save.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
    })}
    >
      <Stack>
        <FormAlert message={fault} />
        <TextInput type="datetime-local" label={t('bookingEdit.startsAt')} description={t('bookingEdit.zone', { zone })} disabled={!has('rescheduled')} {...form.getInputProps('startsAt')} />
        <TextInput label={t('bookingEdit.host')} maxLength={120} {...form.getInputProps('host')} />
        <TextInput label={t('bookingEdit.place')} maxLength={200} {...form.getInputProps('place')} />
        <NumberInput label={t('bookingEdit.minutes')} min={5} max={480} allowDecimal={false} {...form.getInputProps('minutes')} />
        {b.reschedules > 0 && <Text size="xs" c="dimmed">{t('bookingEdit.movedBefore', { count: b.reschedules })}</Text>}
        <Text size="xs" c="dimmed">{t('bookingEdit.hint')}</Text>
        <Group justify="flex-end"><Button type="submit" loading={save.isPending}>{t('bookingEdit.save')}</Button></Group>
      </Stack>
    </form>
  );
}
