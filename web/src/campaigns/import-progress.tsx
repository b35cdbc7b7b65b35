import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Campaign, Import } from '../api/campaigns';
import { useTopics } from '../app/live';
import { Failed } from '../ui/answer';
import { Figures } from '../ui/facts';
import { number, percent } from '../ui/format';
import { importQuery } from './queries';
import { LinkButton } from '../ui/link';
import { Notice } from '../ui/notice';

interface ImportProgressProps {
  campaign: Campaign;
  started: Import | undefined;
  /** How much of the file is on its way, 0 to 1. */
  sent: number;
  error: Error | null;
  onBack: () => void;
  onAgain: () => void;
  onClose: () => void;
}

/** Step four: the import itself, by events and by asking; it goes on when the page is left. */
export function ImportProgress({ campaign, started, sent, error, onBack, onAgain, onClose }: ImportProgressProps) {
  const { t } = useTranslation();
  const id = started?.id;
  useTopics(...(id === undefined ? [] : [`import:${id}`]));
  const query = importQuery(id ?? 0);
  const { data } = useQuery({ ...query, queryFn: id === undefined ? skipToken : query.queryFn, initialData: started });
  if (error) {
    return (
      <Stack>
        <Failed error={error} />
        <Button variant="default" w="fit-content" onClick={onBack}>{t('back')}</Button>
      </Stack>
    );
  }
  if (!data) {
    return (
      <Stack role="status">
        <Text size="sm">{t('imports.sending', { percent: percent(sent, 0) })}</Text>
        <Progress value={sent * 100} animated aria-label={t('imports.step.run')} />
      </Stack>
    );
  }
  const running = data.state === 'receiving' || data.state === 'running';
  return (
    <Stack data-testid="import-progress" data-state={data.state}>
      {running && (
        <div role="status">
          <Text size="sm" mb={6}>{t('imports.working')}</Text>
          <Progress value={100} animated striped aria-label={t('imports.step.run')} />
          <Text size="xs" c="dimmed" mt={6}>{t('imports.left')}</Text>
        </div>
      )}
      <Figures items={[
        { label: t('imports.read'), value: number(data.rowsRead) },
        { label: t('imports.added'), value: number(data.rowsAdded) },
        { label: t('imports.known'), value: number(data.rowsKnown) },
        { label: t('imports.rejected'), value: number(data.rowsRejected) },
      ]}
      />
      {data.state === 'failed' && <Notice tone="red" urgent>{t('imports.failed', { error: data.error })}</Notice>}
      {data.state === 'done' && (
        <Notice tone="green">
          {t('imports.done', { count: data.rowsAdded })} {data.rowsKnown > 0 && t('imports.doneKnown', { count: data.rowsKnown })}
        </Notice>
      )}
      {data.rowsRejected > 0 && !running && (
        <Button component="a" href={`/v1/imports/${data.id}/rejects.csv`} download variant="default" w="fit-content" leftSection={<IconDownload size={16} />}>
          {t('imports.rejects', { count: data.rowsRejected })}
        </Button>
      )}
      <Group justify="flex-end">
        {!running && <Button variant="default" onClick={onAgain}>{t('imports.another')}</Button>}
        {!running && (
          <LinkButton to="/campaigns/$campaignId/$tab" params={{ campaignId: String(campaign.id), tab: 'leads' }}>{t('imports.toLeads')}</LinkButton>
        )}
        {running && <Button variant="default" onClick={onClose}>{t('close')}</Button>}
      </Group>
    </Stack>
  );
}
