import { afterEach, describe, expect, it, vi } from 'vitest';
import { address, get, patch, post, Problem } from './http';

interface Sent {
  url: string;
  init: RequestInit;
}

/** Answers each request with the next of these; an Error is a network that failed. */
function serve(...answers: (Response | Error)[]): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    sent.push({ url, init });
    const next = answers.shift() ?? new Error('asked too often');
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  return sent;
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const header = (sent: Sent | undefined, name: string) => (sent?.init.headers as Record<string, string> | undefined)?.[name];

afterEach(() => vi.unstubAllGlobals());

describe('address', () => {
  it('leaves out what is empty', () => {
    expect(address('/v1/calls', { page: 2, q: '', campaignId: undefined, mine: true })).toBe('/v1/calls?page=2&mine=true');
    expect(address('/v1/calls')).toBe('/v1/calls');
  });
});

describe('calls', () => {
  it('repeat a POST once after a failed network, under the same key', async () => {
    const sent = serve(new Error('reset'), json({ id: 1 }));
    await expect(post('/v1/campaigns', { name: 'A' })).resolves.toEqual({ id: 1 });
    expect(sent).toHaveLength(2);
    expect(header(sent[0], 'Idempotency-Key')).toBe(header(sent[1], 'Idempotency-Key'));
  });

  it('never repeat a change that has no key', async () => {
    const sent = serve(new Error('reset'));
    await expect(patch('/v1/campaigns/1', {}, 3)).rejects.toMatchObject({ status: 0, offline: true });
    expect(sent).toHaveLength(1);
    expect(header(sent[0], 'If-Match')).toBe('"3"');
  });

  it('turn a problem into its sentence, fields and request id', async () => {
    serve(json({ title: 'Invalid', detail: 'two things are wrong', errors: [{ location: 'body.name', message: 'too long' }], requestId: 'r-1' }, 422));
    const problem = await get('/v1/me').catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ status: 422, message: 'two things are wrong', requestId: 'r-1', faults: [{ location: 'body.name', message: 'too long' }] });
  });

  it('take the request id of an answer that is not ours from its header', async () => {
    serve(new Response('<html>', { status: 502, statusText: 'Bad Gateway', headers: { 'X-Request-Id': 'r-2' } }));
    await expect(get('/v1/me')).rejects.toMatchObject({ status: 502, message: '502 Bad Gateway', requestId: 'r-2' });
  });

  it('answer nothing to nothing', async () => {
    serve(new Response(null, { status: 204 }));
    await expect(post('/v1/calls/1/hangup')).resolves.toBeUndefined();
  });
});
