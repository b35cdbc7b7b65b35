import { Stack, Text } from '@mantine/core';
import { IconHeartbeat } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../api/http';
import type { Finding, List } from '../api/types';
import { Answer, Empty } from '../ui/answer';
import { Badge, type Tone } from '../ui/badge';
import { Page, Panel } from '../ui/page';

/** The findings of the house about itself. */
export function System() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['system'], queryFn: () => get<List<Finding>>('/v1/system/health'), refetchInterval: 30_000 });
  return (
    <Page title={t('system.title')} lead={t('system.lead')}>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconHeartbeat size={32} />} title={t('system.emptyTitle')}>{t('system.empty')}</Empty>
          : <Stack>{data.items.map((finding) => <One key={finding.check} finding={finding} />)}</Stack>}
      </Answer>
    </Page>
  );
}

const tones: Record<Finding['grade'], Tone> = { ok: 'green', warn: 'amber', fail: 'red' };

function One({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  return (
    <Panel title={finding.check} actions={<Badge tone={tones[finding.grade]}>{t(`system.${finding.grade}`)}</Badge>}>
      <Text size="sm">{finding.sentence}</Text>
      {finding.whatToDo && <Text size="sm" mt={4}><strong>{t('system.advice')}:</strong> {finding.whatToDo}</Text>}
    </Panel>
  );
}
