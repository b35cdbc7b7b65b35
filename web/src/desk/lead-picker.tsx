import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPhoneCall, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Answer } from '../ui/answer';
import { useNow } from '../ui/clock';
import { phone, timeOfDay } from '../ui/format';
import { Panel } from '../ui/page';
import { firstZone } from '../ui/zone';
import { Key } from './key';
import { deskLeadsQuery } from './queries';

interface LeadPickerProps {
  campaignId: number;
  searchRef: RefObject<HTMLInputElement | null>;
  onDial: (leadId: number) => void;
}

/** Manual dialing: the people who may be called now; the agent chooses. */
export function LeadPicker({ campaignId, searchRef, onDial }: LeadPickerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text, 250);
  const query = useQuery({ ...deskLeadsQuery(campaignId, q), placeholderData: keepPreviousData });
  const now = new Date(useNow()).toISOString();
  return (
    <Panel title={t('desk.leads')}>
      <TextInput
        ref={searchRef} mb="sm" leftSection={<IconSearch size={15} />} rightSection={<Key name="/" />} value={text}
        aria-label={t('desk.findLead')} placeholder={t('desk.findLead')} onChange={(event) => setText(event.currentTarget.value)}
      />
      <Answer query={query}>
        {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">{t('desk.noLeads')}</Text> : (
          <Stack gap={8} component="ul" className="plain-list">
            {data.items.map((lead) => {
              const id = lead.leadId ?? lead.id ?? 0;
              const name = lead.name || phone(lead.number);
              return (
                <li key={id}>
                  <Group justify="space-between" wrap="nowrap" gap="xs">
                    <div>
                      <Text size="sm" fw={550}>{name}</Text>
                      <Text size="xs" c="dimmed">{phone(lead.number)} · {timeOfDay(now, firstZone(lead.zone))}</Text>
                    </div>
                    <Button size="compact-sm" variant="default" leftSection={<IconPhoneCall size={14} />} aria-label={t('desk.dialPerson', { name })} onClick={() => onDial(id)}>{t('desk.dial')}</Button>
                  </Group>
                </li>
              );
            })}
          </Stack>
        )}
      </Answer>
    </Panel>
  );
}
