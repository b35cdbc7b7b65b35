import i18n from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { en } from './en';
import type { manage } from './en/manage';
import type { planner } from './en/planner';
import type { saves } from './en/saves';
import type { steps } from './en/steps';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en & typeof manage & typeof planner & typeof steps; saves: typeof saves };
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

/** Words of pages that few open: they come with the first of those pages. */
const late = {
  manage: {
    en: () => import('./en/manage').then(({ manage: words }) => words),
    ko: () => import('./ko/manage').then(({ manage: words }) => words),
    fil: () => import('./fil/manage').then(({ manage: words }) => words),
  },
  planner: {
    en: () => import('./en/planner').then(({ planner: words }) => words),
    ko: () => import('./ko/planner').then(({ planner: words }) => words),
    fil: () => import('./fil/planner').then(({ planner: words }) => words),
  },
  steps: {
    en: () => import('./en/steps').then(({ steps: words }) => words),
    ko: () => import('./ko/steps').then(({ steps: words }) => words),
    fil: () => import('./fil/steps').then(({ steps: words }) => words),
  },
} satisfies Record<string, Record<Language, () => Promise<object>>>;
type Late = keyof typeof late;
const wanted = new Set<Late>();
const spoken = new Set<string>();

async function addLate(name: Late, language: Language): Promise<void> {
  if (spoken.has(`${language} ${name}`)) return;
  i18n.addResourceBundle(language, 'translation', await late[name][language](), true);
  spoken.add(`${language} ${name}`);
}

/** Loads a page together with its words; from then on a change of language brings them too. */
export async function withWords<Page>(name: Late, page: Promise<Page>): Promise<Page> {
  wanted.add(name);
  const [loaded] = await Promise.all([page, addLate(name, isLanguage(i18n.language) ? i18n.language : 'en')]);
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
