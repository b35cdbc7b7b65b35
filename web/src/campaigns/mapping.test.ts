import { describe, expect, it } from 'vitest';
import { claimedTwice, mappingOf, meaningsOf } from './mapping';

const columns = ['id', 'full name', 'tel', 'plan', 'junk'];
const guess = { externalId: 'id', name: 'full name', phone: 'tel', data: ['plan'] };

describe('mapping', () => {
  it('goes to meanings and back unchanged', () => {
    const meanings = meaningsOf(columns, guess);
    expect(meanings).toEqual({ id: 'externalId', 'full name': 'name', tel: 'phone', plan: 'data', junk: 'skip' });
    expect(mappingOf(columns, meanings)).toEqual(guess);
  });

  it('forgets a guess about a column that is not there', () => {
    expect(meaningsOf(['a'], { phone: 'b' })).toEqual({ a: 'skip' });
  });

  it('notices two columns for one field, but any number of further facts', () => {
    expect(claimedTwice({ a: 'phone', b: 'phone' })).toBe('phone');
    expect(claimedTwice({ a: 'data', b: 'data', c: 'skip', d: 'skip' })).toBeUndefined();
  });
});
