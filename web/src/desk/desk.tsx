import { ActionIcon, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconKeyboard } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Desk, OutcomeCode } from '../api/desk';
import { useShortcuts } from '../app/keys';
import { Answer } from '../ui/answer';
import { Panel } from '../ui/page';
import { useDeskActs } from './acts';
import { useCancelNow } from './cancel-now';
import { Conclude, withCode } from './conclude';
import { useDrafts } from './drafts';
import { useHeartbeat } from './heartbeat';
import { KeysHelp } from './keys-help';
import { LeadPicker } from './lead-picker';
import { Me, Today } from './me';
import { MyCallbacks } from './my-callbacks';
import { MyPayPanel } from './my-pay-panel';
import { Offers } from './offers';
import { outcomesFor } from './outcomes';
import { Background, Person } from './person';
import { Phone } from './phone';
import { deskQuery } from './queries';
import { CancelButton, NextOffer, SaveDesk, useAccountFacts } from './save-desk';
import { Verify } from './verify';
import './desk.css';
import { Notice } from '../ui/notice';

export function DeskPage() {
  const { t } = useTranslation();
  useHeartbeat();
  const query = useQuery(deskQuery);
  useEffect(() => {
    document.title = `${t('desk.title')} · ${t('app')}`;
  }, [t]);
  return (
    <>
      <VisuallyHidden component="h1">{t('desk.title')}</VisuallyHidden>
      <Answer query={query} rows={12}>{(desk) => <Loaded desk={desk} />}</Answer>
    </>
  );
}

/** The campaign to be ready on: the one worked now, else the last choice if it still stands, else the first. */
export function pickCampaign(desk: Desk, kept: number | null): number | null {
  const ids = desk.campaigns.map((c) => c.id);
  if (desk.agent.state !== 'away' && desk.agent.campaignId) return desk.agent.campaignId;
  if (kept !== null && ids.includes(kept)) return kept;
  return desk.campaigns.find((c) => c.openNow)?.id ?? ids[0] ?? null;
}

function Loaded({ desk }: { desk: Desk }) {
  const { t } = useTranslation();
  const [kept, keep] = useLocalStorage<number | null>({ key: 'saveline.campaign', defaultValue: null, getInitialValueInEffect: false });
  const [pausing, setPausing] = useState(false);
  const [help, setHelp] = useState(false);
  const campaignId = pickCampaign(desk, kept);
  const acts = useDeskActs(desk, campaignId);
  const drafts = useDrafts(desk);
  const { current } = drafts;
  const working = desk.campaigns.find((c) => c.id === (desk.call?.campaignId ?? desk.agent.campaignId));
  const codes = outcomesFor(working?.purpose);
  const saving = working?.purpose === 'retention_save' && desk.card?.caseId ? desk.call?.id : undefined;
  const cancelNow = useCancelNow(saving);
  const account = useAccountFacts(saving);
  const page = useRef<HTMLDivElement>(null);
  const offers = useRef<HTMLDivElement>(null);
  const note = useRef<HTMLTextAreaElement>(null);
  const record = useRef<HTMLButtonElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const manual = desk.agent.state === 'ready' && working?.mode === 'manual';

  const choose = (code: OutcomeCode | undefined) => {
    if (!current || !code) return;
    drafts.change(withCode(current, code, Date.now()));
    // The button is enabled by this choice: it takes the focus once it is drawn.
    requestAnimationFrame(() => record.current?.focus());
  };
  /** A key that leads to a place on the desk; where there is none, it means nothing. */
  const to = (place: string) => {
    const found = page.current?.querySelector<HTMLElement>(`input${place}, select${place}, button${place}`);
    return found ? () => found.focus() : undefined;
  };
  useShortcuts((key) => {
    const commands: Record<string, (() => void) | undefined> = {
      r: acts.ready, a: acts.dial, s: acts.skip, h: acts.hold, e: acts.hangUp,
      p: () => setPausing(true),
      o: () => offers.current?.querySelector<HTMLElement>('[data-open] [data-offer-act], [data-offer-act]')?.focus(),
      c: () => choose('callback'),
      x: saving === undefined ? undefined : cancelNow.start,
      n: () => note.current?.focus(),
      v: to('[data-verify]'), l: to('[data-notice]'), w: to('[data-reason]'), f: to('[data-fix]'), k: to('[data-link]'),
      '/': () => search.current?.focus(),
      '?': () => setHelp(true),
    };
    const command = /^[1-9]$/.test(key) ? () => choose(codes[Number(key) - 1]) : commands[key];
    command?.();
    return command !== undefined;
  });

  return (
    <div className="desk" ref={page} data-saving={saving !== undefined || undefined}>
      {desk.notice && <div className="desk-notice" role="status"><Notice tone="amber">{desk.notice}</Notice></div>}
      <Stack className="desk-me">
        <Me
          desk={desk} campaignId={campaignId} onCampaign={keep} onReady={acts.ready} pausing={pausing} setPausing={setPausing}
          onAway={acts.away}
        />
        <Today desk={desk} />
        <MyCallbacks onDial={manual ? acts.dialLead : undefined} />
        <MyPayPanel />
      </Stack>
      <Stack className="desk-who">
        {manual && !desk.card && campaignId !== null
          ? <LeadPicker campaignId={campaignId} searchRef={search} onDial={acts.dialLead} />
          : <Person card={desk.card} state={desk.agent.state} account={account} />}
        {desk.card?.masked && desk.call?.connectedAt && <Verify key={desk.call.id} callId={desk.call.id} clientId={desk.card.clientId} />}
        {saving !== undefined && current && <SaveDesk key={saving} callId={saving} />}
        {desk.card && <Background card={desk.card} />}
      </Stack>
      <Stack className="desk-do">
        <Phone desk={desk} acts={acts} busy={acts.busy} />
        {saving !== undefined && current && <CancelButton callId={saving} cancelNow={cancelNow} />}
        {desk.call && current ? <Offers callId={desk.call.id} region={offers} why={saving !== undefined && <NextOffer callId={saving} />} /> : <Panel title={t('desk.offers')}><Text size="sm" c="dimmed">{t('desk.offersAt')}</Text></Panel>}
        {drafts.shown.map((draft) => {
          const isCurrent = draft.callId === current?.callId;
          return (
            <Conclude
              key={draft.callId} draft={draft} current={isCurrent} brief={saving !== undefined} codes={codes} wrapUntil={desk.agent.wrapUntil} busy={drafts.record.isPending}
              error={isCurrent ? drafts.record.error : null} noteRef={isCurrent ? note : undefined} recordRef={isCurrent ? record : undefined}
              onChange={drafts.change} onRecord={() => drafts.record.mutate(draft)} onDrop={() => drafts.drop(draft.callId)}
            />
          );
        })}
        <ActionIcon variant="subtle" color="gray" aria-label={t('desk.keys.title')} onClick={() => setHelp(true)}><IconKeyboard size={18} /></ActionIcon>
      </Stack>
      {help && <KeysHelp onClose={() => setHelp(false)} />}
    </div>
  );
}
