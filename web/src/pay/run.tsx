import { Button, Code, Group, List, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Run } from '../api/pay';
import { useTopics } from '../app/live';
import { Answer } from '../ui/answer';
import { Figures } from '../ui/facts';
import { day, lastDay, money, number } from '../ui/format';
import { Page, Panel } from '../ui/page';
import { Compared } from './compared';
import { Held } from './held';
import { LawPanel } from './law-panel';
import { Path } from './path';
import { runQuery } from './queries';
import { RunExports } from './run-exports';
import { RunBadge } from './run-state';
import { Statements } from './statements';
import { stepsDone } from './steps';
import { Notice } from '../ui/notice';

/** A run as a path: what is done, what is next, and what is missing for it. */
export function RunPage() {
  const { runId } = useParams({ from: '/house/pay/runs/$runId' });
  const query = useQuery(runQuery(runId));
  useTopics(`run:${runId}`);
  return <Answer query={query} rows={10}>{(run) => <Loaded run={run} />}</Answer>;
}

const exportedAt = stepsDone('exported');

function Loaded({ run }: { run: Run }) {
  const { t } = useTranslation();
  const exported = stepsDone(run.state) >= exportedAt;
  const about = (
    <Group gap="xs" component="span">
      <RunBadge state={run.state} /> {t('run.lead', { from: day(run.period.startsOn), to: lastDay(run.period.endsOn) })}
    </Group>
  );
  const file = (
    <>
      {run.evidenceSha256 && <Button component="a" variant="default" href={`/v1/pay/runs/${run.id}/evidence.zip`} download leftSection={<IconDownload size={16} />}>{t('evidence.download')}</Button>}
      {exported && <Button component="a" href={`/v1/pay/runs/${run.id}/export.csv`} download leftSection={<IconDownload size={16} />}>{t('run.download')}</Button>}
    </>
  );
  return (
    <Page title={t('run.title', { id: run.id })} lead={about} actions={file}>
      <Stack>
        <Panel>
          <Figures items={[
            { label: t('run.total'), value: <span data-testid="run-total">{money(run.total)}</span> },
            { label: t('run.payees'), value: number(run.payees) },
            { label: t('run.lines'), value: number(run.lines) },
            { label: t('run.exceptions'), value: number(run.exceptions) },
            ...(exported ? [{ label: t('run.exported'), value: money(run.exported) }] : []),
          ]}
          />
        </Panel>
        <Path run={run} />
        {run.blockers.length > 0 && (
          <Notice tone="amber" title={t('run.blockers')}>
            <List size="sm">{run.blockers.map((sentence) => <List.Item key={sentence}>{sentence}</List.Item>)}</List>
          </Notice>
        )}
        {run.notes.length > 0 && (
          <Notice tone="grey" title={t('run.notes')}>
            <List size="sm">{run.notes.map((sentence) => <List.Item key={sentence}>{sentence}</List.Item>)}</List>
          </Notice>
        )}
        {run.calculatedAt && <Compared run={run} />}
        <LawPanel run={run} />
        {run.calculatedAt && <Held path={`/v1/pay/runs/${run.id}/held`} lead={t('gaming.heldRun')} names />}
        <Statements run={run} />
        <RunExports run={run} />
        {run.hash !== '' && <Text size="xs" c="dimmed">{t('run.hash')} <Code>{run.hash}</Code></Text>}
        {run.exportSha256 && <Text size="xs" c="dimmed">{t('run.fileHash')} <Code>{run.exportSha256}</Code></Text>}
      </Stack>
    </Page>
  );
}
