import { describe, expect, it } from 'vitest';
import { Problem } from '../api/http';
import { fieldOf, sortFaults } from './faults';
import { differences } from './stale';

describe('field errors', () => {
  it.each([['body.windows.0.from', 'windows.0.from'], ['body.windows[2].to', 'windows.2.to'], ['body', ''], [undefined, '']])('%s is the field %s', (location, field) => {
    expect(fieldOf(location)).toBe(field);
  });

  it('stand beside their field, the first of several; the others above the form', () => {
    const problem = new Problem(422, 'no', [
      { location: 'body.name', message: 'too long' }, { location: 'body.name', message: 'taken' },
      { location: 'body.secret', message: 'unknown' }, { message: 'a window is missing' },
    ]);
    expect(sortFaults(problem, (field) => field === 'name')).toEqual({ fields: { name: 'too long' }, rest: ['unknown', 'a window is missing'] });
  });
});

it('a conflict shows only the fields that differ', () => {
  expect(differences({ name: 'A', retry: { busy: 1 } }, { name: 'B', retry: { busy: 1 } })).toEqual([{ field: 'name', theirs: 'A', yours: 'B' }]);
});
