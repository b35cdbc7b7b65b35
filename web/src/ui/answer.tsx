import { Box, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/http';
import { Notice } from './notice';
import { sentenceOf } from './problem';

interface EmptyProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** What a page shows before there is anything: what it is for, and the next step. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" className="empty">
      {icon !== undefined && <Box c="dimmed" aria-hidden="true">{icon}</Box>}
      <Title order={2} size="h5" ta="center">{title}</Title>
      {children !== undefined && <Text c="dimmed" size="sm" ta="center" maw={480}>{children}</Text>}
      {action !== undefined && <Box mt="xs">{action}</Box>}
    </Stack>
  );
}

interface FailedProps {
  error: unknown;
  retry?: () => void;
}

/** What happened, what to do, and the request id to quote. */
export function Failed({ error, retry }: FailedProps) {
  const { t } = useTranslation();
  const problem = error instanceof Problem ? error : undefined;
  return (
    <Notice tone="red" title={t('error.title')} urgent>
      <Text size="sm">{sentenceOf(error)}</Text>
      {problem && problem.requestId !== '' && (
        <Text size="xs" c="dimmed" mt={4}>{t('error.request', { id: problem.requestId })}</Text>
      )}
      {retry && (
        <Group mt="sm">
          <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={retry}>{t('error.retry')}</Button>
        </Group>
      )}
    </Notice>
  );
}

/** Grey lines where the rows will stand, so that nothing jumps when they come. */
export function Waiting({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, i) => <Skeleton key={i} height={28} radius="sm" />)}
    </Stack>
  );
}

interface AnswerProps<T> {
  query: UseQueryResult<T>;
  rows?: number;
  children: (data: T) => ReactNode;
}

/** Loading, failed, or the children with the data: the three states that every page has. */
export function Answer<T>({ query, rows, children }: AnswerProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <Waiting {...(rows === undefined ? {} : { rows })} />;
}
