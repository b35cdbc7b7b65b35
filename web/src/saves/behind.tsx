import { Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get, type Query } from '../api/http';
import type { List } from '../api/types';
import { Answer } from '../ui/answer';
import { dateTime, money, number } from '../ui/format';
import { LinkText } from '../ui/link';
import { reason } from '../ui/words';
import { CaseBadge } from '../retention/case-state';
import type { CountedCase } from './api';

export interface Asked {
  number: string;
  /** The row's key; left out for the total. */
  group?: string;
  name: string;
}

const shownMax = 100;

/** The cases that a number counts. */
export function Behind({ asked, filter, onClose }: { asked: Asked | null; filter: Query; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={asked !== null} onClose={onClose} size="lg" closeButtonProps={{ 'aria-label': t('saves.close') }}
      title={asked && t('saves.behind', { what: `${asked.name}, ${t(`saves.number.${asked.number as 'gross'}`)}` })}
    >
      {asked && <Cases asked={asked} filter={filter} />}
    </Modal>
  );
}

function Cases({ asked, filter }: { asked: Asked; filter: Query }) {
  const { t } = useTranslation();
  const group = asked.group === undefined ? {} : { group: asked.group, grouped: 'true' };
  const query = useQuery({
    queryKey: ['saves', 'behind', filter, asked], queryFn: () => get<List<CountedCase>>('/v1/retention/report/cases', { ...filter, ...group, number: asked.number, size: shownMax }),
  });
  return (
    <Answer query={query} rows={4}>
      {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">{t('saves.noCases')}</Text> : (
        <Stack gap="xs" component="ul" className="plain-list">
          {data.items.map((one) => (
            <li key={one.id}>
              <LinkText to="/cases/$caseId" params={{ caseId: String(one.id) }} size="sm">{one.customer || t('saves.case', { id: one.id })}</LinkText> <CaseBadge state={one.state} />
              <Text size="xs" c="dimmed">{dateTime(one.requestedAt)} · {money(one.mrr)} · {one.reason ? reason(t, one.reason) : t('saves.none')}{one.agent ? ` · ${one.agent}` : ''}</Text>
            </li>
          ))}
          {data.total > data.items.length && <Text component="li" size="xs" c="dimmed">{t('saves.more', { shown: number(data.items.length), all: number(data.total) })}</Text>}
        </Stack>
      )}
    </Answer>
  );
}
