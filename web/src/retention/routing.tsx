import { Button, Group, MultiSelect, NativeSelect, NumberInput, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post, put } from '../api/http';
import type { Reason } from '../api/save';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { Page, Panel } from '../ui/page';

interface Rule { condition?: string; reasons: string[]; offers: { code: string; weight: number }[] }
interface Routing {
  clientId: number; version: number; mode: string; rules: Rule[]; explorePercent: number; marginPercent: number; contactMinor: number; stopped: string[];
}
interface Preview { cases: number; rules: { rule: number; cases: number; none: boolean }[]; unbound: number }
interface Estimate { value: number; low: number; high: number }
interface Estimates { decided: number; needed: number; currency: string; policies: { policy: string; snips?: Estimate; doublyRobust?: Estimate; why?: string }[] }
interface SaveOffer { code: string; name: string; result: string; retiredAt?: string }

const modes = ['script', 'table', 'champion_challenger', 'thompson'] as const;

/** Which offer comes next: the routing table, and how much its challenger may choose. */
export function RoutingPage() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { clientId } = useClientChoice();
  const client = clientId ?? me.clients[0]?.id;
  const query = useQuery({
    queryKey: ['offer-routing', client],
    queryFn: async () => {
      const [routing, reasons, offers] = await Promise.all([
        get<Routing>('/v1/offer-routing', { clientId: client }), get<List<Reason>>('/v1/reasons', { clientId: client }),
        get<List<SaveOffer>>('/v1/offers', { clientId: client, pageSize: 200 }),
      ]);
      return { routing, reasons: reasons.items, offers: offers.items.filter((offer) => offer.result === 'save' && !offer.retiredAt) };
    },
  });
  return (
    <Page title={t('routing.title')} lead={t('routing.lead')}>
      <Answer query={query}>
        {(data) => <Editor key={`${client}-${data.routing.version}`} read={data.routing} reasons={data.reasons} offers={data.offers} />}
      </Answer>
      <EstimatesPanel client={client} />
    </Page>
  );
}

function Editor({ read, reasons, offers }: { read: Routing; reasons: Reason[]; offers: SaveOffer[] }) {
  const { t } = useTranslation();
  const [value, setValue] = useState(read);
  const [preview, setPreview] = useState<Preview | null>(null);
  const save = useAct(() => put('/v1/offer-routing', value), { renew: [['offer-routing']], done: t('routing.saved') });
  const look = useAct(() => post<Preview>('/v1/offer-routing/preview', value), { after: setPreview });
  const change = (part: Partial<Routing>) => { setPreview(null); setValue({ ...value, ...part }); };
  const changeRule = (i: number, part: Partial<Rule>) => change({ rules: value.rules.map((rule, at) => (at === i ? { ...rule, ...part } : rule)) });
  return (
    <Panel>
      <Stack>
        <NativeSelect
          label={t('routing.mode')} value={value.mode} onChange={(event) => change({ mode: event.currentTarget.value })}
          data={modes.map((mode) => ({ value: mode, label: t(`routing.modes.${mode}`) }))}
        />
        <Group align="flex-end">
          <NumberInput label={t('routing.explore')} min={0} max={100} value={value.explorePercent} onChange={(n) => change({ explorePercent: Number(n) || 0 })} />
          <NumberInput label={t('routing.margin')} min={1} max={100} value={value.marginPercent} onChange={(n) => change({ marginPercent: Number(n) || 1 })} />
        </Group>
        {value.stopped.length > 0 && <Text size="sm">{t('routing.stopped', { reasons: value.stopped.join(', ') })}</Text>}
        <Table.ScrollContainer minWidth={760}>
          <Table aria-label={t('routing.title')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('routing.rule')}</Table.Th><Table.Th>{t('routing.reasons')}</Table.Th><Table.Th>{t('routing.condition')}</Table.Th>
                <Table.Th>{t('routing.offers')}</Table.Th><Table.Th>{t('routing.cases')}</Table.Th><Table.Th aria-label={t('routing.remove')} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {value.rules.map((rule, i) => (
                <Table.Tr key={i}>
                  <Table.Td>{i + 1}</Table.Td>
                  <Table.Td>
                    <MultiSelect
                      size="xs" aria-label={t('routing.reasons')} value={rule.reasons} onChange={(picked) => changeRule(i, { reasons: picked })}
                      placeholder={rule.reasons.length === 0 ? t('routing.anyReason') : undefined} data={reasons.map((reason) => ({ value: reason.code, label: reason.name }))}
                    />
                  </Table.Td>
                  <Table.Td><TextInput size="xs" aria-label={t('routing.condition')} value={rule.condition ?? ''} maxLength={4000} onChange={(event) => changeRule(i, { condition: event.currentTarget.value })} /></Table.Td>
                  <Table.Td>
                    <MultiSelect
                      size="xs" aria-label={t('routing.offers')} value={rule.offers.map((offer) => offer.code)} placeholder={rule.offers.length === 0 ? t('routing.none') : undefined}
                      onChange={(picked) => changeRule(i, { offers: picked.map((code) => rule.offers.find((offer) => offer.code === code) ?? { code, weight: 1 }) })}
                      data={offers.map((offer) => ({ value: offer.code, label: offer.name }))}
                    />
                  </Table.Td>
                  <Table.Td>{preview ? preview.rules[i]?.cases : '–'}</Table.Td>
                  <Table.Td><Button size="compact-xs" variant="default" onClick={() => change({ rules: value.rules.filter((_, at) => at !== i) })}>{t('routing.remove')}</Button></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        {preview && <Text size="sm" role="status">{t('routing.previewed', { cases: preview.cases, unbound: preview.unbound })}</Text>}
        <Group>
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => change({ rules: [...value.rules, { condition: '', reasons: [], offers: [] }] })}>{t('routing.add')}</Button>
          <Button variant="default" loading={look.isPending} onClick={() => look.mutate(undefined)}>{t('routing.preview')}</Button>
          <Button loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('routing.save')}</Button>
        </Group>
      </Stack>
    </Panel>
  );
}

/** What ways to choose would have left, once enough is known. */
function EstimatesPanel({ client }: { client: number | undefined }) {
  const { t, i18n } = useTranslation();
  const query = useQuery({ queryKey: ['offer-estimates', client], queryFn: () => get<Estimates>('/v1/offer-routing/estimates', { clientId: client }) });
  const amount = (minor: number, currency: string) => new Intl.NumberFormat(i18n.language, { style: 'currency', currency }).format(minor / 100);
  const range = (estimate: Estimate | undefined, currency: string) => estimate
    ? t('routing.interval', { value: amount(estimate.value, currency), low: amount(estimate.low, currency), high: amount(estimate.high, currency) }) : '–';
  return (
    <Panel title={t('routing.estimates')}>
      <Answer query={query} rows={2}>
        {(data) => data.policies.length === 0 ? <Text size="sm" c="dimmed">{t('routing.tooFew', { decided: data.decided, needed: data.needed })}</Text> : (
          <Table aria-label={t('routing.estimates')}>
            <Table.Thead><Table.Tr><Table.Th>{t('routing.mode')}</Table.Th><Table.Th>{t('routing.snips')}</Table.Th><Table.Th>{t('routing.robust')}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {data.policies.map((row) => (
                <Table.Tr key={row.policy}>
                  <Table.Td>{t(`routing.modes.${row.policy as (typeof modes)[number]}`)}</Table.Td>
                  <Table.Td>{row.why ?? range(row.snips, data.currency)}</Table.Td><Table.Td>{range(row.doublyRobust, data.currency)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Answer>
    </Panel>
  );
}
