import { Group, Stack, Text, Title } from '@mantine/core';
import { IconUserSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AgentState, Card } from '../api/desk';
import { Empty } from '../ui/answer';
import { useNow } from '../ui/clock';
import { type FactItem, Facts } from '../ui/facts';
import { dateTime, number, phone, timeOfDay } from '../ui/format';
import { Panel } from '../ui/page';
import { disposition, outcome } from '../ui/words';
import { firstZone } from '../ui/zone';

/** The zone that a card's clock shows. */
export function zoneOf(card: Card | null | undefined): string {
  return card?.zones?.[0] ?? firstZone(card?.zone) ?? 'UTC';
}

interface PersonProps {
  card: Card | null | undefined;
  state: AgentState;
  /** Facts of their account, on a call about it. */
  account?: FactItem[];
}

/** Who is this: name, the time there, number, why we call, what was before. */
export function Person({ card, state, account = [] }: PersonProps) {
  const { t } = useTranslation();
  if (!card) {
    return (
      <Empty icon={<IconUserSearch size={34} stroke={1.4} />} title={t('desk.nobody')}>
        {state === 'away' ? t('desk.nobodyAway') : t('desk.nobodyReady')}
      </Empty>
    );
  }
  return (
    <Panel label={t('desk.facts')}>
        <Group justify="space-between" align="flex-start" mb="md">
          <div>
            <Title order={2} size="h3" data-testid="person-name">{card.person.name || phone(card.number)}</Title>
            <Text size="sm" c="dimmed">{phone(card.number)}{card.caseId ? ` · ${t('desk.case', { id: card.caseId })}` : ''}</Text>
          </div>
          <TimeThere zone={zoneOf(card)} />
        </Group>
        <Facts items={[...account, ...factsOf(card, {
          region: t('desk.region'), language: t('desk.language'), email: t('desk.email'), attempts: t('desk.attempts'),
        })]}
        />
        {card.masked && <Text size="sm" mt="md">{t('verify.masked')}</Text>}
        {card.note !== '' && <Text size="sm" mt="md"><strong>{t('desk.note')}:</strong> {card.note}</Text>}
    </Panel>
  );
}

/** What was agreed to say, and what was before. */
export function Background({ card }: { card: Card }) {
  const { t } = useTranslation();
  return (
    <Stack className="desk-background">
      <Panel title={t('desk.script')}>
        {card.script ? <Text size="md" className="script">{card.script.body}</Text> : <Text size="sm" c="dimmed">{t('desk.noScript')}</Text>}
      </Panel>
      <History card={card} />
    </Stack>
  );
}

/** The clock on the wall there, large: the first thing to know before saying good morning. */
function TimeThere({ zone }: { zone: string }) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <div className="time-there">
      <Text size="xs" c="dimmed">{t('desk.there')}</Text>
      <Text className="figure">{timeOfDay(new Date(now).toISOString(), zone)}</Text>
    </div>
  );
}

type FactLabels = Record<'region' | 'language' | 'email' | 'attempts', string>;

/** The person's facts that are known, then the client's own columns under their own names. */
export function factsOf(card: Card, labels: FactLabels): { label: string; value: string }[] {
  const { person } = card;
  const known = [
    { label: labels.attempts, value: number(card.attempts) },
    { label: labels.region, value: person.region },
    { label: labels.language, value: person.language },
    { label: labels.email, value: person.email },
    ...Object.entries(person.data).map(([label, value]) => ({ label: label.replaceAll('_', ' '), value: String(value) })),
  ];
  return known.filter((fact) => fact.value !== '');
}

function History({ card }: { card: Card }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('desk.history')}>
      {card.history.length === 0 ? <Text size="sm" c="dimmed">{t('desk.noHistory')}</Text> : (
        <Stack gap={6} component="ul" className="plain-list">
          {card.history.map((past) => (
            <li key={past.at}>
              <Group gap="xs" justify="space-between">
                <Text size="sm">{past.disposition === '' ? t('desk.thisCall') : past.outcome ? outcome(t, past.outcome) : disposition(t, past.disposition)}</Text>
                <Text size="xs" c="dimmed" className="tabular">{dateTime(past.at)}</Text>
              </Group>
            </li>
          ))}
        </Stack>
      )}
    </Panel>
  );
}
