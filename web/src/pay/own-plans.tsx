import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconAddressBook } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { OwnPlan } from '../api/plans';
import type { List } from '../api/types';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { dateTime, day } from '../ui/format';
import { Notice } from '../ui/notice';
import { Page, Panel } from '../ui/page';
import { Sentences } from './plan-words';

/** How the reader is paid, in their language, and where to sign it. */
export function OwnPlansPage() {
  const { t, i18n } = useTranslation();
  const query = useQuery({ queryKey: ['my', 'plans', i18n.language], queryFn: () => get<List<OwnPlan>>('/v1/my/plans', { language: i18n.language }) });
  return (
    <Page title={t('planner.mineTitle')} lead={t('planner.mineLead')}>
      <Answer query={query}>
        {({ items }) => items.length === 0
          ? <Empty icon={<IconAddressBook size={32} />} title={t('planner.mineNone')} />
          : <Stack>{items.map((plan) => <One key={plan.assignmentId} plan={plan} />)}</Stack>}
      </Answer>
    </Page>
  );
}

function One({ plan }: { plan: OwnPlan }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('planner.mineVersion', { plan: plan.plan, version: plan.version, from: day(plan.fromDate) })}>
      <Stack gap="sm">
        {plan.required && !plan.signedAt && <Notice tone="amber">{t('planner.mineMust')}</Notice>}
        <Sentences sentences={plan.sentences} />
        {plan.signedAt
          ? (
            <Notice tone="green">
              <Text size="sm">{t('planner.mineSigned', { name: plan.typedName ?? '', when: dateTime(plan.signedAt) })}</Text>
              <Anchor size="sm" underline="always" href={`/v1/my/signatures/${plan.signatureId}/copy.txt`}>{t('planner.copy')}</Anchor>
            </Notice>
          )
          : <Sign plan={plan} />}
      </Stack>
    </Panel>
  );
}

function Sign({ plan }: { plan: OwnPlan }) {
  const { t, i18n } = useTranslation();
  const [name, setName] = useState('');
  const sign = useAct(() => post<OwnPlan>(`/v1/my/plans/${plan.assignmentId}/sign`, { versionId: plan.versionId, sha256: plan.sha256, name, language: i18n.language }), {
    renew: [['my', 'plans']], done: t('planner.signedToast'),
  });
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      sign.mutate(undefined);
    }}
    >
      <Group align="flex-end" gap="sm">
        <TextInput label={t('planner.typeName')} description={t('planner.typeHint', { sha: plan.sha256.slice(0, 12) })} required maxLength={120} value={name} autoComplete="name" onChange={(event) => setName(event.currentTarget.value)} />
        <Button type="submit" loading={sign.isPending} disabled={name.trim() === ''}>{t('planner.sign')}</Button>
      </Group>
    </form>
  );
}
