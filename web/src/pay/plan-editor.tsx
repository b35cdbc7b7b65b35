import { Button, Checkbox, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useBlocker, useNavigate, useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, get, post, Problem } from '../api/http';
import type { Plan } from '../api/pay';
import type { PlanChecked, PlanDraft } from '../api/plans';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { sayProblem, useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { dateTime } from '../ui/format';
import { Notice } from '../ui/notice';
import { Page, Panel } from '../ui/page';
import { type Doc, docIn, firstPlan, planText, withKey } from './plan-doc';
import { Example } from './plan-example';
import { PlanForm } from './plan-form';
import { PlanText } from './plan-text';
import { Diff } from './plan-words';
import { planQuery } from './queries';

const pause = 350; // ms after the last key

/** A text, what the server says of it, and the document that the form shows: its own where the form wrote last. */
function usePlanText(first: string) {
  const [text, setText] = useState(first);
  const [written, setWritten] = useState<{ text: string; doc: Doc } | null>(null);
  const [asked] = useDebouncedValue(text, pause);
  const query = useQuery({
    queryKey: ['plan-check', asked], placeholderData: keepPreviousData, retry: false,
    queryFn: ({ signal }) => call<PlanChecked>('POST', '/v1/plans/check', { body: { text: asked }, signal }),
  });
  const current = asked === text && !query.isPlaceholderData;
  const doc = written?.text === text ? written.doc : query.data?.document;
  const setDoc = (next: Doc) => {
    const made = planText(next);
    setWritten({ text: made, doc: next });
    setText(made);
  };
  return { text, setText, doc, setDoc, checked: query.data, ready: current && query.data?.ok === true };
}

type Editing = ReturnType<typeof usePlanText>;

/** Form, text, findings and the live example of one plan. */
function Editor({ editing }: { editing: Editing }) {
  const { t } = useTranslation();
  const { text, setText, doc, setDoc, checked } = editing;
  return (
    <Stack>
      {checked?.mustAccept && <Legal editing={editing} />}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Panel title={t('planner.form')}>
          {/^\s*#/m.test(text) && <Notice tone="amber">{t('planner.comments')}</Notice>}
          {doc ? <PlanForm doc={doc} set={setDoc} /> : <Text size="sm">{t('planner.unreadable')}</Text>}
        </Panel>
        <Panel title={t('planner.text')}><PlanText text={text} set={setText} checked={checked} /></Panel>
      </SimpleGrid>
      <Example text={text} checked={checked} />
      <details><summary>{t('planner.order')}</summary><ol>{checked?.order.map((step) => <li key={step}><Text size="sm" component="span">{step}</Text></li>)}</ol></details>
    </Stack>
  );
}

/** The warning that has to be answered before anybody can approve. */
function Legal({ editing: { doc, setDoc, checked } }: { editing: Editing }) {
  const { t } = useTranslation();
  return (
    <Notice tone="amber" title={t('planner.legalTitle')}>
      <Text size="sm" mb="xs">{t('planner.legal')}</Text>
      <Checkbox
        size="sm" label={t('planner.accept')} checked={checked?.accepted ?? false} disabled={!doc}
        onChange={(event) => {
          if (!doc) return;
          setDoc({ ...doc, acknowledgement: withKey(docIn(doc, 'acknowledgement'), 'minimum_save', event.currentTarget.checked ? 'accepted' : undefined) });
        }}
      />
    </Notice>
  );
}

/** Asks before what was typed is lost, also when the window is closed. leave() goes all the same. */
function useGuard(dirty: boolean) {
  const { t } = useTranslation();
  const leaving = useRef(false);
  const guarded = () => dirty && !leaving.current;
  useBlocker({ shouldBlockFn: () => guarded() && !window.confirm(t('planner.leave')), enableBeforeUnload: guarded });
  return () => {
    leaving.current = true;
  };
}

export function NewPlanPage() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { clientId } = useClientChoice();
  const navigate = useNavigate();
  const client = me.clients.find((one) => one.id === clientId) ?? me.clients[0];
  const [first] = useState(() => planText(firstPlan('new-plan', Intl.DateTimeFormat().resolvedOptions().timeZone)));
  const [name, setName] = useState('');
  const editing = usePlanText(first);
  const leave = useGuard(name !== '' || editing.text !== first);
  const create = useAct(() => post<Plan>('/v1/plans', { name, text: editing.text, ...(client ? { clientId: client.id } : {}) }), {
    renew: [['plans']], done: t('planner.submitted'), after: (plan) => {
      leave();
      void navigate({ to: '/plans/$planId', params: { planId: String(plan.id) } });
    },
  });
  return (
    <Page title={t('planner.newTitle')} lead={t('planner.lead')} actions={<Button loading={create.isPending} disabled={name.trim() === '' || !editing.ready} onClick={() => create.mutate(undefined)}>{t('planner.submit')}</Button>}>
      <Stack>
        <TextInput
          label={t('planner.name')} required maxLength={80} maw={420} value={name}
          onChange={(event) => {
            const next = event.currentTarget.value;
            setName(next);
            if (editing.doc) editing.setDoc({ ...editing.doc, plan: next.trim() || 'new-plan' });
          }}
        />
        <Editor editing={editing} />
      </Stack>
    </Page>
  );
}

export function EditPlanPage() {
  const { planId } = useParams({ from: '/house/plans/$planId/edit' });
  const plan = useQuery(planQuery(planId));
  const draft = useQuery({ queryKey: ['plans', planId, 'draft'], queryFn: () => get<PlanDraft>(`/v1/plans/${planId}/draft`), staleTime: Infinity, gcTime: 0 });
  return <Answer query={plan}>{(one) => <Answer query={draft}>{(text) => <Draft plan={one} first={text} />}</Answer>}</Answer>;
}

function Draft({ plan, first }: { plan: Plan; first: PlanDraft }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [saved, setSaved] = useState(first);
  const [theirs, setTheirs] = useState<PlanDraft | null>(null);
  const editing = usePlanText(first.text);
  const { text } = editing;
  const dirty = text !== saved.text;
  const leave = useGuard(dirty);
  const path = `/v1/plans/${plan.id}/draft`;
  const put = async () => {
    const next = await call<PlanDraft>('PUT', path, { body: { text }, ifMatch: saved.revision });
    setSaved(next);
    return next;
  };
  const failed = async (error: unknown) => {
    if (error instanceof Problem && error.stale) setTheirs(await get<PlanDraft>(path));
    else sayProblem(error);
  };
  const save = useAct(put, { quiet: true, done: t('planner.saved') });
  const submit = useAct(async () => {
    const { revision } = dirty || saved.savedAt === undefined ? await put() : saved;
    return post<Plan>(`${path}/submit`, { revision });
  }, {
    quiet: true, renew: [['plans']], done: t('planner.submitted'), after: () => {
      leave();
      void navigate({ to: '/plans/$planId', params: { planId: String(plan.id) } });
    },
  });
  const simulate = useAct(async () => (dirty || saved.savedAt === undefined ? put() : saved), {
    quiet: true, renew: [['plans']], after: () => {
      leave();
      void navigate({ to: '/plans/$planId/simulations', params: { planId: String(plan.id) } });
    },
  });
  const buttons = (
    <>
      <Button variant="default" loading={simulate.isPending} disabled={!editing.ready} onClick={() => simulate.mutate(undefined, { onError: (error) => void failed(error) })}>{t('simulate.button')}</Button>
      <Button variant="default" loading={save.isPending} disabled={!dirty} onClick={() => save.mutate(undefined, { onError: (error) => void failed(error) })}>{t('planner.save')}</Button>
      <Button loading={submit.isPending} disabled={!editing.ready} onClick={() => submit.mutate(undefined, { onError: (error) => void failed(error) })}>{t('planner.submit')}</Button>
    </>
  );
  return (
    <Page title={t('planner.editTitle', { plan: plan.name })} lead={t('planner.lead')} actions={buttons}>
      <Stack>
        {saved.savedAt && <Text size="sm" c="dimmed">{t('planner.savedBy', { name: saved.savedBy ?? '', when: dateTime(saved.savedAt) })}</Text>}
        {theirs && (
          <Notice tone="amber" title={t('planner.staleTitle')} urgent>
            <Text size="sm" mb="xs">{t('planner.staleLead')}</Text>
            <Diff before={theirs.text} after={text} />
            <Group mt="sm">
              <Button size="xs" onClick={() => { setSaved(theirs); setTheirs(null); }}>{t('planner.keepMine')}</Button>
              <Button size="xs" variant="default" onClick={() => { setSaved(theirs); editing.setText(theirs.text); setTheirs(null); }}>{t('planner.takeTheirs')}</Button>
            </Group>
          </Notice>
        )}
        <Editor editing={editing} />
      </Stack>
    </Page>
  );
}
