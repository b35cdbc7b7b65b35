import { describe, expect, it } from 'vitest';
import type { Me } from '../api/types';
import { groupsFor } from './pages';
import { readListSearch } from './routes';
import { homeOf } from './session';
import { safeNext } from './sign-in';

const me = (...permissions: string[]): Me => ({
  id: 1, name: 'A', email: 'a@example.com', roles: [], permissions, clients: [], language: 'en', zone: 'UTC', mustChange: false,
});

describe('addresses', () => {
  it('keep known filters and drop the rest', () => {
    expect(readListSearch({ q: 'autumn', state: '', page: '3', x: 1 })).toEqual({ q: 'autumn', page: 3 });
    expect(readListSearch({ page: '-1', sort: 'a b' })).toEqual({});
    expect(readListSearch({ sort: '-name' })).toEqual({ sort: '-name' });
  });

  it('after signing in stay in the house', () => {
    expect(['/pay?x=1', '//evil.example', 'https://evil.example', '/\\evil.example', undefined].map(safeNext)).toEqual(['/pay?x=1', undefined, undefined, undefined, undefined]);
  });
});

describe('the rail', () => {
  it('shows only pages that may be opened, and no empty group', () => {
    expect(groupsFor(me('desk.work', 'pay.own')).map((g) => g.pages.map((p) => p.to))).toEqual([['/desk'], ['/my-pay']]);
  });

  it('everybody starts on the page of their work', () => {
    expect(homeOf(me('desk.work', 'campaigns.read'))).toBe('/desk');
    expect(homeOf(me('campaigns.write', 'floor.read'))).toBe('/campaigns');
    expect(homeOf(me('floor.read'))).toBe('/floor');
    expect(homeOf(me('pay.read'))).toBe('/pay');
    expect(homeOf({ ...me('pay.read'), mustChange: true })).toBe('/account');
  });
});
