import { ActionIcon, Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Doc, docIn, docsIn, formTypes, isFormType, knownMeasure, offered, resultKinds, textIn, withKey } from './plan-doc';
import { Choice, Field, type Part } from './plan-fields';

const perWords = ['event', 'period', 'month', 'quarter', 'year'] as const;

interface ComponentProps extends Part {
  n: number;
  measures: Doc;
  /** Sets the component, and adds a measure that it needs. */
  choose: (component: Doc, name?: string, measure?: Doc) => void;
  onRemove: () => void;
}

/** One way of paying, as a row. Types that the form does not know are shown by name and left to the text. */
export function ComponentRow({ doc, set, n, measures, choose, onRemove }: ComponentProps) {
  const { t } = useTranslation();
  const type = textIn(doc, 'type');
  const label = t('planner.component', { n });
  const known = isFormType(type);
  return (
    <Stack gap="xs" className="window-row" role="group" aria-label={label}>
      <Group gap="xs" align="flex-end">
        <Field doc={doc} set={set} at="id" label={t('planner.id')} w={150} />
        <NativeSelect
          size="xs" label={t('planner.type')} value={type} disabled={!known}
          data={known ? formTypes.map((one) => ({ value: one, label: t(`planner.types.${one}`) })) : [type]}
          onChange={(event) => set(ofType(doc, event.currentTarget.value))}
        />
        {known && type !== 'kpi_bonus' && <MeasureChoice doc={doc} measures={measures} choose={choose} />}
        {type === 'per_unit' && !doc.rules && <Field doc={doc} set={set} at="amount" label={t('planner.amount')} w={90} />}
        {type === 'percent' && <Field doc={doc} set={set} at="rate" label={t('planner.rate')} w={90} />}
        {type === 'kpi_bonus' && <><Field doc={doc} set={set} at="metric" label={t('planner.metric')} w={120} /><Field doc={doc} set={set} at="target" label={t('planner.target')} w={90} /><Field doc={doc} set={set} at="amount" label={t('planner.amount')} w={90} /></>}
        <ActionIcon variant="subtle" color="gray" aria-label={t('planner.remove', { what: label })} onClick={onRemove}><IconTrash size={15} /></ActionIcon>
      </Group>
      {type === 'tiered' && <Tiers doc={doc} set={set} />}
      {known && type !== 'kpi_bonus' && <Tranches doc={doc} set={set} />}
    </Stack>
  );
}

/** The same component with the keys that its new type has. */
function ofType(doc: Doc, type: string): Doc {
  const { id = '', measure, earn } = doc;
  const shared: Doc = { id, type, ...(measure === undefined || type === 'kpi_bonus' ? {} : { measure }), ...(earn === undefined || type === 'kpi_bonus' ? {} : { earn }) };
  if (type === 'percent') return { ...shared, rate: textIn(doc, 'rate') || '5%' };
  if (type === 'tiered') return { ...shared, axis: 'count', mode: 'marginal', tiers: [{ from: '0', amount: '10.00' }, { from: '10', amount: '15.00' }] };
  if (type === 'kpi_bonus') return { ...shared, metric: 'qa', target: '90', amount: '100.00' };
  return { ...shared, amount: textIn(doc, 'amount') || '10.00' };
}

function MeasureChoice({ doc, measures, choose }: { doc: Doc; measures: Doc; choose: ComponentProps['choose'] }) {
  const { t } = useTranslation();
  const value = textIn(doc, 'measure');
  const percent = textIn(doc, 'type') === 'percent';
  const named = Object.keys(measures).map((name) => {
    const known = knownMeasure(docIn(measures, name));
    return { value: name, label: known ? t(`planner.${known.what}.${known.kind}`) : name.replaceAll('_', ' ') };
  });
  const more = resultKinds.flatMap((kind) => (percent ? (['value'] as const) : (['count', 'value'] as const)).map((what) => ({ kind, what, ...offered(kind, what) })))
    .filter((one) => !(one.name in measures)).map((one) => ({ value: one.name, label: t(`planner.${one.what}.${one.kind}`), one }));
  const list = [...named, ...more.map(({ value: name, label }) => ({ value: name, label }))];
  return (
    <NativeSelect
      size="xs" label={t('planner.measure')} value={value} data={list.some((one) => one.value === value) ? list : [{ value, label: value }, ...list]}
      onChange={(event) => {
        const name = event.currentTarget.value;
        const added = more.find((one) => one.value === name)?.one;
        const money = added ? added.what === 'value' : 'sum' in docIn(measures, name);
        choose(fitted(withKey(doc, 'measure', name), money), added?.name, added?.measure);
      }}
    />
  );
}

/** Tiers of money have rates, tiers of a count have amounts: what does not fit is turned round. */
function fitted(doc: Doc, money: boolean): Doc {
  if (textIn(doc, 'type') !== 'tiered') return doc;
  const tiers = docsIn(doc, 'tiers').map((tier, i) => (money === ('rate' in tier) ? tier : { from: textIn(tier, 'from'), ...(money ? { rate: `${5 + i}%` } : { amount: `${10 + 5 * i}.00` }) }));
  return { ...doc, axis: textIn(doc, 'axis') === 'quota_attainment' ? 'quota_attainment' : money ? 'amount' : 'count', tiers };
}

function Tiers({ doc, set }: Part) {
  const { t } = useTranslation();
  const tiers = docsIn(doc, 'tiers');
  const setTiers = (next: Doc[]) => set({ ...doc, tiers: next });
  const pays = tiers.some((tier) => 'rate' in tier) ? 'rate' : 'amount';
  return (
    <Stack gap={4}>
      <Group gap="xs" align="flex-end">
        <Choice doc={doc} set={set} at="axis" label={t('planner.axis')} data={(['count', 'amount', 'quota_attainment'] as const).map((one) => ({ value: one, label: t(`planner.axes.${one}`) }))} />
        <Choice doc={doc} set={set} at="mode" unsaid="marginal" label={t('planner.mode')} data={(['marginal', 'whole', 'interpolated'] as const).map((one) => ({ value: one, label: t(`planner.modes.${one}`) }))} />
        <Choice doc={doc} set={set} at="per" unsaid="period" label={t('planner.per')} data={perWords.map((one) => ({ value: one, label: t(`planner.pers.${one}`) }))} />
      </Group>
      {tiers.map((tier, i) => (
        <Group key={i} gap="xs">
          <TextInput
            size="xs" w={110} aria-label={t('planner.tierFrom', { n: i + 1 })} placeholder={t('planner.tierFrom', { n: i + 1 })} value={textIn(tier, 'from')}
            onChange={(event) => setTiers(tiers.map((one, at) => (at === i ? { ...one, from: event.currentTarget.value } : one)))}
          />
          <TextInput
            size="xs" w={110} aria-label={t('planner.tierPays', { n: i + 1 })} placeholder={t('planner.tierPays', { n: i + 1 })} value={textIn(tier, pays)}
            onChange={(event) => setTiers(tiers.map((one, at) => (at === i ? { ...one, [pays]: event.currentTarget.value } : one)))}
          />
          <ActionIcon variant="subtle" color="gray" aria-label={t('planner.dropTier', { n: i + 1 })} onClick={() => setTiers(tiers.filter((_, at) => at !== i))}><IconTrash size={14} /></ActionIcon>
        </Group>
      ))}
      <Button variant="subtle" size="compact-xs" w="fit-content" leftSection={<IconPlus size={13} />} onClick={() => setTiers([...tiers, nextTier(tiers, pays)])}>{t('planner.addTier')}</Button>
    </Stack>
  );
}

/** The tier after the last: as far again as the last one is from the one before it, paying the same until somebody says. */
function nextTier(tiers: Doc[], pays: 'rate' | 'amount'): Doc {
  const [last, before] = [tiers.at(-1), tiers.at(-2)];
  const from = last ? textIn(last, 'from') : '0';
  const [number, unit] = [Number.parseInt(from, 10) || 0, from.endsWith('%') ? '%' : ''];
  const step = Math.max(number - (before ? Number.parseInt(textIn(before, 'from'), 10) || 0 : 0), 1);
  return { from: tiers.length === 0 ? '0' : `${number + step}${unit}`, [pays]: last ? textIn(last, pays) : '10.00' };
}

const stages = [0, 30, 60, 90] as const;

/** What is paid at once and what when a result is still there after so many days. */
function Tranches({ doc, set }: Part) {
  const { t } = useTranslation();
  const tranches = docsIn(docIn(doc, 'earn'), 'tranches');
  const shareOf = (stage: number) => textIn(tranches.find((one) => Number(one.stage ?? 0) === stage) ?? {}, 'share');
  const write = (stage: number, share: string) => {
    const next = stages.map((one) => ({ stage: one, share: one === stage ? share : shareOf(one) })).filter((one) => one.share !== '');
    set(next.length === 0 ? withKey(doc, 'earn', undefined) : { ...doc, earn: { tranches: next } });
  };
  const names = t('planner.later');
  return (
    <details open={tranches.length > 0}>
      <summary>{names}</summary>
      <Group gap="xs">
        {stages.map((stage) => <TextInput key={stage} size="xs" w={80} label={t('planner.stage', { days: stage })} value={shareOf(stage)} onChange={(event) => write(stage, event.currentTarget.value)} />)}
      </Group>
    </details>
  );
}
