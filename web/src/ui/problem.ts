import i18n from 'i18next';
import { Problem } from '../api/http';

/** The server's codes by their status: each code has exactly one. */
const codes = {
  400: 'invalid', 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found', 409: 'conflict', 412: 'stale', 413: 'limited',
  422: 'invalid', 428: 'unversioned', 429: 'limited', 500: 'internal', 503: 'unavailable',
} as const;

/** Codes of which the server's sentence says no more than the code. */
const plain = new Set<string>(['unauthenticated', 'stale', 'unversioned', 'internal']);

/**
 * What went wrong, for a person. The server's sentences are English: in another language the code is said in that
 * language first, and the sentence follows where it adds something.
 */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Problem)) return i18n.t('error.unexpected');
  if (error.offline) return i18n.t('error.offline');
  if (i18n.language === 'en' || !(error.status in codes)) return error.message;
  const code = codes[error.status as keyof typeof codes];
  const said = i18n.t(`error.code.${code}`);
  return plain.has(code) || error.message === '' ? said : `${said} (${error.message})`;
}
