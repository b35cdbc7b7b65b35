import { ActionIcon, Button, Checkbox, Group, Stack, Switch, Title } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ComponentRow } from './plan-component';
import { beyondForm, type Doc, docIn, docsIn, offered, textIn, tidy, type Value, withKey } from './plan-doc';
import { Choice, Field, type Part } from './plan-fields';
import { Notice } from '../ui/notice';

const pays = ['weekly', 'biweekly', 'semimonthly', 'monthly'] as const;
const pers = ['period', 'month', 'quarter', 'year'] as const;

/** The common parts of a plan as fields. Every change writes the whole text; what the form does not show stays as it is. */
export function PlanForm({ doc, set }: Part) {
  const { t } = useTranslation();
  const change = (key: string, value: Value | undefined) => set(tidy(withKey(doc, key, value)));
  const sub = (key: string): Part => ({ doc: docIn(doc, key), set: (next) => change(key, Object.keys(next).length === 0 ? undefined : next) });
  const components = docsIn(doc, 'components');
  const beyond = beyondForm(doc);
  const calendar = sub('calendar');
  const acknowledgement = sub('acknowledgement');
  return (
    <Stack gap="sm">
      {beyond.length > 0 && <Notice tone="grey">{t('planner.only', { parts: beyond.join(', ') })}</Notice>}
      <Group gap="xs" align="flex-end">
        <Field doc={doc} set={set} at="currency" label={t('planner.currency')} w={90} />
        <Choice {...calendar} at="pay" label={t('planner.pay')} data={pays.map((one) => ({ value: one, label: t(`planner.pays.${one}`) }))} />
        <Field {...calendar} at="tz" label={t('planner.zone')} w={170} />
      </Group>
      <Section title={t('planner.components')}>
        {components.map((component, i) => (
          <ComponentRow
            key={i} n={i + 1} doc={component} measures={docIn(doc, 'measures')}
            set={(next) => change('components', components.map((one, at) => (at === i ? next : one)))}
            choose={(next, name, measure) => set(tidy({
              ...doc, components: components.map((one, at) => (at === i ? next : one)), ...(name && measure ? { measures: { ...docIn(doc, 'measures'), [name]: measure } } : {}),
            }))}
            onRemove={() => change('components', components.filter((_, at) => at !== i))}
          />
        ))}
        <Add label={t('planner.addComponent')} onClick={() => set(withComponent(doc))} />
      </Section>
      <Gates doc={doc} set={set} />
      <Caps doc={doc} set={set} />
      <Quota {...sub('quota')} measures={Object.keys(docIn(doc, 'measures'))} />
      <TakenBack doc={doc} set={set} />
      <Checkbox
        size="xs" label={t('planner.signedCopy')} checked={textIn(acknowledgement.doc, 'signed_copy') === 'required'}
        onChange={(event) => acknowledgement.set(withKey(acknowledgement.doc, 'signed_copy', event.currentTarget.checked ? 'required' : undefined))}
      />
    </Stack>
  );
}

function withComponent(doc: Doc): Doc {
  const components = docsIn(doc, 'components');
  const ids = components.map((one) => textIn(one, 'id'));
  let n = components.length + 1;
  while (ids.includes(`part_${n}`)) n += 1;
  const { name, measure } = offered('save', 'count');
  return { ...doc, measures: { ...docIn(doc, 'measures'), [name]: docIn(doc, 'measures')[name] ?? measure }, components: [...components, { id: `part_${n}`, type: 'per_unit', measure: name, amount: '10.00' }] };
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return <Stack gap="xs"><Title order={3} size="h6">{title}</Title>{children}</Stack>;
}

function Add({ label, onClick }: { label: string; onClick: () => void }) {
  return <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} />} onClick={onClick}>{label}</Button>;
}

/** Ticks for components by id. */
function Applies({ doc, set, at, all }: Part & { at: string; all: string[] }) {
  const { t } = useTranslation();
  const list = doc[at];
  const chosen = Array.isArray(list) ? list.map(String) : [];
  return (
    <Checkbox.Group size="xs" label={t('planner.applies')} value={chosen} onChange={(next) => set(withKey(doc, at, next.length === 0 ? undefined : next))}>
      <Group gap="sm" mt={4}>{all.map((id) => <Checkbox key={id} size="xs" value={id} label={id.replaceAll('_', ' ')} />)}</Group>
    </Checkbox.Group>
  );
}

const idsOf = (doc: Doc) => docsIn(doc, 'components').map((one) => textIn(one, 'id'));

function Gates({ doc, set }: Part) {
  const { t } = useTranslation();
  const gates = docsIn(doc, 'gates');
  const write = (next: Doc[]) => set(tidy(withKey(doc, 'gates', next.length === 0 ? undefined : next)));
  return (
    <Section title={t('planner.gates')}>
      {gates.map((gate, i) => {
        const part: Part = { doc: gate, set: (next) => write(gates.map((one, at) => (at === i ? next : one))) };
        const label = t('planner.gate', { n: i + 1 });
        return (
          <Stack key={i} gap="xs" className="window-row" role="group" aria-label={label}>
            <Group gap="xs" align="flex-end">
              <Field {...part} at="metric" label={t('planner.metric')} w={120} />
              <Field {...part} at="gte" label={t('planner.target')} w={80} />
              <Choice {...part} at="else" label={t('planner.else')} data={(['zero', 'hold', 'scale'] as const).map((one) => ({ value: one, label: t(`planner.elses.${one}`) }))} />
              <Choice {...part} at="missing" unsaid="hold" label={t('planner.missing')} data={(['hold', 'pass', 'zero'] as const).map((one) => ({ value: one, label: t(`planner.missings.${one}`) }))} />
              <Samples {...part} />
              <ActionIcon variant="subtle" color="gray" aria-label={t('planner.remove', { what: label })} onClick={() => write(gates.filter((_, at) => at !== i))}><IconTrash size={15} /></ActionIcon>
            </Group>
            <Applies {...part} at="applies_to" all={idsOf(doc)} />
          </Stack>
        );
      })}
      <Add label={t('planner.addGate')} onClick={() => write([...gates, { id: `gate_${gates.length + 1}`, metric: 'qa', gte: '85', applies_to: idsOf(doc), else: 'hold', missing: 'hold', min_samples: 5 }])} />
    </Section>
  );
}

/** A whole number in the plan, not a text. */
function Samples({ doc, set }: Part) {
  const { t } = useTranslation();
  return <Field doc={doc} set={(next) => set(withKey(next, 'min_samples', Number.parseInt(textIn(next, 'min_samples'), 10) || undefined))} at="min_samples" label={t('planner.samples')} w={90} />;
}

function Caps({ doc, set }: Part) {
  const { t } = useTranslation();
  const caps = docsIn(doc, 'caps');
  const write = (next: Doc[]) => set(withKey(doc, 'caps', next.length === 0 ? undefined : next));
  return (
    <Section title={t('planner.caps')}>
      {caps.map((cap, i) => {
        const part: Part = { doc: cap, set: (next) => write(caps.map((one, at) => (at === i ? next : one))) };
        const label = t('planner.cap', { n: i + 1 });
        return (
          <Stack key={i} gap="xs" className="window-row" role="group" aria-label={label}>
            <Group gap="xs" align="flex-end">
              <Choice {...part} at="scope" label={t('planner.scope')} data={(['plan', 'component'] as const).map((one) => ({ value: one, label: t(`planner.scopes.${one}`) }))} />
              <Field {...part} at="amount" label={t('planner.amount')} w={110} />
              <Choice {...part} at="per" unsaid="period" label={t('planner.per')} data={pers.map((one) => ({ value: one, label: t(`planner.pers.${one}`) }))} />
              <ActionIcon variant="subtle" color="gray" aria-label={t('planner.remove', { what: label })} onClick={() => write(caps.filter((_, at) => at !== i))}><IconTrash size={15} /></ActionIcon>
            </Group>
            <Applies {...part} at="components" all={idsOf(doc)} />
          </Stack>
        );
      })}
      <Add label={t('planner.addCap')} onClick={() => write([...caps, { scope: 'plan', amount: '2500.00', per: 'month' }])} />
    </Section>
  );
}

function Quota({ doc, set, measures }: Part & { measures: string[] }) {
  const { t } = useTranslation();
  const on = Object.keys(doc).length > 0;
  return (
    <Stack gap="xs">
      <Switch size="xs" label={t('planner.quota')} checked={on} onChange={(event) => set(event.currentTarget.checked ? { measure: measures[0] ?? '', amount: '100' } : {})} />
      {on && (
        <Group gap="xs" align="flex-end">
          <Choice doc={doc} set={set} at="measure" label={t('planner.measure')} data={measures.map((name) => ({ value: name, label: name.replaceAll('_', ' ') }))} />
          <Field doc={doc} set={set} at="amount" label={t('planner.amount')} w={110} />
          <Choice doc={doc} set={set} at="per" unsaid="period" label={t('planner.per')} data={pers.map((one) => ({ value: one, label: t(`planner.pers.${one}`) }))} />
        </Group>
      )}
    </Stack>
  );
}

/** Whole numbers stand in the plan without quotes. */
const whole = (doc: Doc, key: string) => withKey(doc, key, Number.parseInt(textIn(doc, key), 10) || undefined);

function TakenBack({ doc, set }: Part) {
  const { t } = useTranslation();
  const claw: Part = { doc: docIn(doc, 'clawback'), set: (next) => set({ ...doc, clawback: next }) };
  const hold: Part = { doc: docIn(doc, 'holdback'), set: (next) => set({ ...doc, holdback: next }) };
  const methods = ['full', 'pro_rata_days', 'pro_rata_months'] as const;
  return (
    <Section title={t('planner.back')}>
      <Switch size="xs" label={t('planner.takesBack')} checked={'clawback' in doc} onChange={(event) => set(withKey(doc, 'clawback', event.currentTarget.checked ? { window_days: 90, method: 'pro_rata_days', max_recovery_per_period: '25%' } : undefined))} />
      {'clawback' in doc && (
        <Group gap="xs" align="flex-end">
          {!('window_months' in claw.doc) && <Field doc={claw.doc} set={(next) => claw.set(whole(next, 'window_days'))} at="window_days" label={t('planner.window')} w={80} />}
          <Choice {...claw} at="method" label={t('planner.method')} data={methods.map((one) => ({ value: one, label: t(`planner.methods.${one}`) }))} />
          <Choice {...claw} at="earned_when" unsaid="window_end" label={t('planner.earned')} data={(['window_end', 'posted'] as const).map((one) => ({ value: one, label: t(`planner.earneds.${one}`) }))} />
          <Field {...claw} at="max_recovery_per_period" label={t('planner.most')} w={150} />
        </Group>
      )}
      <Switch size="xs" label={t('planner.holdsBack')} checked={'holdback' in doc} onChange={(event) => set(withKey(doc, 'holdback', event.currentTarget.checked ? { components: idsOf(doc), rate: '10%', window_days: 90 } : undefined))} />
      {'holdback' in doc && (
        <Stack gap="xs">
          <Group gap="xs" align="flex-end">
            <Field {...hold} at="rate" label={t('planner.rate')} w={90} />
            <Field doc={hold.doc} set={(next) => hold.set(whole(next, 'window_days'))} at="window_days" label={t('planner.window')} w={80} />
          </Group>
          <Applies {...hold} at="components" all={idsOf(doc)} />
        </Stack>
      )}
    </Section>
  );
}
