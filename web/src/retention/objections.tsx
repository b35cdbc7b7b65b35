import { Button, Group, Stack, Text } from '@mantine/core';
import { IconMoodCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { Objection } from '../api/manage';
import type { List } from '../api/types';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Confirm } from '../ui/confirm';
import { dateTime } from '../ui/format';
import { LinkText } from '../ui/link';
import { Panel } from '../ui/page';
import { Pager } from '../ui/table';

const size = 50;

/** What customers called wrong, the unresolved first. */
export function Objections() {
  const { t } = useTranslation();
  const { can } = useSession();
  const [page, go] = useState(1);
  const [asked, ask] = useState<Objection | null>(null);
  const query = useQuery({ queryKey: ['objections', page], placeholderData: keepPreviousData, queryFn: () => get<List<Objection>>('/v1/objections', { page, size }) });
  const resolve = useAct((v: { id: number; resolution: string }) => post(`/v1/objections/${v.id}/resolve`, { resolution: v.resolution }), {
    renew: [['objections']], done: t('objections.resolved'), after: () => ask(null),
  });
  return (
    <Answer query={query}>
      {(data) => data.items.length === 0 ? <Empty icon={<IconMoodCheck size={32} />} title={t('objections.emptyTitle')}>{t('objections.empty')}</Empty> : (
        <Stack>
          {data.items.map((o) => (
            <Panel key={o.id} title={dateTime(o.at)} actions={<Badge tone={o.resolvedAt ? 'green' : 'amber'}>{o.resolvedAt ? t('objections.done') : t('objections.open')}</Badge>}>
              <Stack gap="xs">
                <Text size="sm">{o.said || t('objections.silent')}</Text>
                <Group gap="md">
                  {o.caseId !== undefined && <LinkText to="/cases/$caseId" params={{ caseId: String(o.caseId) }}>{t('objections.case', { id: o.caseId })}</LinkText>}
                  {o.callId !== undefined && <LinkText to="/calls/$callId" params={{ callId: String(o.callId) }}>{t('objections.call', { id: o.callId })}</LinkText>}
                </Group>
                {o.resolution && <Text size="sm" c="dimmed">{o.resolution}</Text>}
                {!o.resolvedAt && can('cases.write') && <Button w="fit-content" size="xs" variant="default" onClick={() => ask(o)}>{t('objections.resolve')}</Button>}
              </Stack>
            </Panel>
          ))}
          <Pager page={page} size={size} total={data.total} onPage={go} />
          <Confirm
            opened={asked !== null} title={t('objections.resolve')} effect={t('objections.effect')} act={t('objections.resolve')} why={t('objections.what')} busy={resolve.isPending}
            onClose={() => ask(null)} onConfirm={(resolution) => asked && resolve.mutate({ id: asked.id, resolution })}
          />
        </Stack>
      )}
    </Answer>
  );
}
