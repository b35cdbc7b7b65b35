import { Button, Checkbox, Group, NumberInput, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rule, Rules } from '../api/gaming';
import { get, put } from '../api/http';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { LinkButton } from '../ui/link';
import { Page, Panel } from '../ui/page';
import { patternWords } from './patterns';

const centi = 100;

/** From when on conduct stands out. */
export function ThresholdsPage() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { clientId } = useClientChoice();
  const client = clientId ?? me.clients[0]?.id;
  const query = useQuery({ queryKey: ['gaming', 'rules', client], queryFn: () => get<Rules>('/v1/gaming/rules', { clientId: client }) });
  return (
    <Page title={t('gaming.rules')} lead={t('gaming.rulesLead')} actions={<LinkButton to="/conduct" variant="default">{t('gaming.back')}</LinkButton>}>
      <Answer query={query}>{(rules) => <Editor key={`${rules.clientId}:${rules.version}`} read={rules} />}</Answer>
    </Page>
  );
}

function Editor({ read }: { read: Rules }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [rules, setRules] = useState(read);
  const save = useAct(() => put('/v1/gaming/rules', {
    clientId: read.clientId, windowDays: rules.windowDays, falseBp: rules.falseBp, patterns: rules.patterns, version: read.version,
  }), { renew: [['gaming', 'rules']], done: t('gaming.saved') });
  const may = can('offers.write');
  const change = (pattern: string, part: Partial<Rule>) => {
    const rule = rules.patterns[pattern];
    if (rule) setRules({ ...rules, patterns: { ...rules.patterns, [pattern]: { ...rule, ...part } } });
  };
  return (
    <Panel>
      <Stack>
        <Group>
          <NumberInput w={220} label={t('gaming.window')} min={14} max={400} value={rules.windowDays} disabled={!may} onChange={(v) => setRules({ ...rules, windowDays: Number(v) })} />
          <NumberInput
            w={280} label={t('gaming.falseShare')} min={0.01} max={20} decimalScale={2} value={rules.falseBp / centi} disabled={!may}
            onChange={(v) => setRules({ ...rules, falseBp: Math.round(Number(v) * centi) })}
          />
        </Group>
        <Table.ScrollContainer minWidth={760}>
          <Table aria-label={t('gaming.rules')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('gaming.rule.pattern')}</Table.Th><Table.Th>{t('gaming.rule.on')}</Table.Th><Table.Th>{t('gaming.rule.trials')}</Table.Th>
                <Table.Th>{t('gaming.rule.hits')}</Table.Th><Table.Th>{t('gaming.rule.basis')}</Table.Th><Table.Th>{t('gaming.rule.limit')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rules.order.map((p) => <Row key={p} pattern={p} rules={rules} may={may} onChange={(part) => change(p, part)} />)}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        {may && <Group><Button loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('gaming.save')}</Button></Group>}
      </Stack>
    </Panel>
  );
}

interface RowProps {
  pattern: string;
  rules: Rules;
  may: boolean;
  onChange: (part: Partial<Rule>) => void;
}

function Row({ pattern, rules, may, onChange }: RowProps) {
  const { t } = useTranslation();
  const rule = rules.patterns[pattern];
  const limit = rules.limits[pattern];
  if (!rule || !limit) return null;
  const words = patternWords(t, pattern);
  const per = limit.unit === 'basis_points' ? centi : 1;
  return (
    <Table.Tr>
      <Table.Td>{words}</Table.Td>
      <Table.Td><Checkbox aria-label={`${t('gaming.rule.on')}: ${words}`} checked={rule.on} disabled={!may} onChange={(event) => onChange({ on: event.currentTarget.checked })} /></Table.Td>
      <Table.Td><NumberInput size="xs" w={90} aria-label={`${t('gaming.rule.trials')}: ${words}`} min={1} max={10_000} value={rule.trialsMin} disabled={!may} onChange={(v) => onChange({ trialsMin: Number(v) })} /></Table.Td>
      <Table.Td><NumberInput size="xs" w={90} aria-label={`${t('gaming.rule.hits')}: ${words}`} min={1} max={10_000} value={rule.hitsMin} disabled={!may} onChange={(v) => onChange({ hitsMin: Number(v) })} /></Table.Td>
      <Table.Td><NumberInput size="xs" w={90} aria-label={`${t('gaming.rule.basis')}: ${words}`} min={0.01} max={99.99} decimalScale={2} value={rule.basisBp / centi} disabled={!may} onChange={(v) => onChange({ basisBp: Math.round(Number(v) * centi) })} /></Table.Td>
      <Table.Td>
        {limit.unit === 'none' ? '–' : (
          <Group gap={6} wrap="nowrap">
            <NumberInput
              size="xs" w={90} aria-label={`${t('gaming.rule.limit')}: ${words}`} min={limit.Min / per} max={limit.Max / per} value={rule.limit / per} disabled={!may}
              onChange={(v) => onChange({ limit: Math.round(Number(v) * per) })}
            />
            <Text size="xs" c="dimmed">{t(`gaming.unit.${limit.unit}`)}</Text>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
