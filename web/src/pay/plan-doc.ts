/** A plan as the API reads it from its text: keys of the language (docs/plans.md), every amount and rate a text. */
export type Value = string | number | boolean | Value[] | Doc;
export interface Doc { [key: string]: Value | undefined }

const words = /^[A-Za-z][\w./+-]*$/;
const spoken = /^(true|false|yes|no|on|off|null|y|n)$/i; // YAML reads these as something else

const scalar = (value: string | number | boolean): string => (typeof value === 'string' && (!words.test(value) || spoken.test(value)) ? JSON.stringify(value) : String(value));

const isDoc = (value: Value | undefined): value is Doc => typeof value === 'object' && !Array.isArray(value);
const entries = (doc: Doc): [string, Value][] => Object.entries(doc).filter((entry): entry is [string, Value] => entry[1] !== undefined);

function flow(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (isDoc(value)) return `{${entries(value).map(([key, item]) => `${scalar(key)}: ${flow(item)}`).join(', ')}}`;
  return scalar(value);
}

const lineMax = 110; // characters

function item(doc: Value): string[] {
  const line = flow(doc);
  if (!isDoc(doc) || line.length <= lineMax) return [`  - ${line}`];
  return entries(doc).map(([key, value], i) => `${i === 0 ? '  - ' : '    '}${scalar(key)}: ${flow(value)}`);
}

/** The text of a plan: short things on a line, long ones key by key. */
export function planText(doc: Doc): string {
  const lines = entries(doc).flatMap(([key, value]) => {
    if (Array.isArray(value) && value.some(isDoc)) return [`${key}:`, ...value.flatMap(item)];
    if (key === 'measures' && isDoc(value)) return ['measures:', ...entries(value).map(([name, measure]) => `  ${scalar(name)}: ${flow(measure)}`)];
    return [`${key}: ${flow(value)}`];
  });
  return `${lines.join('\n')}\n`;
}

export const docsIn = (doc: Doc, key: string): Doc[] => {
  const list = doc[key];
  return Array.isArray(list) ? list.filter(isDoc) : [];
};
export const docIn = (doc: Doc, key: string): Doc => {
  const value = doc[key];
  return isDoc(value) ? value : {};
};
export const textIn = (doc: Doc, key: string): string => {
  const value = doc[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

/** The document with a key set; an empty text takes the key away. */
export function withKey(doc: Doc, key: string, value: Value | undefined): Doc {
  if (value !== undefined && value !== '') return { ...doc, [key]: value };
  return Object.fromEntries(Object.entries(doc).filter(([name]) => name !== key));
}

export const resultKinds = ['save', 'sale', 'upsell', 'appointment'] as const;
export type ResultKind = (typeof resultKinds)[number];

/** What a form offers to count: the name under which the plan has it, and how it is written. */
export function offered(kind: ResultKind, what: 'count' | 'value'): { name: string; measure: Doc } {
  const when = `outcome.type == "${kind}"`;
  return what === 'count' ? { name: `${kind}_count`, measure: { when, count: 'outcome.id' } } : { name: `${kind}_value`, measure: { when, sum: 'outcome.value' } };
}

/** A measure that the form can say in its own words. */
export function knownMeasure(measure: Doc): { kind: ResultKind; what: 'count' | 'value' } | undefined {
  for (const kind of resultKinds) {
    for (const what of ['count', 'value'] as const) {
      const one = offered(kind, what).measure;
      if (flow(one) === flow(measure)) return { kind, what };
    }
  }
  return undefined;
}

export const formTypes = ['per_unit', 'percent', 'tiered', 'kpi_bonus'] as const;
export type FormType = (typeof formTypes)[number];
export const isFormType = (type: string): type is FormType => formTypes.some((known) => known === type);

const formKeys: Record<string, string[]> = {
  plan: ['plan', 'version', 'currency', 'calendar', 'measures', 'components', 'gates', 'caps', 'quota', 'clawback', 'holdback', 'acknowledgement', 'approvals'],
  components: ['id', 'type', 'measure', 'amount', 'rate', 'mode', 'axis', 'per', 'tiers', 'earn', 'metric', 'target'],
  gates: ['id', 'metric', 'gte', 'applies_to', 'else', 'missing', 'min_samples'],
  caps: ['scope', 'components', 'amount', 'per'],
};

/** Which parts the form does not show: it leaves them as they are. */
export function beyondForm(doc: Doc): string[] {
  const beyond = Object.keys(doc).filter((key) => !formKeys.plan?.includes(key));
  for (const list of ['components', 'gates', 'caps']) {
    docsIn(doc, list).forEach((one, i) => {
      const name = textIn(one, 'id') || `${list}.${i}`;
      if (list === 'components' && !isFormType(textIn(one, 'type'))) beyond.push(`${name} (${textIn(one, 'type')})`);
      else beyond.push(...Object.keys(one).filter((key) => !formKeys[list]?.includes(key)).map((key) => `${name}.${key}`));
    });
  }
  for (const [name, measure] of entries(docIn(doc, 'measures'))) if (isDoc(measure) && !knownMeasure(measure)) beyond.push(`measures.${name}`);
  return beyond;
}

/** Takes away measures that nothing names any more and that the form itself could write again. */
export function tidy(doc: Doc): Doc {
  const rest = flow(withKey(doc, 'measures', undefined));
  const kept = entries(docIn(doc, 'measures')).filter(([name, measure]) => !isDoc(measure) || !knownMeasure(measure) || new RegExp(`\\b${name}\\b`).test(rest));
  return { ...doc, measures: Object.fromEntries(kept) };
}

export const firstPlan = (name: string, zone: string): Doc => ({
  plan: name, currency: 'USD', calendar: { pay: 'monthly', tz: zone }, measures: { save_count: offered('save', 'count').measure },
  components: [{ id: 'save_bonus', type: 'per_unit', measure: 'save_count', amount: '15.00' }],
  clawback: { window_days: 90, method: 'pro_rata_days', max_recovery_per_period: '25%' }, acknowledgement: { signed_copy: 'required' },
});
