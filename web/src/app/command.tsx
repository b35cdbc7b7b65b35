import { Modal, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '../api/campaigns';
import { get } from '../api/http';
import type { List } from '../api/types';
import { groupsFor } from './pages';
import { useSession } from './session';

interface Target {
  to: string;
  label: string;
  kind: string;
}

const shownMax = 12;

/** Search over pages and campaigns: type, arrow down, Enter. */
export default function Command({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { me, can } = useSession();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const campaigns = useQuery({
    queryKey: ['campaigns', 'command'], enabled: can('campaigns.read'), staleTime: 30_000,
    queryFn: () => get<List<Campaign>>('/v1/campaigns', { size: 200 }),
  });
  const pages: Target[] = groupsFor(me).flatMap((group) =>
    group.pages.map((page) => ({ to: page.to, label: t(`nav.${page.label}`), kind: t('command.pages') })));
  const named: Target[] = (campaigns.data?.items ?? []).map((c) => (
    { to: `/campaigns/${c.id}`, label: c.name, kind: t('command.campaigns') }));
  const wanted = text.trim().toLowerCase();
  const found = [...pages, ...(can('leads.read') ? named : [])]
    .filter((target) => target.label.toLowerCase().includes(wanted)).slice(0, shownMax);
  const go = (target: Target | undefined) => {
    if (!target) return;
    onClose();
    void navigate({ to: target.to });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt((i) => Math.min(i + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setAt((i) => Math.max(i - 1, 0));
    else if (event.key === 'Enter') go(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} padding="xs" yOffset="12vh" aria-label={t('command.open')}>
      <TextInput
        data-autofocus leftSection={<IconSearch size={16} />} placeholder={t('command.placeholder')} value={text}
        aria-label={t('command.placeholder')} role="combobox" aria-expanded="true" aria-controls="command-found"
        aria-activedescendant={found[at] ? `command-${at}` : undefined} onKeyDown={press}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
      />
      <Stack gap={2} mt="xs" id="command-found" role="listbox" aria-label={t('command.open')}>
        {found.map((target, i) => (
          <UnstyledButton
            key={target.to} id={`command-${i}`} role="option" aria-selected={i === at} tabIndex={-1}
            className="command-item" data-active={i === at || undefined} onClick={() => go(target)}
          >
            <span>{target.label}</span>
            <Text span size="xs" c="dimmed">{target.kind}</Text>
          </UnstyledButton>
        ))}
      </Stack>
      {found.length === 0 && <Text size="sm" c="dimmed" p="xs">{t('command.nothing')}</Text>}
    </Modal>
  );
}
