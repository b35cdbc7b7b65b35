import { useTranslation } from 'react-i18next';
import type { Me } from '../api/types';
import { firstSpoken, isLanguage, type Language, speak } from '../locales';

const key = 'saveline.language';
const keyOf = (person: number) => `${key}.${person}`;

/** Chosen on the sign-in page, before it was known by whom. */
let chosenBefore: Language | undefined;

function kept(name: string): Language | undefined {
  const text = localStorage.getItem(name);
  return isLanguage(text) ? text : undefined;
}

/** The language of this machine: the one last spoken here, else the browser's. */
export function languageHere(): Language {
  return kept(key) ?? firstSpoken(navigator.languages);
}

/** The person's language: what they chose, else what stands with their account. */
export async function speakFor(me: Pick<Me, 'id' | 'language'>): Promise<void> {
  if (chosenBefore) localStorage.setItem(keyOf(me.id), chosenBefore);
  chosenBefore = undefined;
  const language = kept(keyOf(me.id)) ?? (isLanguage(me.language) ? me.language : 'en');
  if (language !== document.documentElement.lang) await speak(language).catch(() => undefined);
  localStorage.setItem(key, language);
}

/** The language now, and the choice of another by a person or, on the sign-in page, by whoever will sign in. */
export function useLanguage(person?: number): { language: string; choose: (to: Language) => void } {
  const { i18n } = useTranslation();
  const choose = (to: Language) => {
    localStorage.setItem(key, to);
    if (person === undefined) chosenBefore = to;
    else localStorage.setItem(keyOf(person), to);
    void speak(to);
  };
  return { language: i18n.language, choose };
}
