import type { QueryKey } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LiveStatus, LiveStream } from './live-stream';

/** The browser's stream, moved by hand. */
class FakeSource {
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  readonly url: string;
  private readonly listeners = new Map<string, () => void>();

  constructor(url: string) {
    this.url = url;
  }

  addEventListener(name: string, listen: () => void): void {
    this.listeners.set(name, listen);
  }

  close(): void {
    this.closed = true;
  }

  say(name: string): void {
    this.listeners.get(name)?.();
  }
}

describe('the event stream', () => {
  let sources: FakeSource[];
  let renewed: QueryKey[];
  let renewedAll: number;
  let status: LiveStatus;
  let stream: LiveStream;

  beforeEach(() => {
    vi.useFakeTimers();
    sources = [];
    renewed = [];
    renewedAll = 0;
    status = 'idle';
    stream = new LiveStream({
      open: (url) => {
        const source = new FakeSource(url);
        sources.push(source);
        return source as unknown as EventSource;
      },
      renew: (key) => renewed.push(key),
      renewAll: () => {
        renewedAll += 1;
      },
      status: (now) => {
        status = now;
      },
    });
  });

  afterEach(() => {
    stream.close();
    vi.useRealTimers();
  });

  const latest = () => sources.at(-1) ?? new FakeSource('none');
  const settle = () => vi.advanceTimersByTime(60);

  it('is one connection for all that the pages want, and is reopened only when that changes', () => {
    const leave = stream.want(['floor']);
    stream.want(['agent:7']);
    stream.want(['floor']);
    settle();
    expect(sources.map((s) => s.url)).toEqual(['/v1/events?topics=agent%3A7%2Cfloor']);
    leave();
    settle();
    expect(sources).toHaveLength(1);
  });

  it('closes when nobody listens', () => {
    const leave = stream.want(['floor']);
    settle();
    leave();
    settle();
    expect(latest().closed).toBe(true);
    expect(status).toBe('idle');
  });

  it('reads again what an event made old, once for many events', () => {
    stream.want(['floor']);
    settle();
    latest().onopen?.();
    for (let i = 0; i < 20; i += 1) latest().say('stop');
    vi.advanceTimersByTime(200);
    expect(renewed).toEqual([['stop'], ['floor'], ['desk']]);
  });

  it('reads everything again on reset and after a reconnection, not on the first opening', () => {
    stream.want(['floor']);
    settle();
    latest().onopen?.();
    expect(renewedAll).toBe(0);
    latest().say('reset');
    expect(renewedAll).toBe(1);
    latest().onerror?.();
    latest().onopen?.();
    expect(renewedAll).toBe(2);
  });

  it('says lost only after more than a hiccup, and opens again by itself when the browser has given up', () => {
    stream.want(['floor']);
    settle();
    latest().onopen?.();
    latest().readyState = 2;
    latest().onerror?.();
    expect(status).toBe('open');
    vi.advanceTimersByTime(3100);
    expect(status).toBe('lost');
    expect(sources).toHaveLength(2);
    latest().onopen?.();
    expect(status).toBe('open');
  });
});
