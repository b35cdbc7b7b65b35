import { Button, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '../api/campaigns';
import { put } from '../api/http';
import { useAct } from '../ui/act';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { Panel } from '../ui/page';

const fields = ['person.name', 'person.email', 'person.region', 'agent.name', 'campaign.name'];

const example: Record<string, string> = {
  'person.name': 'Ana Reyes', 'person.email': 'ana@example.com', 'person.region': 'US-IL', 'agent.name': 'Sam', 'campaign.name': 'Autumn',
};

/** Fills {{fields}} with an example person; unknown ones stay visible, so that a typo is seen before a call. */
export function fillExample(body: string): string {
  return body.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => example[name] ?? whole);
}

export function Script({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState('');
  const kept = campaign.script;
  const body = kept?.body ?? '';
  const form = useForm({ initialValues: { name: kept?.name ?? campaign.name, body } });
  const save = useAct((values: typeof form.values) => put(`/v1/campaigns/${campaign.id}/script`, values), {
    quiet: true, done: t('saved'), renew: [['campaigns', campaign.id]], after: () => form.resetDirty(),
  });
  const submit = form.onSubmit((values) => {
    setFault('');
    save.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
  });
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Panel title={kept ? t('campaigns.script.version', { n: kept.version }) : t('campaigns.script.emptyTitle')}>
        <form onSubmit={submit}>
          <Stack>
            {body === '' && <Text size="sm" c="dimmed">{t('campaigns.script.empty')}</Text>}
            <FormAlert message={fault} />
            <TextInput label={t('campaigns.script.name')} required maxLength={120} {...form.getInputProps('name')} />
            <Textarea
              label={t('campaigns.script.body')} required autosize minRows={12} maxRows={28} {...form.getInputProps('body')}
              description={t('campaigns.script.hint', { fields: fields.map((field) => `{{${field}}}`).join(', '), interpolation: { skipOnVariables: true } })}
            />
            <Button type="submit" w="fit-content" loading={save.isPending} disabled={!form.isDirty()}>{t('campaigns.script.save')}</Button>
          </Stack>
        </form>
      </Panel>
      <Panel title={t('campaigns.script.preview')} tone="quiet">
        <Text size="sm" className="script">{fillExample(form.values.body)}</Text>
      </Panel>
    </SimpleGrid>
  );
}
