import { Button, Group, Modal, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconAdjustments } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { Adjustment } from '../api/pay';
import type { List, User } from '../api/types';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { dateTime, money } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable } from '../ui/table';

const reasons = ['wrong_amount', 'missing_result', 'wrong_agent', 'data_error', 'goodwill', 'plan_error'] as const;
const all = [...reasons, 'left', 'dispute'] as const;
type What = 'adjustment' | 'writeOff';

/** Amounts that no rule gave, and who agreed on them. */
export function Adjustments() {
  const { t } = useTranslation();
  const { can } = useSession();
  const [entering, enter] = useState<What | null>(null);
  const query = useQuery({ queryKey: ['pay', 'adjustments'], queryFn: () => get<List<Adjustment>>('/v1/pay/adjustments', { size: 200 }) });
  const decide = useAct(({ id, act }: { id: number; act: 'approve' | 'refuse' }) => post(`/v1/pay/adjustments/${id}/${act}`), { renew: [['pay']], done: t('adjust.decided') });
  const reason = (code: string) => {
    const known = all.find((r) => r === code);
    return known ? t(`adjust.reasons.${known}`) : code;
  };
  const state = (code: string) => (code === 'proposed' || code === 'approved' || code === 'refused' ? t(`adjust.states.${code}`) : code);
  const columns: Column<Adjustment>[] = [
    { id: 'who', header: t('adjust.person'), sort: (a) => a.name, cell: (a) => a.name },
    { id: 'reason', header: t('adjust.reason'), cell: (a) => reason(a.reason) },
    { id: 'evidence', header: t('adjust.evidence'), cell: (a) => a.evidence, wideOnly: true, wraps: true },
    { id: 'entered', header: t('adjust.entered'), sort: (a) => a.enteredAt, cell: (a) => `${a.enteredBy}, ${dateTime(a.enteredAt)}`, wideOnly: true },
    { id: 'state', header: t('adjust.state'), cell: (a) => (a.state === 'proposed' && can('pay.approve') ? (
      <Group gap={4} wrap="nowrap">
        <Button size="compact-xs" loading={decide.isPending} onClick={() => decide.mutate({ id: a.id, act: 'approve' })}>{t('adjust.approve')}</Button>
        <Button size="compact-xs" variant="default" loading={decide.isPending} onClick={() => decide.mutate({ id: a.id, act: 'refuse' })}>{t('adjust.refuse')}</Button>
      </Group>
    ) : `${state(a.state)}${a.decidedBy ? `, ${a.decidedBy}` : ''}`) },
    { id: 'amount', header: t('mine.amount'), sort: (a) => Number(a.amount.amount), cell: (a) => money(a.amount), right: true },
  ];
  const buttons = (
    <>
      <Button variant="default" onClick={() => enter('writeOff')}>{t('adjust.writeOff')}</Button>
      <Button onClick={() => enter('adjustment')}>{t('adjust.new')}</Button>
    </>
  );
  return (
    <Page title={t('adjust.title')} lead={t('adjust.lead')} actions={buttons}>
      <Answer query={query}>
        {(data) => (data.items.length === 0
          ? <Empty icon={<IconAdjustments size={32} />} title={t('adjust.emptyTitle')}>{t('adjust.empty')}</Empty>
          : <DataTable label={t('adjust.title')} columns={columns} rows={data.items} rowKey={(a) => a.id} />)}
      </Answer>
      <Modal opened={entering !== null} onClose={() => enter(null)} title={t(entering === 'writeOff' ? 'adjust.writeOff' : 'adjust.new')} closeButtonProps={{ 'aria-label': t('close') }}>
        {entering && <Enter what={entering} onDone={() => enter(null)} />}
      </Modal>
    </Page>
  );
}

function Enter({ what, onDone }: { what: What; onDone: () => void }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState('');
  const users = useQuery({ queryKey: ['users', 'agents'], queryFn: () => get<List<User>>('/v1/users', { role: 'agent', size: 200 }) });
  const form = useForm({ initialValues: { userId: '', amount: '', currency: 'USD', component: 'adjustment', reason: 'wrong_amount', evidence: '', note: '' } });
  const send = useAct(({ userId, amount, currency, component, reason, evidence, note }: typeof form.values) => (what === 'writeOff'
    ? post('/v1/pay/write-offs', { userId: Number(userId), currency, evidence, note })
    : post('/v1/pay/adjustments', { userId: Number(userId), amount: { amount, currency }, component, reason, evidence, note })), {
    quiet: true, renew: [['pay', 'adjustments']], done: t('adjust.enteredToast'), after: onDone,
  });
  return (
    <form onSubmit={form.onSubmit((values) => {
      setFault('');
      send.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
    })}
    >
      <Stack>
        <FormAlert message={fault} />
        <NativeSelect label={t('adjust.person')} required data={[{ value: '', label: '' }, ...(users.data?.items ?? []).map((u) => ({ value: String(u.id), label: u.name }))]} {...form.getInputProps('userId')} />
        {what === 'adjustment' && (
          <>
            <TextInput label={t('adjust.amount')} required inputMode="decimal" {...form.getInputProps('amount')} />
            <TextInput label={t('adjust.component')} required {...form.getInputProps('component')} />
            <NativeSelect label={t('adjust.reason')} data={reasons.map((r) => ({ value: r, label: t(`adjust.reasons.${r}`) }))} {...form.getInputProps('reason')} />
          </>
        )}
        <TextInput label={t('adjust.currency')} required maxLength={3} {...form.getInputProps('currency')} />
        <TextInput label={t('adjust.evidence')} required maxLength={500} {...form.getInputProps('evidence')} />
        <Textarea label={t('adjust.note')} maxLength={2000} autosize minRows={2} {...form.getInputProps('note')} />
        <Button type="submit" loading={send.isPending}>{t('adjust.send')}</Button>
      </Stack>
    </form>
  );
}
