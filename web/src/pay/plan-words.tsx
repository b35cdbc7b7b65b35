import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PlanSentence } from '../api/plans';
import { diffLines } from './line-diff';
import './planner.css';

/** A plan in sentences, those that belong to the one before them set in. */
export function Sentences({ sentences }: { sentences: PlanSentence[] }) {
  return <ul className="plan-words">{sentences.map((one, i) => <li key={i} data-under={one.under}><Text size="sm" component="span" style={{ overflowWrap: 'anywhere' }}>{one.text}</Text></li>)}</ul>;
}

/** Two texts line by line: − is gone, + is new. */
export function Diff({ before, after }: { before: string; after: string }) {
  const { t } = useTranslation();
  const lines = diffLines(before, after);
  if (lines.every(({ mark }) => mark === ' ')) return <Text size="sm" c="dimmed">{t('planner.same')}</Text>;
  return (
    <pre className="plan-diff" tabIndex={0} role="region" aria-label={t('planner.diff')}>
      {lines.map(({ mark, text }, i) => <span key={i} data-mark={mark}>{`${mark === '-' ? '−' : mark} ${text}`}</span>)}
    </pre>
  );
}
