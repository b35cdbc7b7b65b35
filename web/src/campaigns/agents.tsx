import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '../api/campaigns';
import { get, put } from '../api/http';
import type { List, User } from '../api/types';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Panel } from '../ui/page';

interface AgentName {
  id: number;
  name: string;
  email: string;
}

/** Which agents may go ready on the campaign. */
export function Agents({ campaign }: { campaign: Campaign }) {
  const chosen = useQuery({ queryKey: ['campaigns', campaign.id, 'agents'], queryFn: () => get<List<AgentName>>(`/v1/campaigns/${campaign.id}/agents`) });
  const users = useQuery({ queryKey: ['users', 'agents'], queryFn: () => get<List<User>>('/v1/users', { role: 'agent', size: 200 }) });
  return (
    <Answer query={users}>
      {(people) => (
        <Answer query={chosen}>
          {(on) => <Chooser campaign={campaign} people={people.items.filter((p) => p.roles.includes('agent') && !p.disabledAt)} on={on.items.map((a) => a.id)} />}
        </Answer>
      )}
    </Answer>
  );
}

function Chooser({ campaign, people, on }: { campaign: Campaign; people: User[]; on: number[] }) {
  const { t } = useTranslation();
  const [ids, setIds] = useState(on);
  const [text, setText] = useState('');
  const save = useAct((userIds: number[]) => put(`/v1/campaigns/${campaign.id}/agents`, { userIds }), {
    done: t('saved'), renew: [['campaigns', campaign.id]],
  });
  const allowed = people.filter((p) => p.allClients || p.clientIds.includes(campaign.clientId));
  if (allowed.length === 0) return <Empty icon={<IconUsers size={32} />} title={t('campaigns.agents.emptyTitle')}>{t('campaigns.agents.empty')}</Empty>;
  const shown = allowed.filter((p) => `${p.name} ${p.email}`.toLowerCase().includes(text.toLowerCase()));
  const toggle = (id: number) => setIds(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]);
  return (
    <Panel title={t('campaigns.agents.people')} actions={<Text size="sm" c="dimmed">{t('campaigns.agents.chosen', { count: ids.length })}</Text>}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t('campaigns.agents.hint')}</Text>
        <TextInput aria-label={t('campaigns.agents.search')} placeholder={t('campaigns.agents.search')} leftSection={<IconSearch size={15} />} maw={300} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Stack gap={6} mah={420} className="scrolls" tabIndex={0} role="group" aria-label={t('campaigns.agents.people')}>
          {shown.map((p) => <Checkbox key={p.id} label={p.name} description={p.email} checked={ids.includes(p.id)} onChange={() => toggle(p.id)} />)}
        </Stack>
        <Group><Button loading={save.isPending} onClick={() => save.mutate(ids)}>{t('campaigns.agents.save')}</Button></Group>
      </Stack>
    </Panel>
  );
}
