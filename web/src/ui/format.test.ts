import { describe, expect, it } from 'vitest';
import { dateTime, day, duration, lastDay, money, percent, phone, secondsSince } from './format';

describe('duration', () => {
  it.each([[0, '0:00'], [5, '0:05'], [65, '1:05'], [3599, '59:59'], [3725, '1:02:05'], [-3, '0:00']])('%d is %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe('money', () => {
  it.each([
    ['12.50', 'USD', '$12.50'], ['-3.00', 'USD', '−$3.00'], ['1234567.89', 'USD', '$1,234,567.89'], ['5000', 'KRW', '₩5,000'],
    ['9007199254740993.01', 'USD', '$9,007,199,254,740,993.01'], ['1.00', 'XYZ', 'XYZ 1.00'],
  ])('%s %s is %s', (amount, currency, text) => {
    expect(money({ amount, currency })).toBe(text);
  });

  it('of nothing is a dash', () => {
    expect(money(null)).toBe('–');
  });
});

describe('times', () => {
  it('are in the zone asked for, with its name', () => {
    expect(dateTime('2026-11-23T19:05:00Z', 'America/New_York')).toBe('Nov 23, 14:05 EST');
  });

  it('survive a zone that the browser does not know', () => {
    expect(dateTime('2026-11-23T19:05:00Z', 'Mars/Olympus')).toContain('19:05');
  });

  it('never go below zero', () => {
    expect(secondsSince('2026-11-23T19:05:00Z', Date.parse('2026-11-23T19:04:00Z'))).toBe(0);
  });
});

describe('days', () => {
  it('have no zone', () => {
    expect(day('2026-11-01')).toBe('Nov 1, 2026');
  });

  it('end the day before the first day after', () => {
    expect(lastDay('2026-12-01')).toBe('Nov 30, 2026');
  });
});

it('a ratio is a percentage', () => {
  expect(percent(0.0271)).toBe('2.7%');
});

it('a North American number is grouped, others are not', () => {
  expect(phone('+13105550139')).toBe('+1 310 555 0139');
  expect(phone('+82212345678')).toBe('+82212345678');
});
