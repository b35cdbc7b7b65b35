import { Box, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeskOffer, Presentation } from '../api/desk';
import { post } from '../api/http';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { Badge } from '../ui/badge';
import { money } from '../ui/format';
import { Panel } from '../ui/page';
import { Key } from './key';
import { offersQuery } from './queries';

interface OffersProps {
  callId: number;
  /** The keyboard's way in: the next act on an offer. */
  region: RefObject<HTMLDivElement | null>;
  /** Why the first is the first. */
  why?: ReactNode;
}

/** The offers that fit this person, next first; one is presented, then accepted or declined. */
export function Offers({ callId, region, why }: OffersProps) {
  const { t } = useTranslation();
  const query = useQuery(offersQuery(callId));
  return (
    <Panel title={t('desk.offers')} actions={<Key name="O" />}>
      <div ref={region}>
        {why}
        <Answer query={query} rows={3}>
          {(data) => data.items.length === 0 ? <Text size="sm" c="dimmed">{t('desk.noOffers')}</Text> : (
            <Stack gap="sm">
              {data.items.map((item) => <OfferRow key={item.offer.id} item={item} callId={callId} />)}
            </Stack>
          )}
        </Answer>
      </div>
    </Panel>
  );
}

function OfferRow({ item, callId }: { item: DeskOffer; callId: number }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [override, setOverride] = useState('');
  const [asks, setAsks] = useState(false);
  const renew = [['offers', 'call', callId]];
  const present = useAct(() => post<Presentation>(`/v1/calls/${callId}/presentations`, { offerId: item.offer.id, ...(override ? { override } : {}) }), { renew });
  const ask = useAct(() => post(`/v1/calls/${callId}/approvals`, { offerId: item.offer.id, ...(reason ? { why: reason } : {}) }), {
    renew: [...renew, ['save-desk', callId]],
  });
  const [consent, setConsent] = useState({ disclosed: false, words: '' });
  const { offer, presentation, refused } = item;
  const isUpsell = offer.result === 'upsell';
  const decide = useAct((v: { id: number; decision: 'accepted' | 'declined' }) =>
    post(`/v1/presentations/${v.id}/decision`, {
      decision: v.decision, ...(v.decision === 'declined' && reason ? { reason } : {}), ...(v.decision === 'accepted' && isUpsell ? { consent } : {}),
    }), { renew });
  const open = presentation && !presentation.decision;
  return (
    <Box className="offer" data-open={open || undefined} data-refused={(!presentation && Boolean(refused)) || undefined}>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <div>
          <Text size="sm" fw={600}>{offer.name}</Text>
          <Text size="xs" c="dimmed">{t('desk.worth', { value: money(offer.value) })} · {t('desk.costs', { cost: money(offer.cost) })}</Text>
        </div>
        {presentation?.decision === 'accepted' && <Badge tone="green">{t('desk.accepted')}</Badge>}
        {presentation?.decision === 'declined' && <Badge tone="grey">{t('desk.declined')}</Badge>}
        {!presentation && refused && item.rung && !asks && (
          <Button size="compact-xs" variant="subtle" px={0} aria-label={`${t('saveDesk.outOfOrder')}: ${offer.name}`} onClick={() => setAsks(true)}>{t('saveDesk.outOfOrder')}</Button>
        )}
        {!presentation && item.needsApproval && !refused && (
          <Button size="compact-sm" variant="default" data-offer-act loading={ask.isPending} onClick={() => ask.mutate(undefined)}>{t('saveDesk.ask')}</Button>
        )}
        {!presentation && !item.needsApproval && (!refused || override !== '') && (
          <Button size="compact-sm" variant="default" data-offer-act loading={present.isPending} onClick={() => present.mutate(undefined)}>{t('desk.present')}</Button>
        )}
      </Group>
      {!presentation && refused && <Text size="xs" c="dimmed" mt={4}>{refused}</Text>}
      {!presentation && refused && item.rung && asks && (
        <TextInput size="xs" mt={4} autoFocus label={t('saveDesk.override')} value={override} maxLength={200} onChange={(event) => setOverride(event.currentTarget.value)} />
      )}
      {!presentation && item.needsApproval && !refused && (
        <TextInput size="xs" mt={4} label={t('saveDesk.askWhy')} value={reason} maxLength={200} onChange={(event) => setReason(event.currentTarget.value)} />
      )}
      {open && (
        <Stack gap="xs" mt="xs">
          <Text size="sm" className="script">{item.sayRendered}</Text>
          {isUpsell && (
            <>
              <Checkbox size="xs" label={t('desk.disclosed')} checked={consent.disclosed} onChange={(event) => setConsent({ ...consent, disclosed: event.currentTarget.checked })} />
              <TextInput size="xs" label={t('desk.consentWords')} maxLength={500} value={consent.words} onChange={(event) => setConsent({ ...consent, words: event.currentTarget.value })} />
            </>
          )}
          <TextInput size="xs" label={t('desk.declineWhy')} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          <Group gap="xs" grow>
            <Button size="xs" data-offer-act onClick={() => decide.mutate({ id: presentation.id, decision: 'accepted' })} loading={decide.isPending} disabled={isUpsell && (!consent.disclosed || consent.words.trim() === '')}>{t('desk.accept')}</Button>
            <Button size="xs" variant="default" onClick={() => decide.mutate({ id: presentation.id, decision: 'declined' })}>{t('desk.decline')}</Button>
          </Group>
        </Stack>
      )}
    </Box>
  );
}
