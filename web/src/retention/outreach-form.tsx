import { Button, Group, MultiSelect, NativeSelect, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '../api/campaigns';
import { get, post } from '../api/http';
import type { OutreachInput } from '../api/manage';
import type { Reason } from '../api/save';
import type { List } from '../api/types';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { Notice } from '../ui/notice';
import { useOneClient } from './client-of';

/** Win-backs are called in campaigns of that purpose; people at risk in those of service. */
const purposeOf = { winback: 'winback', proactive: 'service' } as const;

/** Begins calls to those who left or may leave, always against some who are left alone. */
export function OutreachForm({ onDone }: { onDone: () => void }) {
  const client = useOneClient();
  const campaigns = useQuery({ queryKey: ['campaigns', 'of', client], queryFn: () => get<List<Campaign>>('/v1/campaigns', { clientId: client, size: 200 }) });
  const reasons = useQuery({ queryKey: ['reasons', client], queryFn: () => get<List<Reason>>('/v1/reasons', { clientId: client }) });
  return (
    <Answer query={campaigns} rows={3}>
      {(data) => <Answer query={reasons} rows={3}>{(tree) => <Fields client={client} campaigns={data.items} reasons={tree.items} onDone={onDone} />}</Answer>}
    </Answer>
  );
}

interface FieldsProps {
  client: number | undefined;
  campaigns: Campaign[];
  reasons: Reason[];
  onDone: () => void;
}

function Fields({ client, campaigns, reasons, onDone }: FieldsProps) {
  const { t } = useTranslation();
  const [fault, setFault] = useState('');
  const form = useForm({ initialValues: { name: '', kind: 'winback' as OutreachInput['kind'], campaignId: '', reasons: [] as string[], afterDays: '30', scoreMin: 700, holdoutPercent: 10, measureDays: 60 } });
  const { kind } = form.values;
  const fitting = campaigns.filter((campaign) => campaign.purpose === purposeOf[kind] && campaign.state !== 'finished');
  const campaignId = fitting.some((campaign) => String(campaign.id) === form.values.campaignId) ? form.values.campaignId : String(fitting[0]?.id ?? '');
  const start = useAct((v: typeof form.values) => {
    const input: OutreachInput = {
      ...(client === undefined ? {} : { clientId: client }), name: v.name.trim(), kind, campaignId: Number(campaignId), holdoutPercent: v.holdoutPercent, measureDays: v.measureDays,
      ...(kind === 'winback' ? { afterDays: Number(v.afterDays), reasons: v.reasons } : { scoreMin: v.scoreMin }),
    };
    return post('/v1/outreaches', input);
  }, { quiet: true, renew: [['outreaches']], done: t('outreachForm.started'), after: onDone });
  return (
    <form onSubmit={form.onSubmit((values) => {
      setFault('');
      start.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
    })}
    >
      <Stack>
        <FormAlert message={fault} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t('outreachForm.name')} required maxLength={120} {...form.getInputProps('name')} />
          <NativeSelect label={t('outreachForm.kind')} data={(['winback', 'proactive'] as const).map((value) => ({ value, label: t(`outreach.kind.${value}`) }))} {...form.getInputProps('kind')} />
          <NativeSelect label={t('outreachForm.campaign')} description={t(`outreachForm.purpose.${kind}`)} data={fitting.map((campaign) => ({ value: String(campaign.id), label: campaign.name }))} {...form.getInputProps('campaignId')} value={campaignId} />
          {kind === 'winback' && <NativeSelect label={t('outreachForm.after')} data={['30', '60', '90'].map((value) => ({ value, label: t('outreachForm.days', { n: value }) }))} {...form.getInputProps('afterDays')} />}
          {kind === 'proactive' && <NumberInput label={t('outreachForm.score')} description={t('outreachForm.scoreHint')} min={0} max={1000} allowDecimal={false} {...form.getInputProps('scoreMin')} />}
          <NumberInput label={t('outreachForm.holdout')} description={t('outreachForm.holdoutHint')} min={5} max={50} allowDecimal={false} {...form.getInputProps('holdoutPercent')} />
          <NumberInput label={t('outreachForm.measure')} description={t('outreachForm.measureHint')} min={7} max={365} allowDecimal={false} {...form.getInputProps('measureDays')} />
        </SimpleGrid>
        {kind === 'winback' && <MultiSelect label={t('outreachForm.reasons')} placeholder={form.values.reasons.length === 0 ? t('outreachForm.anyReason') : ''} data={reasons.map((reason) => ({ value: reason.code, label: reason.name }))} {...form.getInputProps('reasons')} />}
        {fitting.length === 0 && <Notice tone="amber">{t(`outreachForm.noCampaign.${kind}`)}</Notice>}
        <Text size="xs" c="dimmed">{t('outreachForm.consent')}</Text>
        <Group justify="flex-end"><Button type="submit" disabled={campaignId === ''} loading={start.isPending}>{t('outreachForm.start')}</Button></Group>
      </Stack>
    </form>
  );
}
