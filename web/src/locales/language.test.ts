import i18n from 'i18next';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../api/http';
import { languageHere, speakFor } from '../app/language';
import { dateTime, day, money, number, percent } from '../ui/format';
import { sentenceOf } from '../ui/problem';
import { firstSpoken, speak, startLanguage, withWords } from '.';

beforeAll(() => startLanguage('en'));

beforeEach(async () => {
  localStorage.clear();
  await speak('en');
});

describe('the language', () => {
  it.each([[['ko-KR', 'en'], 'ko'], [['tl-PH'], 'fil'], [['fil'], 'fil'], [['de', 'en-GB'], 'en'], [['de'], 'en'], [[], 'en']])('of a browser that wants %j is %s', (wanted, language) => {
    expect(firstSpoken(wanted)).toBe(language);
  });

  it('of a person is the one that stands with the account, and this machine remembers it for the sign-in', async () => {
    await speakFor({ id: 7, language: 'ko' });
    expect(document.documentElement.lang).toBe('ko');
    expect(i18n.t('save')).toBe('저장');
    expect(languageHere()).toBe('ko');
  });

  it('that a person chose goes before that of the account, and is nobody else’s', async () => {
    localStorage.setItem('saveline.language.7', 'fil');
    await speakFor({ id: 7, language: 'ko' });
    expect(i18n.t('save')).toBe('I-save');
    await speakFor({ id: 8, language: 'en' });
    expect(i18n.t('save')).toBe('Save');
  });

  it('that the account names and the pages do not speak is English', async () => {
    await speakFor({ id: 9, language: 'xx' });
    expect(document.documentElement.lang).toBe('en');
  });
});

describe('words of some pages', () => {
  it('come with the page, in the language of the moment, and follow a change of it', async () => {
    expect(i18n.exists('gaming.title')).toBe(false);
    await expect(withWords(['gaming', 'codes'], Promise.resolve('page'))).resolves.toBe('page');
    expect([i18n.t('gaming.title'), i18n.t('code.outcome.save')]).toEqual(['Conduct', 'Save']);
    await speak('ko');
    expect(i18n.t('code.outcome.save')).toBe('해지 방어');
  });
});

describe('plurals', () => {
  it('are those of the language, with its figures', async () => {
    expect([1, 2, 1200].map((count) => i18n.t('imports.done', { count }))).toEqual(['Imported 1 person.', 'Imported 2 people.', 'Imported 1,200 people.']);
    await speak('ko');
    expect([1, 1200].map((count) => i18n.t('imports.done', { count }))).toEqual(['1명을 가져왔습니다.', '1,200명을 가져왔습니다.']);
    await speak('fil');
    expect([1, 4].map((count) => i18n.t('imports.done', { count }))).toEqual(['Na-import ang 1 tao.', 'Na-import ang 4 na tao.']);
  });
});

describe('formats', () => {
  it.each([
    ['en', 'Nov 23, 14:05 EST', 'Nov 23, 2026', '$1,234.50'],
    ['ko', '11월 23일 14:05 GMT-5', '2026년 11월 23일', '$1,234.50'],
    ['fil', 'Nob 23, 14:05 GMT-5', 'Nob 23, 2026', '$1,234.50'],
  ] as const)('of %s', async (language, at, date, amount) => {
    await speak(language);
    expect([dateTime('2026-11-23T19:05:00Z', 'America/New_York'), day('2026-11-23'), money({ amount: '1234.50', currency: 'USD' })]).toEqual([at, date, amount]);
    expect([number(12345), percent(0.0271)]).toEqual(['12,345', '2.7%']);
  });
});

describe('what the server refused', () => {
  const refused = new Problem(409, 'the run is locked');

  it('is its own sentence in English', () => {
    expect(sentenceOf(refused)).toBe('the run is locked');
  });

  it('is said by its code in another language, with the sentence where it adds something', async () => {
    await speak('ko');
    expect(sentenceOf(refused)).toBe('지금 상태에서는 할 수 없습니다. (the run is locked)');
    expect(sentenceOf(new Problem(412, 'changed since'))).toBe('그 사이에 다른 사람이 변경했습니다. 새로 고친 뒤 다시 시도하세요.');
    expect(sentenceOf(new Problem(418, 'a teapot'))).toBe('a teapot');
  });
});
