import { NumberInput, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { type Campaign, type CampaignInput, modes, purposes } from '../api/campaigns';
import { Panel } from '../ui/page';
import { commonZones } from '../ui/zone';
import { defaultRetry, Retry } from './retry';
import { Windows } from './windows';

export type CampaignForm = UseFormReturnType<CampaignValues>;

/** What the form holds: the whole input, without the client, which is chosen once. */
export type CampaignValues = Omit<CampaignInput, 'clientId'>;

export function newCampaign(zone: string): CampaignValues {
  return {
    name: '', purpose: 'acquisition', mode: 'progressive', zone, callerId: '', ringSeconds: 25, wrapupSeconds: 60,
    priority: 0, attemptsMax: 6, dayAttemptsMax: 3, trunk: 'sim', abandonMessage: '', retry: defaultRetry,
    windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' }],
  };
}

/** What of a campaign can be edited. */
export function valuesOf(c: Campaign): CampaignValues {
  return {
    name: c.name, purpose: c.purpose, mode: c.mode, zone: c.zone, windows: c.windows, callerId: c.callerId,
    ringSeconds: c.ringSeconds, wrapupSeconds: c.wrapupSeconds, priority: c.priority, attemptsMax: c.attemptsMax,
    dayAttemptsMax: c.dayAttemptsMax, retry: c.retry, trunk: c.trunk, abandonMessage: c.abandonMessage,
  };
}

/** The fields of a campaign; the page around them decides what saving means. */
export function CampaignFields({ form }: { form: CampaignForm }) {
  const { t } = useTranslation();
  const mode = form.values.mode;
  const zones = commonZones.includes(form.values.zone) ? commonZones : [form.values.zone, ...commonZones];
  return (
    <Stack>
      <Panel title={t('campaigns.form.basics')}>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t('campaigns.form.name')} required maxLength={120} {...form.getInputProps('name')} />
          <Select
            label={t('campaigns.form.purpose')} allowDeselect={false} data={purposes.map((p) => ({ value: p, label: t(`campaigns.purpose.${p}`) }))}
            {...form.getInputProps('purpose')}
          />
          <Select
            label={t('campaigns.form.mode')} allowDeselect={false} description={mode === 'predictive' ? undefined : t(`campaigns.modeHint.${mode}`)}
            data={modes.map((m) => ({ value: m, label: t(`campaigns.mode.${m}`) }))} {...form.getInputProps('mode')}
          />
          <TextInput label={t('campaigns.form.callerId')} description={t('campaigns.form.callerIdHint')} required {...form.getInputProps('callerId')} />
        </SimpleGrid>
      </Panel>
      <Panel title={t('campaigns.form.windows')}>
        <Text size="sm" c="dimmed" mb="sm">{t('campaigns.form.windowsHint')}</Text>
        <Stack>
          <Select label={t('campaigns.form.zone')} maw={280} searchable allowDeselect={false} data={zones} {...form.getInputProps('zone')} />
          <Windows value={form.values.windows} errors={form.errors} onChange={(windows) => form.setFieldValue('windows', windows)} />
        </Stack>
      </Panel>
      <Panel title={t('campaigns.form.dialing')}>
        <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }}>
          <NumberInput label={t('campaigns.form.ring')} min={15} max={60} {...form.getInputProps('ringSeconds')} />
          <NumberInput label={t('campaigns.form.wrapup')} description={t('campaigns.form.wrapupHint')} min={5} max={900} {...form.getInputProps('wrapupSeconds')} />
          <NumberInput label={t('campaigns.form.priority')} description={t('campaigns.form.priorityHint')} min={0} max={100} {...form.getInputProps('priority')} />
          <NumberInput label={t('campaigns.form.attempts')} min={1} max={50} {...form.getInputProps('attemptsMax')} />
          <NumberInput label={t('campaigns.form.dayAttempts')} min={1} max={10} {...form.getInputProps('dayAttemptsMax')} />
          <TextInput label={t('campaigns.form.trunk')} description={t('campaigns.form.trunkHint')} {...form.getInputProps('trunk')} />
        </SimpleGrid>
        <Textarea label={t('campaigns.form.abandon')} mt="md" autosize minRows={2} maxLength={500} {...form.getInputProps('abandonMessage')} />
      </Panel>
      <Panel title={t('campaigns.form.retry')}>
        <Text size="sm" c="dimmed" mb="sm">{t('campaigns.form.retryHint')}</Text>
        <Retry value={form.values.retry} onChange={(retry) => form.setFieldValue('retry', retry)} />
      </Panel>
    </Stack>
  );
}
