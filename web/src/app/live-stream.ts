import type { QueryKey } from '@tanstack/react-query';

/** lost: the stream has been silent for longer than a hiccup. */
export type LiveStatus = 'idle' | 'open' | 'lost';

/** What each event makes old. Screens hold no state of their own: they read again. */
export const renewedBy: Record<string, QueryKey[]> = {
  state: [['desk'], ['floor'], ['campaigns']],
  call: [['desk'], ['offers', 'call'], ['callbacks']],
  presentation: [['offers', 'call'], ['save-desk']],
  pay: [['my-pay'], ['disputes']],
  pay_notice: [['my-pay']],
  changed: [['floor'], ['campaigns'], ['stop']],
  campaign: [['floor'], ['campaigns'], ['desk']],
  window: [['campaigns'], ['desk']],
  agents: [['campaigns']],
  stop: [['stop'], ['floor'], ['desk']],
  progress: [['imports'], ['rehearsals'], ['lists'], ['campaigns']],
  outcome: [['queue'], ['calls'], ['desk'], ['my-pay'], ['callbacks']],
  case: [['cases'], ['save-desk'], ['offers', 'call']],
  approval: [['approvals'], ['save-desk'], ['offers', 'call']],
  run: [['pay']],
};

interface Wiring {
  open: (url: string) => EventSource;
  renew: (key: QueryKey) => void;
  renewAll: () => void;
  status: (status: LiveStatus) => void;
}

const settleMs = 50; // pages that open together share one reconnection
const coalesceMs = 150; // a busy floor says "changed" often; one reading answers many
const hiccupMs = 3000; // the browser reconnects by itself; only a longer silence is worth a banner

/** The one event stream: the union of what the open pages want, reopened when that changes. */
export class LiveStream {
  private source: EventSource | undefined;
  private readonly wanted = new Map<string, number>();
  private listening = '';
  private openedBefore = false;
  private readonly due = new Map<string, ReturnType<typeof setTimeout>>();
  private settling: ReturnType<typeof setTimeout> | undefined;
  private losing: ReturnType<typeof setTimeout> | undefined;
  private readonly wiring: Wiring;

  constructor(wiring: Wiring) {
    this.wiring = wiring;
  }

  /** Adds topics until the returned function is called. */
  want(topics: string[]): () => void {
    for (const topic of topics) this.wanted.set(topic, (this.wanted.get(topic) ?? 0) + 1);
    this.settle();
    return () => {
      for (const topic of topics) {
        const left = (this.wanted.get(topic) ?? 1) - 1;
        if (left > 0) this.wanted.set(topic, left);
        else this.wanted.delete(topic);
      }
      this.settle();
    };
  }

  close(): void {
    clearTimeout(this.settling);
    clearTimeout(this.losing);
    for (const timer of this.due.values()) clearTimeout(timer);
    this.due.clear();
    this.source?.close();
    this.source = undefined;
    this.listening = '';
  }

  private settle(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.reopen(), settleMs);
  }

  private reopen(): void {
    const topics = [...this.wanted.keys()].sort().join(',');
    if (topics === this.listening) return;
    this.source?.close();
    this.listening = topics;
    if (topics === '') {
      this.source = undefined;
      this.wiring.status('idle');
      return;
    }
    const source = this.wiring.open(`/v1/events?topics=${encodeURIComponent(topics)}`);
    this.source = source;
    source.onopen = () => this.opened();
    source.onerror = () => this.failed();
    source.addEventListener('reset', () => this.wiring.renewAll());
    for (const name of Object.keys(renewedBy)) source.addEventListener(name, () => this.renew(name));
  }

  /** What happened while the stream was down is not known, so everything on the screen is read again. */
  private opened(): void {
    clearTimeout(this.losing);
    this.losing = undefined;
    this.wiring.status('open');
    if (this.openedBefore) this.wiring.renewAll();
    this.openedBefore = true;
  }

  private failed(): void {
    this.losing ??= setTimeout(() => this.wiring.status('lost'), hiccupMs);
    if (this.source?.readyState !== 2) return;
    // The browser has given up (the server answered with an error): try again ourselves.
    this.listening = '';
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.reopen(), hiccupMs);
  }

  private renew(event: string): void {
    for (const key of renewedBy[event] ?? []) {
      const name = key.join('/');
      if (this.due.has(name)) continue;
      this.due.set(name, setTimeout(() => {
        this.due.delete(name);
        this.wiring.renew(key);
      }, coalesceMs));
    }
  }
}
