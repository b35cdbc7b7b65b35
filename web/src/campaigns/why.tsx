import { Group, List, Modal, Stack, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Lead, Why } from '../api/campaigns';
import { get } from '../api/http';
import { Answer } from '../ui/answer';
import { Badge } from '../ui/badge';
import { dateTime, phone } from '../ui/format';
import { firstZone } from '../ui/zone';

/** The gate's answer for one person: every check, what holds, and the next legal instant. */
export function WhyNot({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['why', lead.id], queryFn: () => get<Why>(`/v1/leads/${lead.id}/why`) });
  return (
    <Modal opened onClose={onClose} title={`${t('leads.why')} · ${lead.name || phone(lead.number)}`} closeButtonProps={{ 'aria-label': t('close') }}>
      <Answer query={query} rows={4}>
        {(why) => (
          <Stack>
            <Group gap="xs">
              <Badge tone={why.allowed ? 'green' : 'amber'}>{why.allowed ? t('leads.whyAllowed') : t('leads.whyDenied')}</Badge>
              {why.rule && <Text size="xs" c="dimmed">{t('leads.rule', { rule: why.rule })}</Text>}
            </Group>
            <Text size="sm">{why.sentence}</Text>
            {why.nextAt && <Text size="sm">{t('leads.nextAt', { when: dateTime(why.nextAt, firstZone(lead.zone)) })}</Text>}
            <Text size="sm" fw={600}>{t('leads.checks')}</Text>
            <List size="sm" spacing={6} listStyleType="none">
              {why.checks.map((check) => (
                <List.Item key={check.rule} icon={check.ok ? <IconCheck size={16} color="var(--sl-green)" aria-label={t('leads.passed')} /> : <IconX size={16} color="var(--sl-red)" aria-label={t('leads.stopped')} />}>
                  {check.detail || check.rule}
                </List.Item>
              ))}
            </List>
          </Stack>
        )}
      </Answer>
    </Modal>
  );
}
