import { Stack, Text } from '@mantine/core';
import { IconHeartbeat } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../api/http';
import type { Finding, List } from '../api/types';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Page, Panel } from '../ui/page';

/** The findings of the house about itself. */
export function System() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['system'], queryFn: () => get<List<Finding> | Finding[] | { findings: Finding[] }>('/v1/system/health'), refetchInterval: 30_000 });
  return (
    <Page title={t('system.title')} lead={t('system.lead')}>
      <Answer query={query}>
        {(data) => {
          const findings = findingsOf(data);
          if (findings.length === 0) return <Empty icon={<IconHeartbeat size={32} />} title={t('system.emptyTitle')}>{t('system.empty')}</Empty>;
          return <Stack>{findings.map((finding) => <One key={finding.name} finding={finding} />)}</Stack>;
        }}
      </Answer>
    </Page>
  );
}

function findingsOf(data: List<Finding> | Finding[] | { findings: Finding[] }): Finding[] {
  if (Array.isArray(data)) return data;
  return 'findings' in data ? data.findings : data.items;
}

function One({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const badge = finding.ok ? <Badge tone="green">{t('system.ok')}</Badge> : <Badge tone={finding.level === 'warn' ? 'amber' : 'red'}>{finding.level === 'warn' ? t('system.warn') : t('system.bad')}</Badge>;
  return (
    <Panel title={finding.name} actions={badge}>
      <Text size="sm">{finding.detail}</Text>
      {finding.advice && <Text size="sm" mt={4}><strong>{t('system.advice')}:</strong> {finding.advice}</Text>}
    </Panel>
  );
}
