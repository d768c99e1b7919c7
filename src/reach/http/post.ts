// One request: JSON goes out, JSON of a bounded size comes back, in a bounded time, from no other host than the one that was
// asked.

/** What came of a request. */
export type Posted =
  | { readonly kind: 'answered'; readonly json: unknown }
  /** It may go better next time; `waitMs`: not before. */
  | { readonly kind: 'later'; readonly reason: string; readonly waitMs: number | undefined }
  /** The server will not answer this one. `isForAll`: nor any other. */
  | { readonly kind: 'refused'; readonly reason: string; readonly isForAll: boolean };

export interface PostOptions {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Written over where the server says it back. */
  readonly secret: string | undefined;
  readonly signal: AbortSignal | undefined;
}

// A server may move its paths; more steps than these lead nowhere.
const mostRedirects = 3;
const passing = [408, 425, 429];
// Of a key, a path or a way of asking that is wrong for every text.
const forAll = [401, 402, 403, 404, 405, 406, 407, 410, 415];

/** @throws what the signal was aborted with; everything else is a result */
export async function post(options: PostOptions): Promise<Posted> {
  const { signal, timeoutMs } = options;
  signal?.throwIfAborted();
  const ending = new AbortController();
  const onAbort = (): void => ending.abort();
  const timer = setTimeout(onAbort, timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await answerOf(options, ending.signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (ending.signal.aborted) return later(`no answer within ${timeoutMs} ms`);
    return later(`the connection failed: ${messageOf(error)}`);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    // What is left of an answer that was given up is not waited for.
    ending.abort();
  }
}

async function answerOf(options: PostOptions, signal: AbortSignal): Promise<Posted> {
  let { url } = options;
  for (let step = 0; ; step++) {
    const { headers, body } = options;
    const response = await fetch(url, { method: 'POST', redirect: 'manual', headers, body, signal });
    const { status } = response;
    if (status < 300 || status > 399) return readResponse(response, options);
    const to = response.headers.get('location');
    if (to === null || !URL.canParse(to, url)) return refusedForAll(`status ${status} that leads nowhere`);
    const next = new URL(to, url);
    if (next.origin !== new URL(url).origin) {
      return refusedForAll(`status ${status} to another host, which is not followed`);
    }
    // The others turn a question into a look at a page.
    if (status !== 307 && status !== 308)
      return refusedForAll(`status ${status}: the path has another place`);
    if (step >= mostRedirects) return refusedForAll('it redirects in a circle');
    url = next.href;
  }
}

async function readResponse(response: Response, { maxBytes, secret }: PostOptions): Promise<Posted> {
  const { status } = response;
  const raw = await boundedText(response, maxBytes);
  const text = secret === undefined ? raw : raw?.replaceAll(secret, '[key]');
  if (status === 200) {
    if (text === undefined) return later(`an answer of more than ${maxBytes} bytes`);
    try {
      return { kind: 'answered', json: JSON.parse(text) };
    } catch {
      return later(`an answer that is no JSON: ${excerpt(text)}`);
    }
  }
  const reason = `status ${status}: ${excerpt(text ?? '')}`;
  if (passing.includes(status) || status >= 500) {
    return { kind: 'later', reason, waitMs: retryAfter(response.headers.get('retry-after')) };
  }
  return { kind: 'refused', reason, isForAll: status < 400 || forAll.includes(status) };
}

/** undefined where there is more than that. */
async function boundedText({ body }: Response, maxBytes: number): Promise<string | undefined> {
  if (body === null) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Counted behind the decompression, so that a small body that unpacks to a large one is a large one.
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > maxBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Milliseconds of a `Retry-After`, which is seconds or a date (RFC 9110, section 10.2.3). */
function retryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The beginning of a text in one line, without what a terminal would do something with. */
export function excerpt(text: string): string {
  const line = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

function messageOf(error: unknown): string {
  const { message, cause } = error as Error;
  return excerpt(cause instanceof Error && cause.message !== '' ? cause.message : message);
}

function later(reason: string): Posted {
  return { kind: 'later', reason, waitMs: undefined };
}

function refusedForAll(reason: string): Posted {
  return { kind: 'refused', reason, isForAll: true };
}
