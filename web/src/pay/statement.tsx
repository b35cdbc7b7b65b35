import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { get } from '../api/http';
import type { Statement } from '../api/pay';
import { Answer, Empty } from '../ui/answer';
import { Figures } from '../ui/facts';
import { day, lastDay, money } from '../ui/format';
import { Page, Panel } from '../ui/page';
import { Held } from './held';
import { Lines } from './lines';
import { SlipLinks } from './mine';
import { Operations } from './operations';
import { RunBadge } from './run-state';
import { LinkButton } from '../ui/link';

/** What one person is paid by one run, and why, to the call. */
export function StatementPage() {
  const { t } = useTranslation();
  const { statementId } = useParams({ from: '/house/pay/statements/$statementId' });
  const query = useQuery({ queryKey: ['pay', 'statement', statementId], queryFn: () => get<Statement>(`/v1/pay/statements/${statementId}`) });
  return (
    <Answer query={query}>
      {(statement) => (
        <Page
          title={t('statement.title', { name: statement.name })}
          lead={t('statement.lead', { from: day(statement.period.startsOn), to: lastDay(statement.period.endsOn), run: statement.runId })}
          actions={<><SlipLinks path={`/v1/pay/statements/${statement.id}`} /><LinkButton to="/pay/runs/$runId" params={{ runId: String(statement.runId) }} variant="default">{t('statement.back')}</LinkButton></>}
        >
          <Stack>
            <Panel>
              <Figures items={[
                { label: t('statement.amount'), value: money(statement.amount) },
                ...(statement.carried ? [{ label: t('statement.left'), value: money(statement.carriedAmount) }] : []),
                ...(Number(statement.writtenOff.amount) === 0 ? [] : [{ label: t('statement.writtenOff'), value: money(statement.writtenOff) }]),
                { label: t('statement.employeeNo'), value: statement.employeeNo || '–' },
                { label: t('statement.state'), value: <RunBadge state={statement.state} /> },
              ]}
              />
            </Panel>
            <Panel title={t('statement.lines')}>
              {statement.lines.length === 0 ? <Empty title={t('statement.empty')} /> : <Lines lines={statement.lines} operations />}
              <Operations statement={statement} />
            </Panel>
            <Held path={`/v1/pay/statements/${statement.id}/held`} lead={t('gaming.heldRun')} />
          </Stack>
        </Page>
      )}
    </Answer>
  );
}
