import { Code, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { RehearsalResult } from '../api/campaigns';
import { abandonLimit } from '../app/pulse';
import { Answer } from '../ui/answer';
import { Badge, type Tone } from '../ui/badge';
import { Facts, Figures } from '../ui/facts';
import { money, number, percent } from '../ui/format';
import { Page, Panel } from '../ui/page';
import { outcome } from '../ui/words';
import { rehearsalQuery, rehearsalRunning } from './queries';
import { Notice } from '../ui/notice';

export function rehearsalTone(state: string): Tone {
  if (state === 'done') return 'green';
  return state === 'failed' ? 'red' : 'blue';
}

export function rehearsalState(t: TFunction, state: string): string {
  if (state === 'done' || state === 'failed' || state === 'running') return t(`campaigns.rehearse.stateName.${state}`);
  return t('campaigns.rehearse.stateName.queued');
}

/** A rehearsal's plan pays in dollars. */
const pay = (amount: string) => money({ amount, currency: 'USD' });

/** The result of one rehearsal, as a page that can be shared. */
export function RehearsalPage() {
  const { t } = useTranslation();
  const { rehearsalId } = useParams({ from: '/house/rehearsals/$rehearsalId' });
  const query = useQuery(rehearsalQuery(Number(rehearsalId)));
  return (
    <Page title={t('campaigns.rehearse.result', { id: rehearsalId })} lead={t('campaigns.rehearse.hint')}>
      <Answer query={query}>
        {(rehearsal) => (
          <Stack>
            {rehearsalRunning(rehearsal) && (
              <Panel title={t('campaigns.rehearse.running')}>
                <Progress value={rehearsal.progress * 100} animated aria-label={t('campaigns.rehearse.running')} />
                <Text size="sm" c="dimmed" mt="xs" role="status">{t('campaigns.rehearse.progress', { percent: percent(rehearsal.progress, 0) })}</Text>
              </Panel>
            )}
            {rehearsal.state === 'failed' && <Notice tone="red" urgent>{t('campaigns.rehearse.failed', { error: rehearsal.error ?? '' })}</Notice>}
            {rehearsal.result && <Result result={rehearsal.result} />}
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

function Result({ result }: { result: RehearsalResult }) {
  const { t } = useTranslation();
  const over = result.abandon_rate > abandonLimit;
  return (
    <>
      <Panel
        title={t('campaigns.rehearse.day')}
        actions={<Badge tone={over ? 'red' : 'green'}>{over ? t('campaigns.rehearse.overLimit') : t('campaigns.rehearse.underLimit')}</Badge>}
      >
        <Figures items={[
          { label: t('campaigns.rehearse.calls'), value: number(result.calls) },
          { label: t('campaigns.rehearse.answered'), value: number(result.answered) },
          { label: t('campaigns.rehearse.abandoned'), value: number(result.abandoned) },
          { label: t('campaigns.rehearse.abandonRate'), value: percent(result.abandon_rate) },
          { label: t('campaigns.rehearse.utilisation'), value: percent(result.utilisation) },
          { label: t('campaigns.rehearse.saves'), value: number(result.saves) },
          { label: t('campaigns.rehearse.sales'), value: number(result.sales) },
          { label: t('campaigns.rehearse.leadsLeft'), value: number(result.leads_left) },
        ]}
        />
      </Panel>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Panel title={t('campaigns.rehearse.outcomes')}>
          <Facts items={Object.entries(result.outcomes).map(([code, count]) => ({ label: outcome(t, code), value: number(count) }))} />
        </Panel>
        <Panel title={t('campaigns.rehearse.pay')}>
          <Facts items={[
            { label: t('campaigns.rehearse.credits'), value: number(result.credits) },
            { label: t('campaigns.rehearse.earnings'), value: pay(result.earnings) },
            { label: t('campaigns.rehearse.payout'), value: pay(result.payout) },
            { label: t('campaigns.rehearse.exported'), value: pay(result.exported) },
            { label: t('campaigns.rehearse.ledgerSum'), value: pay(result.ledger_sum) },
          ]}
          />
        </Panel>
      </SimpleGrid>
      <Group gap="xs"><Text size="xs" c="dimmed">{t('campaigns.rehearse.digest')}</Text><Code>{result.digest}</Code></Group>
    </>
  );
}
