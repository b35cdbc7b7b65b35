import { Button, FileButton, Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/http';
import { useAct } from '../ui/act';
import { Failed } from '../ui/answer';
import { Figures } from '../ui/facts';
import { number, percent } from '../ui/format';
import { Notice } from '../ui/notice';
import { useOneClient } from './client-of';
import { pieces, readScores, type ScoreFile } from './scores';

const pieceSize = 1000; // as many as the API takes at once
const shownMax = 20;

/** A file of the client's own risk scores: read here, sent in pieces, the same file twice changes nothing. */
export function ScoresImport() {
  const { t } = useTranslation();
  const client = useOneClient();
  const [file, setFile] = useState<ScoreFile | null>(null);
  const [sent, setSent] = useState(0);
  const run = useAct(async (read: ScoreFile) => {
    let known = 0;
    const all = pieces(read.scores, pieceSize);
    for (const [i, scores] of all.entries()) {
      known += (await post<{ known: number }>('/v1/risk-scores', { clientId: client, scores })).known;
      setSent((i + 1) / all.length);
    }
    return known;
  }, { quiet: true });
  const choose = async (chosen: File | null) => {
    if (!chosen) return;
    run.reset();
    setSent(0);
    setFile(readScores(await chosen.text()));
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">{t('scores.hint')}</Text>
      <FileButton accept=".csv,.txt,text/csv" onChange={(chosen) => void choose(chosen)} inputProps={{ 'aria-label': t('scores.choose') }}>
        {(props) => <Button {...props} w="fit-content" variant={file ? 'default' : 'filled'} disabled={run.isPending}>{t('scores.choose')}</Button>}
      </FileButton>
      {file && <Text size="sm">{t('scores.read', { count: file.scores.length })}</Text>}
      {file && file.refused.length > 0 && (
        <Notice tone="amber">{t('scores.refused', { count: file.refused.length, lines: file.refused.slice(0, shownMax).map(number).join(', ') })}</Notice>
      )}
      {run.isPending && <div role="status"><Text size="sm">{t('scores.sending', { percent: percent(sent, 0) })}</Text><Progress value={sent * 100} animated aria-label={t('scores.title')} /></div>}
      {run.isError && <Failed error={run.error} />}
      {run.data !== undefined && file && (
        <Figures items={[{ label: t('scores.taken'), value: number(run.data) }, { label: t('scores.unknown'), value: number(file.scores.length - run.data) }]} />
      )}
      {file && run.data === undefined && (
        <Group justify="flex-end"><Button disabled={file.scores.length === 0} loading={run.isPending} onClick={() => run.mutate(file)}>{t('scores.start')}</Button></Group>
      )}
    </Stack>
  );
}
