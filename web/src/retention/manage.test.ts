import { describe, expect, it } from 'vitest';
import { fromMinor, toMinor } from './client-of';
import { stepsOf } from './fixes';
import { filled, unknownFields } from './merge';
import { pieces, readScores } from './scores';
import { questionsOf } from './survey-form';
import { answerLines } from './surveys';

describe('an amount of a form', () => {
  it('is minor units and back, and nothing else', () => {
    expect(['12.5', '12', '0.05', '1.234', '-1', ''].map(toMinor)).toEqual([1250, 1200, 5, undefined, undefined, undefined]);
    expect([1250, 5, 100].map(fromMinor)).toEqual(['12.50', '0.05', '1.00']);
  });
});

describe('words to customers', () => {
  it('name the fields that their kind does not have, and braces that are not closed', () => {
    expect(unknownFields('Hello {{person.name}}, {{ offer.name }} {{link', ['person.name', 'link'])).toEqual(['offer.name', '{{link']);
    expect(unknownFields('{{person.name}} {{link}}', ['person.name', 'link'])).toEqual([]);
  });

  it('are shown with examples', () => {
    expect(filled('{{a}} and {{b}}', { a: 'One' })).toBe('One and {{b}}');
  });
});

describe('a file of risk scores', () => {
  it('is read with or without a header, and says which lines are none', () => {
    expect(readScores('\uFEFFcustomer,score\r\nC-1,700\n"C-2";1000\nC-3,1001\n,5\n\nC-4\t0\n')).toEqual({
      scores: [{ customerId: 'C-1', score: 700 }, { customerId: 'C-2', score: 1000 }, { customerId: 'C-4', score: 0 }], refused: [4, 5],
    });
    expect(readScores('C-1,12').scores).toEqual([{ customerId: 'C-1', score: 12 }]);
  });

  it('goes in pieces', () => {
    expect(pieces([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  });
});

it('a checklist is a step a line', () => {
  expect(stepsOf(' Restart it \n\nCheck the light ')).toEqual(['Restart it', 'Check the light']);
});

it('a question is sent in the languages it is asked in', () => {
  expect(questionsOf([{ id: ' nice ', kind: 'scale', ask: { en: 'Nice?', ko: '  ', fil: '' } }])).toEqual([{ id: 'nice', kind: 'scale', ask: { en: 'Nice?' } }]);
});

it('answers are a line each', () => {
  expect(answerLines({ how_nice: 9, again: true })).toEqual(['how nice: 9', 'again: true']);
  expect(answerLines(null)).toEqual([]);
});
