import i18n from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { en } from './en';
import type { admin } from './en/admin';
import type { codes } from './en/codes';
import type { customers } from './en/customers';
import type { exportWords } from './en/exports';
import type { follow } from './en/follow';
import type { gaming } from './en/gaming';
import type { manage } from './en/manage';
import type { payroll } from './en/pay';
import type { planner } from './en/planner';
import type { retention } from './en/retention';
import type { save } from './en/save';
import type { saves } from './en/saves';
import type { steps } from './en/steps';
import type { why } from './en/why';

/** Every word in English, those of the first load and those that pages bring along. */
export type English = typeof en & typeof admin & typeof codes & typeof customers & typeof exportWords & typeof follow & typeof gaming
  & typeof manage & typeof payroll & typeof planner & typeof retention & typeof save & typeof saves & typeof steps & typeof why;

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: English };
    returnNull: false;
  }
}

/** The languages of the pages, each in its own words, so that everybody finds theirs. */
export const languages = [
  { value: 'en', label: 'English' },
  { value: 'ko', label: '한국어' },
  { value: 'fil', label: 'Filipino' },
] as const;

export type Language = (typeof languages)[number]['value'];

/** Each language is a chunk of its own: nobody loads one that is not read. */
const chunks: Record<Language, () => Promise<object>> = {
  en: () => import('./en').then(({ en: words }) => words),
  ko: () => import('./ko').then(({ words }) => words),
  fil: () => import('./fil').then(({ words }) => words),
};

/** Words that only some pages need: each comes with the first page that asks for it. */
const late = import.meta.glob<Record<string, object>>([
  './*/admin.ts', './*/codes.ts', './*/customers.ts', './*/exports.ts', './*/follow.ts', './*/gaming.ts', './*/manage.ts', './*/pay.ts', './*/planner.ts', './*/retention.ts',
  './*/save.ts', './*/saves.ts', './*/steps.ts', './*/why.ts',
]);

export type Late = 'admin' | 'codes' | 'customers' | 'exports' | 'follow' | 'gaming' | 'manage' | 'pay' | 'planner' | 'retention' | 'save' | 'saves' | 'steps' | 'why';
const wanted = new Set<Late>();
const spoken = new Set<string>();

async function addLate(name: Late, language: Language): Promise<void> {
  if (spoken.has(`${language} ${name}`)) return;
  const load = late[`./${language}/${name}.ts`];
  if (!load) throw new Error(`there are no words ${name} in ${language}`);
  for (const words of Object.values(await load())) i18n.addResourceBundle(language, 'translation', words, true);
  spoken.add(`${language} ${name}`);
}

/** Loads a page together with its words; from then on a change of language brings them too. */
export async function withWords<Page>(names: Late | readonly Late[], page: Promise<Page>): Promise<Page> {
  const asked = typeof names === 'string' ? [names] : names;
  const language = isLanguage(i18n.language) ? i18n.language : 'en';
  for (const name of asked) wanted.add(name);
  const [loaded] = await Promise.all([page, ...asked.map((name) => addLate(name, language))]);
  return loaded;
}

export const isLanguage = (text: unknown): text is Language => languages.some(({ value }) => value === text);

/** The first language of a browser's list that the pages speak. */
export function firstSpoken(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0] ?? '';
    if (base === 'tl') return 'fil'; // the older code, which some systems still send
    if (isLanguage(base)) return base;
  }
  return 'en';
}

/** Changes the language of the page: its words, the lang attribute, and with it every date, number and amount. */
export async function speak(language: Language): Promise<void> {
  if (!i18n.hasResourceBundle(language, 'translation')) {
    i18n.addResourceBundle(language, 'translation', await chunks[language]());
  }
  await Promise.all([...wanted].map((name) => addLate(name, language)));
  document.documentElement.lang = language;
  await i18n.changeLanguage(language);
}

/** Starts in a language. Where its words cannot be had the page starts in English rather than not at all. */
export async function startLanguage(language: Language): Promise<void> {
  await i18n.use(initReactI18next).init({
    lng: language, fallbackLng: 'en', resources: {}, interpolation: { escapeValue: false }, returnNull: false,
  });
  await speak(language).catch(() => speak('en'));
}
