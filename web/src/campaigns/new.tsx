import { Button, Group, Select, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '../api/campaigns';
import { post } from '../api/http';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { Page } from '../ui/page';
import { CampaignFields, type CampaignValues, newCampaign } from './form';
import { LinkButton } from '../ui/link';

export function NewCampaign() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { clientId } = useClientChoice();
  const navigate = useNavigate();
  const [client, setClient] = useState<number | null>(clientId ?? me.clients[0]?.id ?? null);
  const [fault, setFault] = useState('');
  const zone = me.clients.find((c) => c.id === client)?.zone ?? me.zone;
  const form = useForm<CampaignValues>({ initialValues: newCampaign(zone) });
  const create = useAct((values: CampaignValues) => post<Campaign>('/v1/campaigns', { ...values, ...(client === null ? {} : { clientId: client }) }), {
    quiet: true, done: t('campaigns.form.created'), renew: [['campaigns']],
    after: (c) => void navigate({ to: '/campaigns/$campaignId/$tab', params: { campaignId: String(c.id), tab: 'lists' } }),
  });
  const submit = form.onSubmit((values) => {
    setFault('');
    create.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
  });
  return (
    <Page title={t('campaigns.new')} lead={t('campaigns.lead')}>
      <form onSubmit={submit} noValidate>
        <Stack maw={900}>
          <FormAlert message={fault} />
          {me.clients.length > 1 && (
            <Select
              label={t('campaigns.form.client')} maw={280} allowDeselect={false} value={String(client)}
              data={me.clients.map((c) => ({ value: String(c.id), label: c.name }))} onChange={(id) => setClient(Number(id))}
            />
          )}
          <CampaignFields form={form} />
          <Group>
            <Button type="submit" loading={create.isPending}>{t('campaigns.form.create')}</Button>
            <LinkButton to="/campaigns" variant="default">{t('cancel')}</LinkButton>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}
