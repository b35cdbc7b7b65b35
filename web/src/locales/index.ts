import i18n from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
    returnNull: false;
  }
}

/** A language is one file of the shape of en.ts; adding ko or fil is adding it here. */
const resources = { en: { translation: en } };

export async function startLanguage(): Promise<void> {
  await i18n.use(initReactI18next).init({
    lng: 'en', fallbackLng: 'en', resources, interpolation: { escapeValue: false }, returnNull: false,
  });
  document.documentElement.lang = i18n.language;
}
