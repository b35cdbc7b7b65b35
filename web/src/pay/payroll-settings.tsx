import { ActionIcon, Button, Group, NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { put } from '../api/http';
import type { PayrollCode, PayrollSettings } from '../api/payroll';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { Panel } from '../ui/page';

const frequencies = ['W', 'B', 'S', 'M'] as const;
const methods = ['by_week_earned', 'equal_week', 'equal_hour'] as const;
const cycles = ['weekly', 'biweekly', 'semimonthly', 'monthly'] as const;
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

// A type, not an interface: the form library wants an index signature, which only a type can have implied.
type Values = Omit<PayrollSettings, 'codes'> & { codes: (PayrollCode & { kind: string; mark13: string; markAvg: string; months: string })[] };

const mark = (said: boolean | undefined) => (said === undefined ? '' : said ? 'yes' : 'no');
const said = (text: string) => (text === '' ? undefined : text === 'yes');

function valuesOf(settings: PayrollSettings): Values {
  return {
    ...settings,
    codes: settings.codes.map((c) => ({ ...c, kind: c.kind ?? '', mark13: mark(c.basic13th), markAvg: mark(c.avgWage), months: c.benefitMonths ? String(c.benefitMonths) : '' })),
  };
}

function settingsOf({ codes, ...values }: Values): PayrollSettings {
  return {
    ...values,
    codes: codes.map(({ mark13, markAvg, months, component, code, name, kind, excluded }) => {
      const [basic13th, avgWage, benefitMonths] = [said(mark13), said(markAvg), Number(months) || 0];
      return { component, code, kind, ...(name ? { name } : {}), ...(excluded ? { excluded } : {}), ...(basic13th === undefined ? {} : { basic13th }), ...(avgWage === undefined ? {} : { avgWage }), ...(benefitMonths > 0 ? { benefitMonths } : {}) };
    }),
  };
}

/** What a client's payroll system calls the company and each component, and what the law asks of each. */
export function PayrollSettingsForm({ settings }: { settings: PayrollSettings }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [fault, setFault] = useState('');
  const form = useForm<Values>({ initialValues: valuesOf(settings) });
  const save = useAct((values: Values) => put<PayrollSettings>('/v1/payroll/settings', settingsOf(values)), {
    quiet: true, renew: [['payroll', 'settings'], ['pay', 'law']], done: t('payroll.saved'),
  });
  return (
    <Panel title={t('payroll.settings')}>
      <form onSubmit={form.onSubmit((values) => {
        setFault('');
        save.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
      })}
      >
        <Stack gap="sm">
          <FormAlert message={fault} />
          <Group align="flex-start" gap="sm">
            <TextInput label={t('payroll.company')} description={t('payroll.companyHint')} maxLength={80} {...form.getInputProps('company')} />
            <NativeSelect label={t('payroll.frequency')} data={frequencies.map((f) => ({ value: f, label: t(`payroll.frequencies.${f}`) }))} {...form.getInputProps('frequency')} />
            <TextInput label={t('payroll.expense')} maxLength={80} {...form.getInputProps('expense')} />
            <TextInput label={t('payroll.liability')} maxLength={80} {...form.getInputProps('liability')} />
          </Group>
          <Group align="flex-start" gap="sm">
            <NativeSelect label={t('payroll.method')} data={methods.map((m) => ({ value: m, label: t(`payroll.methods.${m}`) }))} {...form.getInputProps('method')} />
            <NativeSelect label={t('payroll.cycle')} data={cycles.map((c) => ({ value: c, label: t(`payroll.cycles.${c}`) }))} {...form.getInputProps('cycle')} />
            <NativeSelect label={t('payroll.weekStart')} data={weekdays.map((d) => ({ value: d, label: t(`payroll.weekday.${d}`) }))} {...form.getInputProps('workweekStart')} />
            <NumberInput label={t('payroll.disputeDays')} min={1} max={90} allowDecimal={false} {...form.getInputProps('disputeDays')} />
          </Group>
          {form.values.codes.map((_, i) => <CodeRow key={i} form={form} at={i} />)}
          {can('pay.run') && (
            <Group>
              <Button
                variant="default" size="xs" leftSection={<IconPlus size={14} />}
                onClick={() => form.insertListItem('codes', { component: '', code: '', name: '', kind: '', mark13: '', markAvg: '', months: '' })}
              >
                {t('payroll.addCode')}
              </Button>
              <Button type="submit" size="xs" loading={save.isPending}>{t('payroll.save')}</Button>
            </Group>
          )}
        </Stack>
      </form>
    </Panel>
  );
}

function CodeRow({ form, at }: { form: ReturnType<typeof useForm<Values>>; at: number }) {
  const { t } = useTranslation();
  const of = (name: string) => form.getInputProps(`codes.${at}.${name}`);
  const marks = [{ value: '', label: '–' }, { value: 'yes', label: t('payroll.yes') }, { value: 'no', label: t('payroll.no') }];
  const kinds = [{ value: '', label: '–' }, ...(['flat_sum', 'production', 'commission'] as const).map((k) => ({ value: k, label: t(`payroll.kinds.${k}`) }))];
  return (
    <Group gap="xs" align="flex-start" role="group" aria-label={t('payroll.code', { n: at + 1 })}>
      <TextInput size="xs" label={t('payroll.component')} {...of('component')} />
      <TextInput size="xs" w={110} label={t('payroll.earningCode')} {...of('code')} />
      <TextInput size="xs" w={140} label={t('payroll.earningName')} {...of('name')} />
      <NativeSelect size="xs" label={t('payroll.kind')} data={kinds} {...of('kind')} />
      <NativeSelect size="xs" w={110} label={t('payroll.basic13th')} data={marks} {...of('mark13')} />
      <NativeSelect size="xs" w={110} label={t('payroll.avgWage')} data={marks} {...of('markAvg')} />
      <TextInput size="xs" w={110} label={t('payroll.months')} inputMode="numeric" {...of('months')} />
      <ActionIcon variant="subtle" color="gray" mt={24} aria-label={t('payroll.remove')} onClick={() => form.removeListItem('codes', at)}><IconTrash size={15} /></ActionIcon>
    </Group>
  );
}
