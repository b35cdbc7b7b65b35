import { Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '../api/campaigns';
import { patch, Problem } from '../api/http';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { Stale } from '../ui/stale';
import { CampaignFields, type CampaignValues, valuesOf } from './form';
import { campaignQuery } from './queries';

/** Edits a campaign; a save against an old version shows both and asks. */
export function Settings({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const queries = useQueryClient();
  const [base, setBase] = useState(campaign);
  const [theirs, setTheirs] = useState<Campaign | null>(null);
  const [fault, setFault] = useState('');
  const form = useForm<CampaignValues>({ initialValues: valuesOf(campaign) });
  const query = campaignQuery(campaign.id);
  const save = useAct((v: { values: CampaignValues; version: number }) => patch<Campaign>(`/v1/campaigns/${campaign.id}`, v.values, v.version), {
    quiet: true, done: t('saved'), renew: [['campaigns']],
    after: (saved) => {
      setBase(saved);
      setTheirs(null);
    },
  });
  const send = (version: number) => {
    setFault('');
    save.mutate({ values: form.getValues(), version }, {
      onError: (error) => {
        if (!(error instanceof Problem && error.stale)) {
          setFault(showFaults(form, error));
          return;
        }
        void queries.query({ ...query, staleTime: 0 }).then(setTheirs);
      },
    });
  };
  return (
    <form noValidate onSubmit={form.onSubmit(() => send(base.version))}>
      <Stack maw={900}>
        <FormAlert message={fault} />
        {theirs && (
          <Stale
            theirs={{ ...valuesOf(theirs) }} yours={{ ...form.values }} onKeepMine={() => send(theirs.version)}
            onTakeTheirs={() => {
              form.setValues(valuesOf(theirs));
              setBase(theirs);
              setTheirs(null);
            }}
          />
        )}
        <CampaignFields form={form} />
        {can('campaigns.write') && <Button type="submit" w="fit-content" loading={save.isPending}>{t('campaigns.form.save')}</Button>}
      </Stack>
    </form>
  );
}
