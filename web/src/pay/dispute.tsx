import { Button, Group, NumberInput, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { Dispute } from '../api/pay';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { Facts } from '../ui/facts';
import { dateTime, money } from '../ui/format';
import { Page, Panel } from '../ui/page';
import { useDisputeState } from './disputes';
import { Amount } from './lines';

/** A dispute with its thread: the payee's own, or for payroll anybody's. */
export function DisputePage() {
  const { t } = useTranslation();
  const { can, me } = useSession();
  const { disputeId } = useParams({ from: '/house/disputes/$disputeId' });
  const all = can('pay.read');
  const said = useDisputeState();
  const query = useQuery({
    queryKey: ['disputes', disputeId],
    queryFn: () => (all ? get<Dispute>(`/v1/pay/disputes/${disputeId}`) : get<Dispute>(`/v1/my/disputes/${disputeId}`)),
  });
  return (
    <Answer query={query}>
      {(dispute) => (
        <Page title={t('dispute.title', { id: dispute.id, name: dispute.name })} lead={t('dispute.lead', { component: dispute.component.replaceAll('_', ' '), claim: money(dispute.claim) })}>
          <Stack>
            <Panel>
              <Facts items={[
                { label: t('dispute.state'), value: said(dispute.state) },
                { label: t('dispute.line'), value: <Amount entryId={dispute.entryId} amount={dispute.claim} /> },
                { label: t('dispute.answerBy'), value: dispute.state === 'open' ? dateTime(dispute.answerBy) : '–' },
                ...(dispute.decidedBy ? [{ label: t('dispute.by'), value: dispute.decidedBy }] : []),
                ...(dispute.posted ? [{ label: t('dispute.posted'), value: money(dispute.posted) }] : []),
              ]}
              />
            </Panel>
            <Panel title={t('dispute.thread')}>
              <Stack gap="sm">
                {dispute.messages.map((message) => (
                  <div key={`${message.createdAt}${message.author}`}>
                    <Text size="xs" c="dimmed">{message.author}, {dateTime(message.createdAt)}</Text>
                    <Text size="sm">{message.body}</Text>
                  </div>
                ))}
              </Stack>
            </Panel>
            {dispute.state === 'open' && <Reply dispute={dispute} all={all} own={dispute.userId === me.id} />}
          </Stack>
        </Page>
      )}
    </Answer>
  );
}

function Reply({ dispute, all, own }: { dispute: Dispute; all: boolean; own: boolean }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [message, setMessage] = useState('');
  const [amount, setAmount] = useState<number | string>(dispute.claim.amount);
  const renew = [['disputes'], ['my-pay']];
  const empty = message.trim() === '';
  const after = () => setMessage('');
  const send = useAct(() => (all ? post(`/v1/pay/disputes/${dispute.id}/messages`, { message }) : post(`/v1/my/disputes/${dispute.id}/messages`, { message })), { renew, done: t('dispute.sent'), after });
  const decide = useAct((uphold: boolean) => post(`/v1/pay/disputes/${dispute.id}/decide`, {
    uphold, message, ...(uphold ? { amount: { amount: String(amount), currency: dispute.claim.currency } } : {}),
  }), { renew, done: t('dispute.decided'), after });
  const withdraw = useAct(() => post(`/v1/my/disputes/${dispute.id}/withdraw`), { renew, done: t('dispute.decided') });
  const decides = can('pay.approve') && !own;
  return (
    <Panel title={decides ? t('dispute.decide') : undefined}>
      <Stack>
        <Textarea label={t('dispute.message')} value={message} onChange={(event) => setMessage(event.currentTarget.value)} maxLength={2000} autosize minRows={2} />
        {decides && <NumberInput label={t('dispute.amount')} value={amount} onChange={setAmount} min={0} decimalScale={2} w={220} />}
        <Group justify="flex-end">
          {own && <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate(undefined)}>{t('dispute.withdraw')}</Button>}
          {(!all || can('pay.run')) && <Button variant="default" loading={send.isPending} disabled={empty} onClick={() => send.mutate(undefined)}>{t('dispute.send')}</Button>}
          {decides && <Button variant="default" loading={decide.isPending} disabled={empty} onClick={() => decide.mutate(false)}>{t('dispute.reject')}</Button>}
          {decides && <Button loading={decide.isPending} disabled={empty} onClick={() => decide.mutate(true)}>{t('dispute.uphold')}</Button>}
        </Group>
      </Stack>
    </Panel>
  );
}
