import { Button, Checkbox, Group, NativeSelect, NumberInput, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { purposes } from '../api/campaigns';
import type { Offer } from '../api/desk';
import { post, put } from '../api/http';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { OfferLimits } from './offer-limits';
import { fieldsOf, kindNames, offerKinds, type OfferKind, termsOf } from './offer-kinds';

interface OfferFormProps {
  offer: Offer | null;
  onDone: () => void;
}

function initial(offer: Offer | null) {
  const kind = offer && offer.kind in offerKinds ? (offer.kind as OfferKind) : 'sale';
  return {
    code: offer?.code ?? '', name: offer?.name ?? '', kind, result: (offer?.result ?? 'sale') as string, say: offer?.say ?? '',
    value: offer?.value.amount ?? '0.00', cost: offer?.cost.amount ?? '0.00', currency: offer?.value.currency ?? 'USD',
    purposes: offer?.purposes ?? ['acquisition'], rank: offer?.rank ?? 100, family: offer?.family ?? '', eligibility: offer?.eligibility ?? '',
    cooldownDays: offer?.cooldownDays ?? 0, redemptionsMax: offer?.redemptionsMax ?? 0, ttlMinutes: offer?.ttlMinutes ?? 0, weekBudgetMinor: offer?.weekBudgetMinor ?? 0,
    terms: Object.fromEntries(Object.entries(offer?.terms ?? {}).map(([name, value]) => [name, String(value)])),
  };
}

type Values = ReturnType<typeof initial>;

/** What is sent for the form's values. */
export function offerInput(v: Values) {
  return {
    name: v.name, kind: v.kind, result: v.result, say: v.say, terms: termsOf(v.kind, v.terms), purposes: v.purposes, rank: v.rank,
    ...(v.family ? { family: v.family } : {}), eligibility: v.eligibility, cooldownDays: v.cooldownDays, redemptionsMax: v.redemptionsMax,
    ttlMinutes: v.ttlMinutes, weekBudgetMinor: v.weekBudgetMinor,
    value: { amount: v.value, currency: v.currency }, cost: { amount: v.cost, currency: v.currency },
  };
}

/** Makes an offer, or its next version. */
export function OfferForm({ offer, onDone }: OfferFormProps) {
  const { t } = useTranslation();
  const { me } = useSession();
  const { clientId } = useClientChoice();
  const [fault, setFault] = useState('');
  const form = useForm<Values>({ initialValues: initial(offer) });
  const { kind } = form.values;
  const save = useAct(
    (v: Values) => (offer ? put(`/v1/offers/${offer.id}`, offerInput(v)) : post('/v1/offers', { ...offerInput(v), code: v.code, clientId: clientId ?? me.clients[0]?.id })),
    { quiet: true, renew: [['offers']], done: t('offers.saved'), after: onDone },
  );
  const chooseKind = (next: OfferKind) => {
    form.setFieldValue('kind', next);
    if (!(offerKinds[next].results as readonly string[]).includes(form.values.result)) form.setFieldValue('result', offerKinds[next].results[0]);
  };
  return (
    <form onSubmit={form.onSubmit((values) => {
      setFault('');
      save.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
    })}
    >
      <Stack>
        <FormAlert message={fault} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t('offers.name')} required maxLength={120} {...form.getInputProps('name')} />
          {!offer && <TextInput label={t('offers.code')} description={t('offers.codeHint')} required maxLength={60} {...form.getInputProps('code')} />}
          <NativeSelect label={t('offers.kind')} value={kind} data={kindNames.map((k) => ({ value: k, label: t(`code.offerKind.${k}`) }))} onChange={(event) => chooseKind(event.currentTarget.value as OfferKind)} />
          <NativeSelect label={t('offers.result')} data={offerKinds[kind].results.map((r) => ({ value: r, label: t(`code.outcome.${r}`) }))} {...form.getInputProps('result')} />
          {fieldsOf(kind).map((field) => (
            <TextInput
              key={field.name} label={t(`offers.term.${field.name}`)} required={!field.optional} inputMode={field.is === 'text' ? 'text' : 'decimal'}
              value={form.values.terms[field.name] ?? ''} error={form.errors[`terms.${field.name}`]} onChange={(event) => form.setFieldValue(`terms.${field.name}`, event.currentTarget.value)}
            />
          ))}
        </SimpleGrid>
        <Textarea label={t('offers.say')} description={t('offers.sayHint', { field: '{{person.name}}', interpolation: { skipOnVariables: true } })} required autosize minRows={3} maxLength={4000} {...form.getInputProps('say')} />
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          <TextInput label={t('offers.value')} inputMode="decimal" {...form.getInputProps('value')} error={form.errors.value ?? form.errors['value.amount']} />
          <TextInput label={t('offers.cost')} inputMode="decimal" {...form.getInputProps('cost')} error={form.errors.cost ?? form.errors['cost.amount']} />
          <TextInput label={t('offers.currency')} maxLength={3} {...form.getInputProps('currency')} />
          <NumberInput label={t('offers.rank')} min={1} max={1000} allowDecimal={false} {...form.getInputProps('rank')} />
        </SimpleGrid>
        {form.values.result === 'save' && <OfferLimits form={form} clientId={clientId ?? me.clients[0]?.id} />}
        <Checkbox.Group label={t('offers.purposes')} description={form.values.result === 'save' ? t('offers.valueHint') : undefined} {...form.getInputProps('purposes')}>
          <Group gap="md" mt={6}>{purposes.map((p) => <Checkbox key={p} value={p} label={t(`campaigns.purpose.${p}`)} />)}</Group>
        </Checkbox.Group>
        <Button type="submit" w="fit-content" loading={save.isPending}>{offer ? t('offers.save') : t('offers.create')}</Button>
      </Stack>
    </form>
  );
}
