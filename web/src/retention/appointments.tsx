import { Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { IconCalendar, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Booking, BookingState } from '../api/follow';
import { get, post } from '../api/http';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Badge, type Tone } from '../ui/badge';
import { day, timeOfDay } from '../ui/format';
import { useNow } from '../ui/clock';
import { Page, Panel } from '../ui/page';
import { wallAt } from '../ui/zone';
import { uncreditedWhy } from '../ui/words';
import { BookingEdit } from './booking-edit';

const week = 7;
const tones: Record<BookingState, Tone> = {
  proposed: 'grey', booked: 'blue', confirmed: 'violet', rescheduled: 'amber', held: 'green', no_show: 'red', cancelled: 'grey', qualified: 'green', rejected: 'red',
};

/** The first day shown, as a date. */
function mondayFrom(weeks: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - ((now.getUTCDay() + 6) % week) + weeks * week));
}

/** The day of an appointment by the person's clock. */
const dayOf = (b: Booking) => wallAt(Date.parse(b.startsAt), b.zone || 'UTC').slice(0, 10);

/** A week of appointments, and what became of them. */
export function Appointments() {
  const { t } = useTranslation();
  const { clientId } = useClientChoice();
  const [weeks, go] = useState(0);
  const from = mondayFrom(weeks);
  const to = mondayFrom(weeks + 1);
  const iso = (d: Date) => d.toISOString().slice(0, 10);
  const query = useQuery({
    queryKey: ['bookings', iso(from), clientId], placeholderData: keepPreviousData,
    queryFn: () => get<List<Booking>>('/v1/bookings', { from: iso(from), to: iso(to), size: 200, clientId }),
  });
  const actions = (
    <Group gap={6}>
      <Button variant="default" leftSection={<IconChevronLeft size={16} />} onClick={() => go(weeks - 1)}>{t('appointments.before')}</Button>
      <Button variant="default" onClick={() => go(0)}>{t('appointments.thisWeek')}</Button>
      <Button variant="default" rightSection={<IconChevronRight size={16} />} onClick={() => go(weeks + 1)}>{t('appointments.after')}</Button>
    </Group>
  );
  return (
    <Page title={t('appointments.title')} lead={t('appointments.lead')} actions={actions}>
      <Answer query={query}>
        {(data) => {
          const rows = data.items;
          const days = [...new Set(rows.map(dayOf))].sort();
          if (days.length === 0) {
            return <Empty icon={<IconCalendar size={32} />} title={t('appointments.emptyTitle', { from: day(iso(from)) })}>{t('appointments.empty')}</Empty>;
          }
          return (
            <Stack>
              {days.map((d) => (
                <Panel key={d} title={day(d)}>
                  <Stack gap="sm">{rows.filter((b) => dayOf(b) === d).map((b) => <Row key={b.id} booking={b} />)}</Stack>
                </Panel>
              ))}
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}

function Row({ booking: b }: { booking: Booking }) {
  const { t } = useTranslation();
  const { me, can } = useSession();
  const act = useAct((v: { tail: string; body: object }) => post(`/v1/bookings/${b.id}/${v.tail}`, v.body), { renew: [['bookings']] });
  const [editing, edit] = useState(false);
  const mine = b.setterId === me.id;
  const over = b.next.length === 0 || (b.state === 'held');
  const has = (state: BookingState) => b.next.includes(state);
  const begun = Date.parse(b.startsAt) <= useNow();
  const button = (label: string, tail: string, body: object) => (
    <Button size="compact-sm" variant="default" loading={act.isPending} aria-label={`${label}: ${b.person}`} onClick={() => act.mutate({ tail, body })}>{label}</Button>
  );
  return (
    <Group justify="space-between" wrap="wrap" gap="xs" component="article">
      <div>
        <Group gap={8}>
          <Title order={3} size="h6">{timeOfDay(b.startsAt, b.zone || undefined)} · {b.person || '–'}</Title>
          <Badge tone={tones[b.state]}>{t(`appointments.state.${b.state}`)}</Badge>
          {b.credited && <Badge tone="green">{t('appointments.credited')}</Badge>}
        </Group>
        <Text size="xs" c="dimmed">
          {[b.zone, t('appointments.minutes', { n: b.minutes }), b.host, b.place, b.setter && t('appointments.setBy', { name: b.setter })].filter(Boolean).join(' · ')}
        </Text>
        {b.uncreditedWhy && <Text size="xs" c="dimmed">{uncreditedWhy(t, b.uncreditedWhy)}</Text>}
      </div>
      {can('bookings.write') && (
        <Group gap={6}>
          {mine && <Text size="xs" c="dimmed">{t('appointments.mine')}</Text>}
          {!mine && has('confirmed') && !begun && button(t('appointments.confirm'), 'confirm', {})}
          {!mine && has('held') && begun && button(t('appointments.held'), 'settle', { state: 'held', evidence: 'host' })}
          {!mine && has('no_show') && begun && button(t('appointments.noShow'), 'settle', { state: 'no_show' })}
          {!mine && has('qualified') && button(t('appointments.qualify'), 'judge', { state: 'qualified' })}
          {!mine && has('rejected') && button(t('appointments.reject'), 'judge', { state: 'rejected', reason: 'not_as_promised' })}
          {!over && <Button size="compact-sm" variant="default" aria-label={`${t('bookingEdit.title')}: ${b.person}`} onClick={() => edit(true)}>{t('bookingEdit.title')}</Button>}
          {has('cancelled') && !begun && button(t('appointments.cancel'), 'cancel', { reason: 'by_host' })}
        </Group>
      )}
      <Modal opened={editing} onClose={() => edit(false)} title={`${t('bookingEdit.title')}: ${b.person}`} closeButtonProps={{ 'aria-label': t('close') }}>
        <BookingEdit booking={b} onDone={() => edit(false)} />
      </Modal>
    </Group>
  );
}
