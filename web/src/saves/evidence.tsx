import { Button, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { Badge, type Tone } from '../ui/badge';
import { Facts } from '../ui/facts';
import { dateTime, money, number } from '../ui/format';
import { Panel } from '../ui/page';
import { invoiceState, subscriptionState } from '../ui/words';
import type { CaseVerifications, LineKind, SeenAccount, Verification } from './api';

export const lineTones: Record<LineKind, Tone> = { due: 'blue', waiting: 'amber', pass: 'green', fail: 'red', contradicted: 'violet' };

/** Minor units as an amount with the decimals of its currency. */
function amount(minor: number, currency: string): string {
  const places = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const digits = String(Math.abs(minor)).padStart(places + 1, '0');
  const whole = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return money({ amount: minor < 0 ? `-${whole}` : whole, currency });
}

/** A case's verifications, newest first, with what billing said, and the button to ask it again. */
export function CaseEvidence({ caseId }: { caseId: number | string }) {
  const query = useQuery({ queryKey: ['verifications', 'case', String(caseId)], queryFn: () => get<CaseVerifications>(`/v1/cases/${caseId}/verifications`) });
  return <Answer query={query} rows={3}>{(found) => <Found caseId={caseId} found={found} />}</Answer>;
}

function Found({ caseId, found }: { caseId: number | string; found: CaseVerifications }) {
  const { t } = useTranslation();
  const { can } = useCan();
  const ask = useAct(() => post<CaseVerifications>(`/v1/cases/${caseId}/verify`), { renew: [['verifications'], ['cases']], done: t('verification.rechecked') });
  const { next } = found;
  const [openedAt] = useState(() => Date.now());
  const isDue = next !== undefined && Date.parse(next.dueAt) <= openedAt;
  if (!next && found.items.length === 0) return <Text size="sm" c="dimmed">{t('verification.nothing')}</Text>;
  return (
    <Stack>
      {next && (
        <Panel title={t('verification.next', { stage: next.stage, when: dateTime(next.dueAt) })}>
          <Stack gap="xs" align="flex-start">
            {next.wait && <Badge tone="amber">{t(`code.verifyCause.${next.wait.cause}`)}</Badge>}
            {next.wait?.said && <Text size="sm">{next.wait.said}</Text>}
            {next.wait && <Text size="sm" c="dimmed">{t('verification.looks', { n: number(next.wait.looks), when: dateTime(next.wait.lookedAt), next: dateTime(next.wait.nextAt) })}</Text>}
            {next.wait?.evidence && <Seen account={next.wait.evidence} />}
            {isDue && can && <Button size="xs" loading={ask.isPending} onClick={() => ask.mutate(undefined)}>{t('verification.recheck')}</Button>}
          </Stack>
        </Panel>
      )}
      {found.items.toReversed().map((one) => <Verdict key={one.id} one={one} />)}
    </Stack>
  );
}

function useCan() {
  const { me } = useSession();
  return { can: me.permissions.includes('cases.write') };
}

function Verdict({ one }: { one: Verification }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('verification.day', { stage: one.stage })} actions={<Badge tone={lineTones[one.verdict]}>{t(`verification.kind.${one.verdict}`)}</Badge>}>
      <Stack gap="xs">
        {one.cause && <Text size="sm">{t(`code.verifyCause.${one.cause}`)}</Text>}
        <Seen account={one.evidence} />
      </Stack>
    </Panel>
  );
}

function Seen({ account }: { account: SeenAccount }) {
  const { t } = useTranslation();
  const paid = account.invoices.reduce((sum, bill) => sum + bill.paidMinor - (bill.refundedMinor ?? 0), 0);
  return (
    <Stack gap="xs" w="100%">
      <Text size="xs" c="dimmed">{t('verification.asked', { when: dateTime(account.pulledAt) })}</Text>
      <Facts items={[
        { label: t('verification.status'), value: subscriptionState(t, account.status) },
        { label: t('verification.paid'), value: amount(paid, account.currency) },
        ...(account.pausedDays > 0 ? [{ label: t('verification.pausedDays'), value: number(account.pausedDays) }] : []),
        ...(account.cancelAt ? [{ label: t('verification.ends'), value: dateTime(account.cancelAt) }] : []),
      ]}
      />
      {account.invoices.length === 0 ? <Text size="sm" c="dimmed">{t('verification.invoices')}: {t('verification.noInvoice')}</Text> : (
        <Table.ScrollContainer minWidth={0} type="native" scrollAreaProps={{ tabIndex: 0, role: 'region', 'aria-label': t('verification.invoices') }}>
          <Table verticalSpacing={4} aria-label={t('verification.invoices')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('verification.invoice.id')}</Table.Th><Table.Th>{t('verification.invoice.at')}</Table.Th><Table.Th>{t('verification.invoice.due')}</Table.Th>
                <Table.Th>{t('verification.invoice.paid')}</Table.Th><Table.Th>{t('verification.invoice.status')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {account.invoices.map((bill) => (
                <Table.Tr key={bill.id}>
                  <Table.Td>{bill.id}</Table.Td><Table.Td>{dateTime(bill.at)}</Table.Td><Table.Td>{amount(bill.dueMinor, account.currency)}</Table.Td>
                  <Table.Td>{amount(bill.paidMinor, account.currency)}</Table.Td>
                  <Table.Td>
                    {invoiceState(t, bill.status)}{bill.disputed ? `, ${t('verification.disputed')}` : ''}
                    {bill.refundedMinor ? `, ${t('verification.refunded', { amount: amount(bill.refundedMinor, account.currency) })}` : ''}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
