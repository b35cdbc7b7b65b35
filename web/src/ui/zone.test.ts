import { describe, expect, it } from 'vitest';
import { firstZone, instantOf, wallAt } from './zone';

const ny = 'America/New_York';

describe('instantOf', () => {
  it.each([
    ['a winter day', '2026-01-15T09:30', ny, '2026-01-15T14:30:00.000Z'],
    ['a summer day', '2026-07-15T09:30', ny, '2026-07-15T13:30:00.000Z'],
    ['east of UTC', '2026-07-15T09:30', 'Asia/Seoul', '2026-07-15T00:30:00.000Z'],
    ['the hour that autumn repeats: the first', '2026-11-01T01:30', ny, '2026-11-01T05:30:00.000Z'],
    ['the hour that spring skips: an hour later on the wall', '2026-03-08T02:30', ny, '2026-03-08T07:30:00.000Z'],
  ])('%s', (_, wall, zone, instant) => {
    expect(new Date(instantOf(wall, zone)).toISOString()).toBe(instant);
  });

  it('undoes wallAt on every hour around both changes of clocks, but for the hour that comes twice', () => {
    const hours = (from: string, days: number) => Array.from({ length: days * 24 }, (_, hour) => Date.parse(from) + hour * 3_600_000);
    const wrong = [...hours('2026-03-06T00:00:00Z', 5), ...hours('2026-10-30T00:00:00Z', 5)].filter((at) => instantOf(wallAt(at, ny), ny) !== at);
    expect(wrong.map((at) => new Date(at).toISOString())).toEqual(['2026-11-01T06:00:00.000Z']);
  });
});

it('the first zone of a set is the one shown', () => {
  expect(firstZone('America/Chicago|America/New_York')).toBe('America/Chicago');
  expect(firstZone('')).toBeUndefined();
});
