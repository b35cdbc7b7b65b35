import { Button, Modal, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { IconClipboardCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Outcome } from '../api/desk';
import { get, post } from '../api/http';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { useTopics } from '../app/live';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { dateTime } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable } from '../ui/table';

/** What a review may find: nothing that pays. */
const correctable = ['lost', 'not_interested', 'wrong_number', 'do_not_call', 'other'] as const;

/** Calls without an outcome, for a supervisor to settle. */
export function Queue() {
  const { t } = useTranslation();
  const [chosen, choose] = useState<Outcome | null>(null);
  const { clientId } = useClientChoice();
  useTopics('floor');
  const query = useQuery({
    queryKey: ['queue', clientId], refetchInterval: 30_000,
    queryFn: () => get<List<Outcome>>('/v1/outcomes', { code: 'no_disposition', reviewed: false, clientId }),
  });
  const columns: Column<Outcome>[] = [
    { id: 'when', header: t('queue.col.when'), sort: (o) => o.effectiveAt, cell: (o) => dateTime(o.effectiveAt) },
    { id: 'agent', header: t('queue.col.agent'), sort: (o) => o.agent ?? '', cell: (o) => o.agent ?? (o.agentId ? `#${o.agentId}` : '–') },
    { id: 'person', header: t('queue.col.person'), sort: (o) => o.name ?? '', cell: (o) => o.name ?? '–' },
    { id: 'call', header: t('queue.col.call'), cell: (o) => <Link to="/calls/$callId" params={{ callId: String(o.callId) }} className="strong-link">#{o.callId}</Link> },
    { id: 'act', header: t('queue.review'), cell: (o) => <Button size="compact-xs" variant="default" onClick={() => choose(o)}>{t('queue.review')}</Button> },
  ];
  return (
    <Page title={t('queue.title')} lead={t('queue.lead')}>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconClipboardCheck size={32} />} title={t('queue.emptyTitle')}>{t('queue.empty')}</Empty>
          : <DataTable label={t('queue.title')} columns={columns} rows={data.items} rowKey={(o) => o.id} />}
      </Answer>
      {chosen && <Review outcome={chosen} onClose={() => choose(null)} />}
    </Page>
  );
}

function Review({ outcome, onClose }: { outcome: Outcome; onClose: () => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [note, setNote] = useState('');
  const save = useAct(() => post(`/v1/outcomes/${outcome.id}/review`, { ...(code ? { code } : {}), ...(note ? { note } : {}) }), {
    done: t('queue.done'), renew: [['queue']], after: onClose,
  });
  return (
    <Modal opened onClose={onClose} title={t('queue.review')} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={(event) => {
        event.preventDefault();
        save.mutate(undefined);
      }}
      >
        <Stack>
          <Text size="sm" c="dimmed">{t('queue.hint')}</Text>
          <NativeSelect
            label={t('queue.code')} value={code} onChange={(event) => setCode(event.currentTarget.value)}
            data={[{ value: '', label: t('queue.keep') }, ...correctable.map((c) => ({ value: c, label: t(`code.outcome.${c}`) }))]}
          />
          <Textarea label={t('queue.note')} autosize minRows={2} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
          <Button type="submit" loading={save.isPending}>{t('queue.save')}</Button>
        </Stack>
      </form>
    </Modal>
  );
}
