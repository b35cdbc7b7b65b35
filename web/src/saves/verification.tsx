import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { IconCalendarCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/http';
import { useClientChoice } from '../app/client-choice';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { dateTime, day as dayText, money, number } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { instantOf } from '../ui/zone';
import type { Calendar, CalendarItem, LineKind } from './api';
import { Month } from './calendar';
import { CaseEvidence, lineTones } from './evidence';
import { shifted, weeksOf } from './month';
import './saves.css';

const kinds: LineKind[] = ['due', 'waiting', 'fail', 'contradicted', 'pass'];
const pageSize = 50;

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const midnight = (day: string) => new Date(instantOf(`${day}T00:00`, zone)).toISOString();
const todayHere = () => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(Date.now());

/** The number of lines on each day of the weeks that a month shows. */
function useDays(clientId: ReturnType<typeof useClientChoice>['clientId'], month: string) {
  const weeks = weeksOf(month);
  const [from = '', until = ''] = [weeks[0]?.[0], weeks.at(-1)?.[6]];
  return useQuery({
    queryKey: ['verifications', 'days', clientId, month], placeholderData: keepPreviousData,
    queryFn: () => get<Calendar>('/v1/verifications', { clientId, zone, from: midnight(from), to: midnight(shifted(until, 1)), size: 1 }),
  });
}

/** What is due when, what waits and why, what failed, with what billing said. */
export function VerificationPage() {
  const { t } = useTranslation();
  const { clientId } = useClientChoice();
  const { state = '', page = 1, q: day } = useSearch({ from: '/house/verification' });
  const [today] = useState(todayHere);
  const days = useDays(clientId, (day ?? today).slice(0, 7));
  const keep = { ...(state ? { state } : {}), ...(day ? { q: day } : {}) };
  const navigate = useNavigate({ from: '/verification' });
  const [shown, show] = useState<CalendarItem | null>(null);
  const query = useQuery({
    queryKey: ['verifications', 'list', clientId, state, page, day], placeholderData: keepPreviousData,
    queryFn: () => get<Calendar>('/v1/verifications', { clientId, kind: state || undefined, ...(day ? { from: midnight(day), to: midnight(shifted(day, 1)) } : {}), page, size: pageSize }),
  });
  const why = (line: CalendarItem) => {
    const cause = line.cause ? t(`code.verifyCause.${line.cause}`) : '';
    return line.kind === 'waiting' && line.untilAt ? t('verification.until', { why: cause, when: dateTime(line.untilAt) }) : cause;
  };
  const columns: Column<CalendarItem>[] = [
    { id: 'customer', header: t('verification.col.customer'), cell: (line) => line.customer },
    { id: 'state', header: t('verification.col.state'), text: (line) => t(`verification.kind.${line.kind}`), cell: (line) => <Badge tone={lineTones[line.kind]}>{t(`verification.kind.${line.kind}`)}</Badge> },
    { id: 'stage', header: t('verification.col.stage'), cell: (line) => number(line.stage), right: true },
    { id: 'when', header: t('verification.col.when'), cell: (line) => dateTime(line.at) },
    { id: 'why', header: t('verification.col.why'), cell: why, wraps: true, wideOnly: true },
    { id: 'agent', header: t('verification.col.agent'), cell: (line) => line.agent || '–', wideOnly: true },
    { id: 'mrr', header: t('verification.col.mrr'), cell: (line) => money(line.mrr), right: true, wideOnly: true },
  ];
  return (
    <Page title={t('verification.title')} lead={t('verification.lead')}>
      <div className="verifications">
        <Month day={day ?? today} today={today} days={days.data?.days ?? []} onDay={(to) => void navigate({ search: { ...(state ? { state } : {}), q: to }, replace: true })} />
        <Answer query={query}>
          {(data) => (
          <Stack>
            {day && (
              <Group gap="xs">
                <Text size="sm" fw={600} role="status">{t('verification.onDay', { day: dayText(day) })}</Text>
                <Button size="compact-xs" variant="default" onClick={() => void navigate({ search: state ? { state } : {} })}>{t('verification.everyDay')}</Button>
              </Group>
            )}
            <Group gap="xs" role="group" aria-label={t('verification.col.state')}>
              {['', ...kinds].map((kind) => (
                <Button
                  key={kind} size="compact-sm" variant={state === kind ? 'filled' : 'default'} aria-pressed={state === kind}
                  onClick={() => void navigate({ search: { ...(day ? { q: day } : {}), ...(kind ? { state: kind } : {}) } })}
                >
                  {kind === '' ? t('verification.any') : `${t(`verification.kind.${kind as LineKind}`)} ${number(data.counts[kind as LineKind] ?? 0)}`}
                </Button>
              ))}
            </Group>
            {data.items.length === 0
              ? <Empty icon={<IconCalendarCheck size={32} />} title={t('verification.emptyTitle')}>{t('verification.empty')}</Empty>
              : <DataTable label={t('verification.title')} columns={columns} rows={data.items} rowKey={(line) => `${line.kind}:${line.caseId}:${line.stage}`} onOpen={show} />}
            <Pager page={page} size={pageSize} total={data.total} onPage={(to) => void navigate({ search: { ...keep, page: to } })} />
          </Stack>
          )}
        </Answer>
      </div>
      <Drawer
        opened={shown !== null} onClose={() => show(null)} position="right" size="lg"
        title={shown && `${shown.customer} · ${t('verification.evidence')}`} closeButtonProps={{ 'aria-label': t('saves.close') }}
      >
        {shown && (
          <Stack>
            <Text size="sm"><Link to="/cases/$caseId" params={{ caseId: String(shown.caseId) }}>{t('verification.openCase')}</Link></Text>
            <CaseEvidence caseId={shown.caseId} />
          </Stack>
        )}
      </Drawer>
    </Page>
  );
}
