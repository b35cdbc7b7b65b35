import { Anchor, Badge as Tag, Group, Stack, Text } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanChecked, PlanFinding } from '../api/plans';
import { money } from '../ui/format';
import './planner.css';

const colors = { error: 'red', warning: 'orange', notice: 'gray' } as const;

interface TextProps {
  text: string;
  set: (text: string) => void;
  checked: PlanChecked | undefined;
}

/** The plan's text with the numbers of its lines, and below it what there is to say, each with the way to its line. */
export function PlanText({ text, set, checked }: TextProps) {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLPreElement>(null);
  const lines = text.split('\n');
  const worst = new Map<number, PlanFinding['severity']>();
  for (const one of checked?.findings ?? []) if (worst.get(one.line) !== 'error') worst.set(one.line, one.severity);
  const go = ({ line, column }: PlanFinding) => {
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
    area.current?.focus();
    area.current?.setSelectionRange(start, Math.max(start, lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) - 1));
    if (area.current) area.current.scrollTop = Math.max(line - 4, 0) * (area.current.scrollHeight / Math.max(lines.length, 1));
  };
  return (
    <Stack gap="sm">
      <div className="plan-text">
        <pre ref={gutter} className="plan-gutter" aria-hidden="true">
          {lines.map((_, i) => <span key={i} data-severity={worst.get(i + 1)}>{`${worst.has(i + 1) ? '▸' : ''}${i + 1}\n`}</span>)}
        </pre>
        <textarea
          ref={area} className="plan-area" aria-label={t('planner.textLabel')} aria-describedby="plan-findings" value={text} spellCheck={false} wrap="off" rows={24}
          aria-invalid={checked !== undefined && !checked.ok}
          onChange={(event) => set(event.currentTarget.value)}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
      <Findings checked={checked} go={go} />
    </Stack>
  );
}

function Findings({ checked, go }: { checked: PlanChecked | undefined; go: (finding: PlanFinding) => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap={6} id="plan-findings" role="status">
      <Text size="sm" fw={600}>{t('planner.findings')}</Text>
      {checked?.findings.length === 0 && <Text size="sm" c="dimmed">{t('planner.none')}</Text>}
      {checked?.findings.map((one, i) => (
        <div key={i}>
          <Group gap="xs">
            <Tag size="sm" variant="outline" color={colors[one.severity]}>{t(`planner.severity.${one.severity}`)}</Tag>
            <Anchor component="button" type="button" size="sm" underline="always" onClick={() => go(one)}>{t('planner.at', { line: one.line, column: one.column })}</Anchor>
          </Group>
          <Text size="sm">{one.message}</Text>
          {one.hangs && <Text size="sm" fw={600}>{t('planner.hangs', { on: one.hangs.on, amount: one.hangs.amount ? money(one.hangs.amount) : '', share: one.hangs.share ? `(${one.hangs.share})` : '' })}</Text>}
        </div>
      ))}
    </Stack>
  );
}
