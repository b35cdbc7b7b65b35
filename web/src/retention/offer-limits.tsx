import { Button, Group, NumberInput, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { post } from '../api/http';
import type { OfferPreview } from '../api/save';
import { useAct } from '../ui/act';

export interface OfferLimitValues {
  eligibility: string;
  cooldownDays: number;
  redemptionsMax: number;
  ttlMinutes: number;
  weekBudgetMinor: number;
}

interface OfferLimitsProps<V extends OfferLimitValues> {
  form: UseFormReturnType<V>;
  clientId: number | undefined;
}

/** Who gets an offer and how often, with the number of real subscriptions that the condition holds for today. */
export function OfferLimits<V extends OfferLimitValues>({ form, clientId }: OfferLimitsProps<V>) {
  const { t } = useTranslation();
  const preview = useAct(() => post<OfferPreview>('/v1/offers/preview', { clientId, eligibility: form.values.eligibility }));
  const counted = preview.data;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>{t('offerLimits.title')}</Text>
      <Textarea label={t('offerLimits.eligibility')} autosize minRows={1} maxLength={4000} {...form.getInputProps('eligibility')} />
      <Group gap="xs">
        <Button size="compact-sm" variant="default" loading={preview.isPending} onClick={() => preview.mutate(undefined)}>{t('offerLimits.preview')}</Button>
        {counted && <Text size="sm" role="status">{t('offerLimits.counted', { eligible: counted.eligible, subscriptions: counted.subscriptions })}</Text>}
      </Group>
      {counted?.against.map((why) => <Text key={why.clause} size="xs" c="dimmed">{t('offerLimits.against', { count: why.count, clause: why.clause })}</Text>)}
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <NumberInput label={t('offerLimits.cooldown')} min={0} max={3650} allowDecimal={false} {...form.getInputProps('cooldownDays')} />
        <NumberInput label={t('offerLimits.redemptions')} min={0} max={1000} allowDecimal={false} {...form.getInputProps('redemptionsMax')} />
        <NumberInput label={t('offerLimits.ttl')} min={0} allowDecimal={false} {...form.getInputProps('ttlMinutes')} />
        <NumberInput label={t('offerLimits.budget')} min={0} allowDecimal={false} {...form.getInputProps('weekBudgetMinor')} />
      </SimpleGrid>
    </Stack>
  );
}
