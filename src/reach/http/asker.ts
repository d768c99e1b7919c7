// Asks a server: each text once, or again where that is wanted; what fails is sent again, and what was answered is kept in a
// journal, so that no run pays twice.
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { GrammaskError } from '../../errors.js';
import { createRandom } from '../../generate/random.js';
import { type Journal, type JournalEntry, openJournal } from '../journal.js';
import { type Outcome, UNDECIDED } from '../outcome.js';
import { type Choice, choicesOf } from './answer-choices.js';
import { outcomeOfText, serverText } from './http-answer.js';
import { digestOf, type HttpSystem } from './http-system.js';
import { excerpt, type Posted, post } from './post.js';
import { createRequestGate } from './request-gate.js';

/** What a server said to a text. */
export interface Reply {
  readonly outcome: Outcome;
  /** Of the whole text of the answer. */
  readonly digest: string;
  /** Where probabilities were asked for: the places at which the value is written; empty where none were told. */
  readonly choices?: readonly Choice[];
}

/** What asking has cost, and what the server said of itself. */
export interface ServerReport {
  /** Requests that were sent, each counted; answers of a journal are among them, so that a run that goes on ends as one. */
  readonly requests: number;
  /** Of those, the ones that were sent because an earlier one had failed. */
  readonly retries: number;
  /** Texts that the server would not answer, or not within the retries. Nothing is known of them. */
  readonly failed: number;
  /** Why, of the last one. */
  readonly lastFailure: string | null;
  /** Answers whose outcome could not be read: no JSON, cut off, refused. */
  readonly undecided: number;
  /** Where probabilities of tokens were asked for: answers that came with those of the value. */
  readonly scored?: number | undefined;
  /** Names of models and fingerprints of systems that answers came with: more than one of a kind is more than one server. */
  readonly models: readonly string[];
  readonly fingerprints: readonly string[];
}

export interface Asker {
  /** What the server says to texts, in their order. null: it failed, or the budget is used up. */
  ask(texts: readonly string[]): Promise<(Reply | null)[]>;
  /** The same text anew, so many times. */
  again(text: string, times: number): Promise<(Reply | null)[]>;
  /** Requests that may still be sent; 0 behind the end of the time. */
  readonly left: number;
  report(): ServerReport;
  close(): Promise<void>;
}

interface AnswerEntry extends JournalEntry, Reply {
  readonly text: string;
  /** Which asking of this text it was, from 0. */
  readonly nth: number;
  /** What the server said of itself by then, and in no earlier answer. */
  readonly names?: { readonly models: readonly string[]; readonly fingerprints: readonly string[] };
}

export interface AskerOptions {
  readonly budget: number;
  readonly budgetMs: number;
  readonly journal: string | undefined;
}

// After so many texts in a row that failed, the server is given up.
const mostFailures = 8;
// Names that are kept of what a server says of itself.
const mostNames = 16;

/** @throws GrammaskError `ARGUMENT` where the key's variable is not set, and for a journal of another setting */
export async function createAsker(system: HttpSystem, options: AskerOptions): Promise<Asker> {
  const { target, reading, watch, signal } = system;
  const key = readKey(target.apiKeyEnv);
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' };
  if (key !== undefined) {
    if (target.apiKeyHeader === undefined) headers.authorization = `Bearer ${key}`;
    else headers[target.apiKeyHeader] = key;
  }
  const random = createRandom(target.seed);
  const endsAt = performance.now() + options.budgetMs;
  const ending = new AbortController();
  // Each request under way listens.
  setMaxListeners(0, ending.signal);
  const onAbort = (): void => ending.abort();
  const gate = createRequestGate({ ...target, budget: options.budget, endsAt, signal: ending.signal });
  const journal: Journal<AnswerEntry> | undefined =
    options.journal === undefined
      ? undefined
      : await openJournal<AnswerEntry>(options.journal, system.setting);
  // Behind what may throw: nothing is left at the caller's signal then.
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const kept = new Map<string, Reply>();
  const models = new Set<string>();
  const fingerprints = new Set<string>();
  for (const { text, nth, names, chunk: _chunk, ...reply } of journal?.entries.values() ?? []) {
    kept.set(keyOf(text, nth), reply);
    for (const name of names?.models ?? []) keep(models, name);
    for (const name of names?.fingerprints ?? []) keep(fingerprints, name);
  }
  // Those that are in the journal.
  const told = { models: models.size, fingerprints: fingerprints.size };
  let written = Math.max(-1, ...(journal?.entries.keys() ?? []));
  let writing: Promise<void> = Promise.resolve();
  const asked = new Map<string, number>();
  const counts = { retries: 0, failed: 0, undecided: 0 };
  let asksTokens = target.topLogprobs > 0;
  let scored = 0;
  let lastFailure: string | null = null;
  let failuresInARow = 0;
  let hasAnswered = false;

  function keep(names: Set<string>, name: string | null): void {
    if (name !== null && names.size < mostNames) names.add(name);
  }

  function newNames(): Pick<AnswerEntry, 'names'> {
    const names = {
      models: [...models].slice(told.models),
      fingerprints: [...fingerprints].slice(told.fingerprints),
    };
    told.models = models.size;
    told.fingerprints = fingerprints.size;
    return names.models.length + names.fingerprints.length === 0 ? {} : { names };
  }

  const serverFailed = (reason: string): GrammaskError =>
    new GrammaskError('ENGINE', `the server ${target.url} gives no answer: ${reason}`, {
      hint: 'check its address, the name of the model and the key; what is in a journal stays',
    });

  function read(json: unknown): Reply | string {
    const said = serverText(json);
    if (said === undefined) return 'an answer without choices';
    keep(models, said.model);
    keep(fingerprints, said.fingerprint);
    return {
      outcome: outcomeOfText(said, reading),
      digest: digestOf(`${said.finish}\n${said.text}`),
      ...(target.topLogprobs === 0 ? {} : { choices: choicesOf(said, reading) }),
    };
  }

  /** How long to wait before the next attempt; the server's wish goes for all requests. */
  async function wait(attempt: number, waitMs: number | undefined): Promise<boolean> {
    const own = target.backoffMs * 2 ** attempt * (0.5 + random() / 2);
    if (waitMs !== undefined && waitMs > target.maxWaitMs) return false;
    if (waitMs !== undefined) gate.pause(waitMs);
    else await sleep(Math.min(own, target.maxWaitMs), undefined, { signal: ending.signal });
    return true;
  }

  /** null: it failed, or the budget is used up. */
  async function request(text: string): Promise<Reply | null> {
    const { timeoutMs, maxBytes, retries } = target;
    let reason = '';
    for (let attempt = 0; attempt <= retries; attempt++) {
      if (!(await gate.begin())) return null;
      if (attempt > 0) counts.retries++;
      const withTokens = asksTokens;
      const { path, body } = system.requestOf(text, withTokens);
      const url = `${target.url}${path}`;
      const posted: Posted = await post({
        ...{ url, body, headers, timeoutMs, maxBytes, secret: key, signal: ending.signal },
      });
      let waitMs: number | undefined;
      if (posted.kind === 'answered') {
        const reply = read(posted.json);
        if (typeof reply !== 'string') {
          failuresInARow = 0;
          return reply;
        }
        reason = reply;
      } else {
        reason = posted.reason;
        if (posted.kind === 'refused') {
          if (!posted.isForAll && withTokens && scored === 0) {
            // A server may refuse to tell probabilities: it is asked without them from now on.
            asksTokens = false;
            attempt--;
            continue;
          }
          if (posted.isForAll || !hasAnswered) throw serverFailed(reason);
          break;
        }
        waitMs = posted.waitMs;
      }
      if (attempt < retries && !(await wait(attempt, waitMs))) {
        reason = `${reason}; it asks to wait ${Math.ceil((waitMs as number) / 1000)} s`;
        break;
      }
    }
    counts.failed++;
    lastFailure = excerpt(reason);
    if (!hasAnswered || ++failuresInARow >= mostFailures) throw serverFailed(lastFailure);
    return null;
  }

  async function one(text: string, nth: number): Promise<Reply | null> {
    const known = kept.get(keyOf(text, nth));
    if (known !== undefined && !gate.count()) return null;
    const reply = known ?? (await gate.run(() => request(text)));
    if (reply === null) return null;
    hasAnswered = true;
    if (reply.outcome === UNDECIDED) counts.undecided++;
    if ((reply.choices?.length ?? 0) > 0) scored++;
    if (known === undefined && journal !== undefined) {
      // One line after the other, whichever answer comes first.
      const names = newNames();
      writing = writing.then(() => journal.add({ chunk: ++written, text, nth, ...reply, ...names }));
      await writing;
    }
    return reply;
  }

  async function all(texts: readonly string[]): Promise<(Reply | null)[]> {
    watch.check();
    const replies = texts.map((text) => {
      const nth = asked.get(text) ?? 0;
      asked.set(text, nth + 1);
      return one(text, nth);
    });
    try {
      return await watch.race(Promise.all(replies));
    } catch (error) {
      // The others end too, before anything is closed.
      ending.abort();
      await Promise.allSettled(replies);
      watch.check();
      throw error;
    }
  }

  return {
    ask: all,
    again: (text, times) => all(Array.from({ length: times }, () => text)),
    get left() {
      return gate.left;
    },
    report: () => ({
      ...{ requests: gate.spent, ...counts, lastFailure },
      ...(target.topLogprobs === 0 ? {} : { scored }),
      models: [...models].sort(),
      fingerprints: [...fingerprints].sort(),
    }),
    async close() {
      signal?.removeEventListener('abort', onAbort);
      await writing.catch(() => {});
      await journal?.close();
    },
  };
}

function keyOf(text: string, nth: number): string {
  return `${nth}\0${text}`;
}

/** @throws GrammaskError `ARGUMENT`, which does not tell the key */
function readKey(variable: string | undefined): string | undefined {
  if (variable === undefined) return undefined;
  const key = process.env[variable]?.trim();
  if (key === undefined || key === '') {
    throw new GrammaskError('ARGUMENT', `the environment variable ${variable} is not set`, {
      hint: 'it is to hold the key of the server',
    });
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new GrammaskError(
      'ARGUMENT',
      `what ${variable} holds is no key: it has characters that no header may have`,
    );
  }
  return key;
}
