import { ActionIcon, Group, Text, Title, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { day as dayText, number } from '../ui/format';
import type { Calendar, LineKind } from './api';
import { lineTones } from './evidence';
import { keyTo, monthsOn, weeksOf } from './month';

interface MonthProps {
  /** The day whose lines stand beside; its month is shown. */
  day: string;
  today: string;
  days: Calendar['days'];
  onDay: (day: string) => void;
}

/** A month with the number of verifications on each day, by kind. Arrows walk the days, Page keys the months. */
export function Month({ day, today, days, onDay }: MonthProps) {
  const { t, i18n } = useTranslation();
  const grid = useRef<HTMLTableElement>(null);
  const moved = useRef(false);
  const weeks = weeksOf(day.slice(0, 7));
  const byDay = new Map<string, { kind: LineKind; count: number }[]>();
  for (const one of days) byDay.set(one.day, [...(byDay.get(one.day) ?? []), one]);
  useEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>('[aria-current="date"]')?.focus();
    moved.current = false;
  }, [day]);
  const press = (event: KeyboardEvent) => {
    const to = event.ctrlKey || event.metaKey || event.altKey ? undefined : keyTo(event.key, day);
    if (to === undefined) return;
    event.preventDefault();
    moved.current = true;
    onDay(to);
  };
  const named = new Intl.DateTimeFormat(i18n.language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`));
  const weekday = new Intl.DateTimeFormat(i18n.language, { weekday: 'short', timeZone: 'UTC' });
  return (
    <section aria-label={named} className="month">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h6" aria-live="polite">{named}</Title>
        <Group gap={4}>
          <ActionIcon variant="default" aria-label={t('verification.earlier')} onClick={() => onDay(monthsOn(day, -1))}><IconChevronLeft size={16} /></ActionIcon>
          <ActionIcon variant="default" aria-label={t('verification.later')} onClick={() => onDay(monthsOn(day, 1))}><IconChevronRight size={16} /></ActionIcon>
        </Group>
      </Group>
      <table ref={grid} onKeyDown={press} aria-label={named}>
        <thead><tr>{(weeks[0] ?? []).map((one) => <th key={one} scope="col">{weekday.format(new Date(`${one}T12:00:00Z`))}</th>)}</tr></thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((one) => {
                const lines = byDay.get(one) ?? [];
                const said = lines.map((line) => `${t(`verification.kind.${line.kind}`)} ${number(line.count)}`).join(', ') || t('verification.none');
                return (
                  <td key={one}>
                    <UnstyledButton
                      className="day" tabIndex={one === day ? 0 : -1} aria-current={one === day ? 'date' : undefined}
                      data-other={one.slice(0, 7) !== day.slice(0, 7) || undefined} data-today={one === today || undefined} onClick={() => onDay(one)}
                    >
                      <VisuallyHidden>{`${dayText(one)}: ${said}`}</VisuallyHidden>
                      <span className="day-number" aria-hidden="true">{Number(one.slice(8))}</span>
                      <span className="day-lines" aria-hidden="true">
                        {lines.map((line) => <span key={line.kind} className="badge" data-tone={lineTones[line.kind]}>{number(line.count)}</span>)}
                      </span>
                    </UnstyledButton>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <Text size="xs" c="dimmed" mt="xs">{t('verification.keys')}</Text>
    </section>
  );
}
