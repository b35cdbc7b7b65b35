import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { IconCalendarCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/http';
import { useClientChoice } from '../app/client-choice';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { dateTime, money, number } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import type { Calendar, CalendarItem, LineKind } from './api';
import { CaseEvidence, lineTones } from './evidence';

const kinds: LineKind[] = ['due', 'waiting', 'fail', 'contradicted', 'pass'];
const pageSize = 50;

/** What is due when, what waits and why, what failed, with what billing said. */
export function VerificationPage() {
  const { t } = useTranslation();
  const { clientId } = useClientChoice();
  const { state = '', page = 1 } = useSearch({ from: '/house/verification' });
  const navigate = useNavigate({ from: '/verification' });
  const [shown, show] = useState<CalendarItem | null>(null);
  const query = useQuery({
    queryKey: ['verifications', 'list', clientId, state, page],
    queryFn: () => get<Calendar>('/v1/verifications', { clientId, kind: state || undefined, page, size: pageSize }),
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
      <Answer query={query}>
        {(data) => (
          <Stack>
            <Group gap="xs" role="group" aria-label={t('verification.col.state')}>
              {['', ...kinds].map((kind) => (
                <Button
                  key={kind} size="compact-sm" variant={state === kind ? 'filled' : 'default'} aria-pressed={state === kind}
                  onClick={() => void navigate({ search: kind ? { state: kind } : {} })}
                >
                  {kind === '' ? t('verification.any') : `${t(`verification.kind.${kind as LineKind}`)} ${number(data.counts[kind as LineKind] ?? 0)}`}
                </Button>
              ))}
            </Group>
            {data.items.length === 0
              ? <Empty icon={<IconCalendarCheck size={32} />} title={t('verification.emptyTitle')}>{t('verification.empty')}</Empty>
              : <DataTable label={t('verification.title')} columns={columns} rows={data.items} rowKey={(line) => `${line.kind}:${line.caseId}:${line.stage}`} onOpen={show} />}
            <Pager page={page} size={pageSize} total={data.total} onPage={(to) => void navigate({ search: { ...(state ? { state } : {}), page: to } })} />
          </Stack>
        )}
      </Answer>
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
