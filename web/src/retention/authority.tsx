import { ActionIcon, Button, Group, NativeSelect, NumberInput, SimpleGrid, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, put } from '../api/http';
import type { Authority, RequestLimit, SaveSettings } from '../api/manage';
import type { List } from '../api/types';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer, Failed } from '../ui/answer';
import { Notice } from '../ui/notice';
import { Page, Panel } from '../ui/page';
import { fromMinor, toMinor, useOneClient } from './client-of';

const roles: Authority['role'][] = ['agent', 'supervisor', 'manager'];

/** Who may give what without asking, and what one customer may be given at all. */
export function AuthorityPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const client = useOneClient();
  const limits = useQuery({ queryKey: ['authority', client], queryFn: () => get<List<Authority>>('/v1/authority', { clientId: client }) });
  const settings = useQuery({ queryKey: ['save-settings', client], queryFn: () => get<SaveSettings>('/v1/save-settings', { clientId: client }) });
  return (
    <Page title={t('authority.title')} lead={t('authority.lead')}>
      <Stack>
        <Answer query={limits}>{(data) => <Tiers key={client} client={client} read={data.items} />}</Answer>
        <Answer query={settings}>{(data) => <Settings key={`${client ?? 0}/${data.version}`} read={data} />}</Answer>
        {can('billing.write') && <MoneyBack client={client} />}
      </Stack>
    </Page>
  );
}

interface Tier extends Authority {
  key: number;
  amount: string;
  budget: string;
}

function Tiers({ client, read }: { client: number | undefined; read: Authority[] }) {
  const { t } = useTranslation();
  const [rows, setRows] = useState<Tier[]>(() => read.map((row, key) => ({ ...row, key, amount: fromMinor(row.amountMaxMinor), budget: fromMinor(row.weekBudgetMinor) })));
  const isWhole = rows.every((row) => toMinor(row.amount) !== undefined && toMinor(row.budget) !== undefined);
  const save = useAct(() => put('/v1/authority', {
    clientId: client,
    limits: rows.map(({ role, valueTier, percentMax, cyclesMax, amount, budget }) => ({
      role, valueTier: valueTier.trim(), percentMax, cyclesMax, amountMaxMinor: toMinor(amount) ?? 0, weekBudgetMinor: toMinor(budget) ?? 0,
    })),
  }), { renew: [['authority']], done: t('authority.saved'), quiet: true });
  const change = (key: number, part: Partial<Tier>) => setRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const add = () => setRows([...rows, { key: Math.max(0, ...rows.map((row) => row.key)) + 1, role: 'agent', valueTier: '', percentMax: 10, cyclesMax: 3, amountMaxMinor: 0, weekBudgetMinor: 0, amount: '20.00', budget: '200.00' }]);
  const wrong = (text: string) => (toMinor(text) === undefined ? t('authority.amountHint') : undefined);
  return (
    <Panel title={t('authority.tiers')}>
      <Stack>
        <Text size="sm" c="dimmed">{t('authority.tiersHint')}</Text>
        {rows.length === 0 ? <Notice tone="amber">{t('authority.none')}</Notice> : (
          <Table.ScrollContainer minWidth={820}>
            <Table aria-label={t('authority.tiers')}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('authority.role')}</Table.Th><Table.Th>{t('authority.tier')}</Table.Th><Table.Th>{t('authority.percent')}</Table.Th>
                  <Table.Th>{t('authority.cycles')}</Table.Th><Table.Th>{t('authority.amount')}</Table.Th><Table.Th>{t('authority.budget')}</Table.Th><Table.Th><VisuallyHidden>{t('authority.remove')}</VisuallyHidden></Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.key}>
                    <Table.Td><NativeSelect size="xs" aria-label={t('authority.role')} value={row.role} data={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))} onChange={(event) => change(row.key, { role: event.currentTarget.value as Authority['role'] })} /></Table.Td>
                    <Table.Td><TextInput size="xs" aria-label={t('authority.tier')} placeholder={t('authority.everyTier')} value={row.valueTier} maxLength={60} onChange={(event) => change(row.key, { valueTier: event.currentTarget.value })} /></Table.Td>
                    <Table.Td><NumberInput size="xs" aria-label={t('authority.percent')} min={0} max={100} allowDecimal={false} value={row.percentMax} onChange={(value) => change(row.key, { percentMax: Number(value) })} /></Table.Td>
                    <Table.Td><NumberInput size="xs" aria-label={t('authority.cycles')} min={0} max={120} allowDecimal={false} value={row.cyclesMax} onChange={(value) => change(row.key, { cyclesMax: Number(value) })} /></Table.Td>
                    <Table.Td><TextInput size="xs" aria-label={t('authority.amount')} inputMode="decimal" value={row.amount} error={wrong(row.amount)} onChange={(event) => change(row.key, { amount: event.currentTarget.value })} /></Table.Td>
                    <Table.Td><TextInput size="xs" aria-label={t('authority.budget')} inputMode="decimal" value={row.budget} error={wrong(row.budget)} onChange={(event) => change(row.key, { budget: event.currentTarget.value })} /></Table.Td>
                    <Table.Td><ActionIcon variant="subtle" color="red" aria-label={`${t('authority.remove')}: ${t(`role.${row.role}`)} ${row.valueTier}`} onClick={() => setRows(rows.filter((one) => one.key !== row.key))}><IconTrash size={16} /></ActionIcon></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {save.isError && <Failed error={save.error} />}
        <Group>
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={add}>{t('authority.add')}</Button>
          <Button disabled={!isWhole} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('authority.save')}</Button>
        </Group>
      </Stack>
    </Panel>
  );
}

function Settings({ read }: { read: SaveSettings }) {
  const { t } = useTranslation();
  const [values, setValues] = useState({ ...read, cap: fromMinor(read.lifetimeCapMinor), holdout: read.holdoutBp / 100 });
  const cap = toMinor(values.cap);
  const save = useAct(() => put('/v1/save-settings', {
    clientId: read.clientId, version: read.version, holdoutBp: Math.round(values.holdout * 100), offerMinutes: values.offerMinutes,
    anyCooldownDays: values.anyCooldownDays, lifetimeCapMinor: cap ?? 0,
  }), { renew: [['save-settings']], done: t('authority.saved'), quiet: true });
  return (
    <Panel title={t('authority.customer')}>
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          <NumberInput label={t('authority.holdout')} description={t('authority.holdoutHint')} min={0} max={50} decimalScale={2} value={values.holdout} onChange={(value) => setValues({ ...values, holdout: Number(value) })} />
          <NumberInput label={t('authority.holds')} description={t('authority.holdsHint')} min={1} allowDecimal={false} value={values.offerMinutes} onChange={(value) => setValues({ ...values, offerMinutes: Number(value) })} />
          <NumberInput label={t('authority.cooldown')} description={t('authority.cooldownHint')} min={0} max={3650} allowDecimal={false} value={values.anyCooldownDays} onChange={(value) => setValues({ ...values, anyCooldownDays: Number(value) })} />
          <TextInput label={t('authority.cap')} description={t('authority.capHint')} inputMode="decimal" value={values.cap} error={cap === undefined ? t('authority.amountHint') : undefined} onChange={(event) => setValues({ ...values, cap: event.currentTarget.value })} />
        </SimpleGrid>
        {save.isError && <Failed error={save.error} />}
        <Button w="fit-content" disabled={cap === undefined} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('authority.save')}</Button>
      </Stack>
    </Panel>
  );
}

/** How much of the client's money each role gives back by itself on a customer's request. */
function MoneyBack({ client }: { client: number | undefined }) {
  const query = useQuery({ queryKey: ['request-limits', client], queryFn: () => get<{ limits: RequestLimit[] }>('/v1/request-limits', { clientId: client }) });
  return <Answer query={query}>{(data) => <MoneyBackForm key={client} client={client} read={data.limits} />}</Answer>;
}

function MoneyBackForm({ client, read }: { client: number | undefined; read: RequestLimit[] }) {
  const { t } = useTranslation();
  const [rows, setRows] = useState(() => roles.map((role) => ({ role, amount: read.find((limit) => limit.role === role)?.amount.amount ?? '' })));
  const [currency, setCurrency] = useState(read[0]?.amount.currency ?? 'USD');
  const save = useAct(() => put('/v1/request-limits', {
    clientId: client, limits: rows.filter((row) => row.amount.trim() !== '').map((row) => ({ role: row.role, amount: { amount: row.amount.trim(), currency } })),
  }), { renew: [['request-limits']], done: t('authority.saved'), quiet: true });
  return (
    <Panel title={t('authority.back')}>
      <Stack>
        <Text size="sm" c="dimmed">{t('authority.backHint')}</Text>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          {rows.map((row) => (
            <TextInput key={row.role} label={t(`role.${row.role}`)} inputMode="decimal" placeholder={t('authority.nothing')} value={row.amount} onChange={(event) => setRows(rows.map((one) => (one.role === row.role ? { ...one, amount: event.currentTarget.value } : one)))} />
          ))}
          <TextInput label={t('authority.currency')} maxLength={3} value={currency} onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())} />
        </SimpleGrid>
        {save.isError && <Failed error={save.error} />}
        <Button w="fit-content" loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('authority.save')}</Button>
      </Stack>
    </Panel>
  );
}
