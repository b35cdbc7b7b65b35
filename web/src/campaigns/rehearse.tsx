import { Button, NumberInput, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconMask } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Campaign, modes, type Rehearsal, type RehearsalInput } from '../api/campaigns';
import { post } from '../api/http';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { dateTime, number, percent } from '../ui/format';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { rehearsalsQuery } from './queries';
import { rehearsalState, rehearsalTone } from './rehearsal';

/** Plays a day of this campaign before anybody is called. */
export function Rehearse({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const earlier = useQuery(rehearsalsQuery(campaign.id));
  const [fault, setFault] = useState('');
  const form = useForm({ initialValues: { agents: Math.max(1, campaign.stats.agents || 10), hours: 8, answerPercent: 30, mode: campaign.mode, seed: 1 } });
  const run = useAct((input: RehearsalInput) => post<Rehearsal>(`/v1/campaigns/${campaign.id}/rehearsals`, input), {
    quiet: true, renew: [['rehearsals']], after: (r) => void navigate({ to: '/rehearsals/$rehearsalId', params: { rehearsalId: String(r.id) } }),
  });
  const submit = form.onSubmit(({ answerPercent, mode, ...rest }) => {
    setFault('');
    run.mutate({ ...rest, answerRate: answerPercent / 100, mode }, { onError: (error) => setFault(showFaults(form, error)) });
  });
  const columns: Column<Rehearsal>[] = [
    { id: 'id', header: t('campaigns.tab.rehearse'), cell: (r) => t('campaigns.rehearse.result', { id: r.id }) },
    { id: 'when', header: t('campaigns.rehearse.when'), cell: (r) => dateTime(r.createdAt) },
    { id: 'state', header: t('campaigns.rehearse.state'), cell: (r) => <Badge tone={rehearsalTone(r.state)}>{rehearsalState(t, r.state)}</Badge> },
    { id: 'calls', header: t('campaigns.rehearse.calls'), cell: (r) => (r.result ? number(r.result.calls) : '–'), right: true },
    { id: 'abandon', header: t('campaigns.rehearse.abandonRate'), cell: (r) => (r.result ? percent(r.result.abandon_rate) : '–'), right: true },
  ];
  return (
    <Stack>
      <Panel title={t('campaigns.rehearse.title')}>
        <Text size="sm" c="dimmed" mb="md">{t('campaigns.rehearse.hint')}</Text>
        <form onSubmit={submit}>
          <Stack>
            <FormAlert message={fault} />
            <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }}>
              <NumberInput label={t('campaigns.rehearse.agents')} min={1} max={500} allowDecimal={false} {...form.getInputProps('agents')} />
              <NumberInput label={t('campaigns.rehearse.hours')} min={1} max={24} allowDecimal={false} {...form.getInputProps('hours')} />
              <NumberInput label={t('campaigns.rehearse.answerRate')} min={1} max={100} {...form.getInputProps('answerPercent')} />
              <Select label={t('campaigns.rehearse.mode')} allowDeselect={false} data={modes.map((m) => ({ value: m, label: t(`campaigns.mode.${m}`) }))} {...form.getInputProps('mode')} />
              <NumberInput label={t('campaigns.rehearse.seed')} description={t('campaigns.rehearse.seedHint')} min={0} allowDecimal={false} {...form.getInputProps('seed')} />
            </SimpleGrid>
            <Button type="submit" w="fit-content" leftSection={<IconMask size={16} />} loading={run.isPending}>{t('campaigns.rehearse.run')}</Button>
          </Stack>
        </form>
      </Panel>
      <Answer query={earlier} rows={3}>
        {(data) => data.items.length === 0 ? (
          <Empty title={t('campaigns.rehearse.emptyTitle')}>{t('campaigns.rehearse.empty')}</Empty>
        ) : (
          <Panel title={t('campaigns.rehearse.earlier')}>
            <DataTable
              label={t('campaigns.rehearse.earlier')} columns={columns} rows={data.items} rowKey={(r) => r.id}
              onOpen={(r) => navigate({ to: '/rehearsals/$rehearsalId', params: { rehearsalId: String(r.id) } })}
            />
          </Panel>
        )}
      </Answer>
    </Stack>
  );
}
