import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/http';
import type { Run } from '../api/pay';
import type { LawFinding, LawReport } from '../api/payroll';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Badge, type Tone } from '../ui/badge';
import { Confirm } from '../ui/confirm';
import { dateTime, number } from '../ui/format';
import { Notice } from '../ui/notice';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { lawQuery } from './payroll-queries';

const tones: Record<LawFinding['severity'], Tone> = { block: 'red', warn: 'amber', advice: 'blue', missing_facts: 'grey' };
const order: LawFinding['severity'][] = ['block', 'warn', 'missing_facts', 'advice'];

/** What the law says of a calculated run, the gravest first; somebody else answers for what blocks it. */
export function LawPanel({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [asked, ask] = useState<LawFinding | null>(null);
  const { data } = useQuery({ ...lawQuery(run.id, run.hash), enabled: run.state !== 'draft' });
  const answer = useAct(
    ({ key, reason }: { key: string; reason: string }) => post<LawReport>(`/v1/pay/runs/${run.id}/law/acknowledgements`, { key, reason }),
    { renew: [['pay', 'law', run.id]], done: t('law.answered'), after: () => ask(null) },
  );
  if (!data) return null;
  const before = run.state === 'calculated' || run.state === 'reviewed';
  const findings = [...data.findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const columns: Column<LawFinding>[] = [
    { id: 'severity', header: t('law.col.severity'), cell: (f) => <Badge tone={tones[f.severity]}>{t(`law.severity.${f.severity}`)}</Badge> },
    { id: 'rule', header: t('law.col.rule'), sort: (f) => f.rule, cell: (f) => f.rule },
    {
      id: 'what', wraps: true, header: t('law.col.what'), cell: (f) => (
        <>
          <Text size="sm">{f.sentence}</Text>
          <Text size="xs" c="dimmed">{f.source}{f.numbers.length > 0 && ` · ${f.numbers.map((n) => `${n.name} ${n.value}`).join(', ')}`}</Text>
        </>
      ),
    },
    {
      id: 'answer', wraps: true, header: t('law.col.answer'), cell: (f) => {
        if (f.acknowledgement) return <Text size="xs">{f.acknowledgement.reason} ({t('run.by', { who: f.acknowledgement.name, when: dateTime(f.acknowledgement.at) })})</Text>;
        if (f.severity !== 'block' || !before || !can('pay.approve')) return '–';
        return <Button size="xs" variant="default" onClick={() => ask(f)}>{t('law.answer')}</Button>;
      },
    },
  ];
  return (
    <Panel title={t('law.title')} label={t('law.title')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t('law.lead', { rules: number(data.verdicts.length), held: number(data.verdicts.filter((v) => v.outcome === 'held').length) })}</Text>
        {data.open > 0 && <Notice tone="red" title={t('law.open', { count: data.open })}>{t('law.openHint')}</Notice>}
        {findings.length > 0 && <DataTable label={t('law.title')} columns={columns} rows={findings} rowKey={(f) => f.key} />}
      </Stack>
      <Confirm
        opened={asked !== null} title={t('law.answer')} effect={asked?.sentence ?? ''} act={t('law.answer')} why={t('law.reason')} busy={answer.isPending}
        onClose={() => ask(null)} onConfirm={(reason) => asked && answer.mutate({ key: asked.key, reason })}
      />
    </Panel>
  );
}
