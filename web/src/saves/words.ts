import i18n from 'i18next';
import { saves as en } from '../locales/en/saves';
import { saves as fil } from '../locales/fil/saves';
import { saves as ko } from '../locales/ko/saves';

// These pages bring their own words: the first load does not carry them. All three languages, so that a change of language
// finds them.
for (const [language, words] of Object.entries({ en, ko, fil })) {
  if (!i18n.hasResourceBundle(language, 'saves')) i18n.addResourceBundle(language, 'saves', words);
}

export const namespace = 'saves';
