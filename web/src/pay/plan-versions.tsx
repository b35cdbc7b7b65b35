import { Anchor, Code, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/http';
import type { Plan } from '../api/pay';
import type { PlanSigner } from '../api/plans';
import type { List } from '../api/types';
import { Answer } from '../ui/answer';
import { Badge } from '../ui/badge';
import { dateTime, number } from '../ui/format';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { Diff } from './plan-words';

/** Two versions side by side, the two newest first. */
export function Compared({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const [chosen, choose] = useState({ before: plan.versions[1]?.id, after: plan.versions[0]?.id });
  if (plan.versions.length < 2) return null;
  const data = plan.versions.map((version) => ({ value: String(version.id), label: t('plans.version', { n: version.version }) }));
  const textOf = (id: number | undefined) => plan.versions.find((version) => version.id === id)?.text ?? '';
  return (
    <Panel title={t('planner.compare')}>
      <Group gap="sm" mb="sm">
        <NativeSelect size="xs" label={t('planner.older')} data={data} value={String(chosen.before)} onChange={(event) => choose({ ...chosen, before: Number(event.currentTarget.value) })} />
        <NativeSelect size="xs" label={t('planner.newer')} data={data} value={String(chosen.after)} onChange={(event) => choose({ ...chosen, after: Number(event.currentTarget.value) })} />
      </Group>
      <Diff before={textOf(chosen.before)} after={textOf(chosen.after)} />
    </Panel>
  );
}

/** A version as it is written, for who wants to read it. */
export function VersionText({ text, n }: { text: string; n: number }) {
  const { t } = useTranslation();
  return <details><summary>{t('planner.showText', { n })}</summary><Code block tabIndex={0} role="region" aria-label={t('planner.showText', { n })}>{text}</Code></details>;
}

/** Who still has to sign comes first, so a page of them is what somebody acts on. */
const signersShown = 200;

/** Who is on the plan and has signed it; who still has to comes first. */
export function Signers({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['plans', plan.id, 'signers'], queryFn: () => get<List<PlanSigner>>(`/v1/plans/${plan.id}/signers`, { size: signersShown }) });
  const columns: Column<PlanSigner>[] = [
    { id: 'name', header: t('planner.col.name'), sort: (s) => s.name, cell: (s) => s.name },
    { id: 'place', header: t('planner.col.place'), cell: (s) => s.jurisdiction ?? '–' },
    { id: 'version', header: t('planner.col.version'), cell: (s) => s.version, right: true },
    { id: 'signed', header: t('planner.col.signed'), cell: (s) => <State signer={s} /> },
  ];
  return (
    <Panel title={t('planner.signers')}>
      <Text size="sm" c="dimmed" mb="sm">{t('planner.signersLead')}</Text>
      <Answer query={query} rows={3}>
        {({ items, total }) => items.length === 0
          ? <Text size="sm">{t('planner.nobody')}</Text>
          : (
              <>
                <DataTable label={t('planner.signers')} columns={columns} rows={items} rowKey={(s) => s.assignmentId} />
                {total > items.length && <Text size="sm" c="dimmed" mt="xs">{t('planner.signersOf', { shown: number(items.length), total: number(total) })}</Text>}
              </>
            )}
      </Answer>
    </Panel>
  );
}

function State({ signer }: { signer: PlanSigner }) {
  const { t } = useTranslation();
  if (signer.signedAt) return <Stack gap={0}><Text size="sm">{dateTime(signer.signedAt)}</Text><Anchor size="xs" underline="always" href={`/v1/plan-signatures/${signer.signatureId}/copy.txt`}>{t('planner.copy')}</Anchor></Stack>;
  return signer.required ? <Badge tone="amber">{t('planner.must')}</Badge> : <Text size="sm" c="dimmed">{t('planner.need')}</Text>;
}
