import { Button, FileButton, List, NativeSelect, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaseImport } from '../api/desk';
import { upload } from '../api/upload';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { campaignsQuery } from '../campaigns/queries';
import { useAct } from '../ui/act';
import { Failed } from '../ui/answer';
import { Figures } from '../ui/facts';
import { number, percent } from '../ui/format';
import { Notice } from '../ui/notice';

/** Opens a case for every row of a file, and says what became of each. */
export function CaseImportForm() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { clientId } = useClientChoice();
  const [campaignId, setCampaign] = useState('');
  const [sent, setSent] = useState(0);
  const campaigns = useQuery(campaignsQuery({}));
  const saving = (campaigns.data?.items ?? []).filter((c) => c.purpose === 'retention_save');
  const run = useAct(
    (file: File) => upload<CaseImport>('/v1/cases/import', { clientId: clientId ?? me.clients[0]?.id, campaignId: campaignId || undefined }, file, setSent, 'text/csv'),
    { quiet: true, renew: [['cases']] },
  );
  return (
    <Stack>
      <Text size="sm" c="dimmed">{t('cases.importHint')}</Text>
      {saving.length > 0 && (
        <NativeSelect label={t('nav.campaigns')} value={campaignId} onChange={(event) => setCampaign(event.currentTarget.value)}
          data={[{ value: '', label: '–' }, ...saving.map((c) => ({ value: String(c.id), label: c.name }))]}
        />
      )}
      <FileButton accept=".csv,text/csv" onChange={(file) => file && run.mutate(file)} inputProps={{ 'aria-label': t('cases.choose') }}>
        {(props) => <Button {...props} w="fit-content" loading={run.isPending}>{t('cases.choose')}</Button>}
      </FileButton>
      {run.isPending && <div role="status"><Text size="sm">{t('cases.importing', { percent: percent(sent, 0) })}</Text><Progress value={sent * 100} animated aria-label={t('cases.importTitle')} /></div>}
      {run.isError && <Failed error={run.error} />}
      {run.data && (
        <>
          <Figures items={[
            { label: t('cases.rows'), value: number(run.data.rows) }, { label: t('cases.opened'), value: number(run.data.opened) },
            { label: t('cases.duplicates'), value: number(run.data.duplicates) }, { label: t('cases.refused'), value: number(run.data.refused) },
          ]}
          />
          {run.data.rejected.length > 0 && (
            <Notice tone="amber">
              <List size="xs" mah={220} className="scrolls">{run.data.rejected.map((r) => <List.Item key={r.row}>{t('cases.rowReason', r)}</List.Item>)}</List>
            </Notice>
          )}
        </>
      )}
    </Stack>
  );
}
