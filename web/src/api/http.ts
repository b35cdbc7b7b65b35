/** One fault of one field, as problem+json names it: location is "body.windows.0.from". */
export interface FieldFault {
  location?: string;
  message: string;
}

/** What the server says when an act did not happen (RFC 9457), or what we say when it could not be reached. */
export class Problem extends Error {
  readonly status: number;
  readonly faults: FieldFault[];
  readonly requestId: string;

  constructor(status: number, message: string, faults: FieldFault[] = [], requestId = '') {
    super(message);
    this.name = 'Problem';
    this.status = status;
    this.faults = faults;
    this.requestId = requestId;
  }

  /** The server was not reached at all. */
  get offline(): boolean {
    return this.status === 0;
  }

  /** Somebody else changed the thing since it was read. */
  get stale(): boolean {
    return this.status === 412;
  }
}

export type Query = Record<string, string | number | boolean | undefined | null>;

export interface Options {
  query?: Query | undefined;
  body?: unknown;
  /** The version that was read: the server refuses the write if it has moved on. */
  ifMatch?: number | undefined;
  signal?: AbortSignal | undefined;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface ProblemBody {
  title?: string;
  detail?: string;
  errors?: FieldFault[];
  requestId?: string;
}

/** Adds a query to a path, leaving out what is empty. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A name for one act, so that a repeat after a lost answer is not done twice. */
export function actKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

function prepare(method: Method, options: Options): RequestInit {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (options.signal) init.signal = options.signal;
  // An upload is not kept by the server to be compared, so it takes no key.
  if (method === 'POST' && !(options.body instanceof Blob)) headers['Idempotency-Key'] = actKey();
  if (options.ifMatch !== undefined) headers['If-Match'] = `"${options.ifMatch}"`;
  if (options.body instanceof Blob) {
    headers['Content-Type'] = 'application/octet-stream';
    init.body = options.body;
  } else if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  return init;
}

/** Sends once, and a POST once more if the network failed: only its key makes a repeat safe. */
async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    if (!('Idempotency-Key' in (init.headers ?? {}))) throw new Problem(0, 'offline');
    try {
      return await fetch(url, init);
    } catch {
      throw new Problem(0, 'offline');
    }
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const requestId = response.headers.get('X-Request-Id') ?? '';
  let body: ProblemBody = {};
  try {
    body = (await response.json()) as ProblemBody;
  } catch {
    // Not JSON: a proxy in between answered. Its status is all there is to say.
  }
  const message = body.detail ?? body.title ?? `${response.status} ${response.statusText}`;
  return new Problem(response.status, message, body.errors ?? [], body.requestId ?? requestId);
}

/** Calls the API and returns what it answers, or throws a Problem. */
export async function call<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const response = await send(address(path, options.query), prepare(method, options));
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>('GET', path, { query, signal });
export const post = <T>(path: string, body?: unknown, query?: Query) => call<T>('POST', path, { body, query });
export const put = <T>(path: string, body: unknown) => call<T>('PUT', path, { body });
export const patch = <T>(path: string, body: unknown, ifMatch?: number) => call<T>('PATCH', path, { body, ifMatch });
export const del = <T = undefined>(path: string, options: Options = {}) => call<T>('DELETE', path, options);
