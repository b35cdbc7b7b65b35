import { ActionIcon, Button, Group, NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PlanComponent, PlanTerms } from '../api/pay';

// A type, not an interface: the form library wants an index signature, which only a type can have implied.
export type TermsValues = {
  name: string;
  terms: PlanTerms;
};

export const newTerms: PlanTerms = { currency: 'USD', holdDays: 30, components: [{ id: 'sale_bonus', type: 'per_unit', result: 'sale', amount: '15.00' }] };

const results = ['save', 'sale', 'upsell', 'appointment'] as const;

/** The same component with only the figure that its type has. */
export function withType(component: PlanComponent, type: PlanComponent['type']): PlanComponent {
  const { id, result } = component;
  return type === 'percent' ? { id, type, result, rate: component.rate ?? '5%' } : { id, type, result, amount: component.amount ?? '10.00' };
}

/** The terms of a plan: currency, hold, and what each kind of result pays. */
export function TermsForm({ form }: { form: UseFormReturnType<TermsValues> }) {
  const { t } = useTranslation();
  const { components } = form.values.terms;
  const setAll = (next: PlanComponent[]) => form.setFieldValue('terms.components', next);
  return (
    <Stack gap="sm">
      <Group grow align="flex-start">
        <TextInput label={t('plans.currency')} maxLength={3} {...form.getInputProps('terms.currency')} />
        <NumberInput label={t('plans.holdDays')} description={t('plans.holdHint')} min={0} max={400} allowDecimal={false} {...form.getInputProps('terms.holdDays')} />
      </Group>
      {components.map((component, i) => (
        <Group key={i} gap="xs" align="flex-start" className="window-row" role="group" aria-label={`${t('plans.components')} ${i + 1}`}>
          <TextInput size="xs" label={t('plans.id')} {...form.getInputProps(`terms.components.${i}.id`)} />
          <NativeSelect
            size="xs" label={t('plans.type')} value={component.type} data={(['per_unit', 'percent'] as const).map((type) => ({ value: type, label: t(`plans.types.${type}`) }))}
            onChange={(event) => setAll(components.map((c, at) => (at === i ? withType(c, event.currentTarget.value as PlanComponent['type']) : c)))}
          />
          <NativeSelect size="xs" label={t('plans.result')} data={results.map((r) => ({ value: r, label: t(`outcome.${r}`) }))} {...form.getInputProps(`terms.components.${i}.result`)} />
          {component.type === 'percent'
            ? <TextInput size="xs" w={90} label={t('plans.rate')} {...form.getInputProps(`terms.components.${i}.rate`)} />
            : <TextInput size="xs" w={90} label={t('plans.amount')} inputMode="decimal" {...form.getInputProps(`terms.components.${i}.amount`)} />}
          <ActionIcon variant="subtle" color="gray" mt={24} aria-label={t('plans.remove')} onClick={() => setAll(components.filter((_, at) => at !== i))}><IconTrash size={15} /></ActionIcon>
        </Group>
      ))}
      <Button
        variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />}
        onClick={() => setAll([...components, { id: `component_${components.length + 1}`, type: 'per_unit', result: 'save', amount: '10.00' }])}
      >
        {t('plans.add')}
      </Button>
    </Stack>
  );
}
