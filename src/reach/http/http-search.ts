// The ladder without logits. Where a server tells probabilities of tokens, they order the search. Elsewhere three things can be seen of
// an answer: whether it is another one than to the empty text, whether its outcome is another one, and whether that is the wanted
// one. Symbols and texts that come nearest, or change anything, are taken first to build longer ones.
import { createRandom } from '../../generate/random.js';
import { type Control, isPrintable } from '../control.js';
import { enumeration, walk } from '../enumeration.js';
import type { Goal } from '../search.js';
import type { OnSearchProgress } from '../search-progress.js';
import { nearnessTo } from './answer-choices.js';
import type { Asker, Reply } from './asker.js';
import { copiesOf } from './copies.js';
import { createHttpHits, type HttpHit } from './http-hits.js';
import type { HttpSystem } from './http-system.js';

export interface HttpSearchOptions {
  readonly goals: readonly Goal[];
  readonly maxK: number;
  readonly seeds: readonly string[];
  readonly forbidTarget: boolean;
  readonly seed: number;
  readonly onProgress: OnSearchProgress | undefined;
}

export interface HttpSearchResult {
  /** Of each goal the shortest text of which all later askings agreed. */
  readonly hits: ReadonlyMap<number, HttpHit>;
  /** Of goals without one: the text that gave it most often. */
  readonly unsteady: ReadonlyMap<number, HttpHit>;
  /** Every text of at most so many symbols was asked and answered; -1: not even the empty one. It certifies nothing. */
  readonly complete: number;
  /** Texts that were answered. */
  readonly evaluations: number;
  /** Texts that were left out, as not in the language of the control or not to be seen. */
  readonly excluded: number;
}

/** Asks what is cheap and tells most first: no text, the seeds, every text of one symbol, then longer ones. */
export interface HttpSearch {
  ladder(): Promise<HttpSearchResult>;
  /** Texts of `maxK` symbols, each as probable as any other and none twice. */
  random(): Promise<HttpSearchResult>;
}

// Texts that are asked before hits are looked at and the budget is.
const stepSize = 16;
// Of what is left for a length, the parts for shorter texts made longer, and for changes of those; the rest is drawn.
const blindShares = { longer: 0.5, changed: 0.25 };
const scoredShares = { longer: 0.5, changed: 0.5 };
// Of the requests at the beginning, the part for texts that only say the targets.
const copyShare = 0.1;
// Texts that longer ones are built from.
const mostParents = 24;

type Sequence = readonly number[];

interface Asked {
  /** null: of no use to build others from. */
  readonly sequence: Sequence | null;
  readonly text: string;
  readonly size: number;
}

/** A sequence that was answered, and how near it came to each goal. */
interface Ranked {
  readonly sequence: Sequence;
  readonly nearness: readonly number[];
}

export function createHttpSearch(system: HttpSystem, asker: Asker, options: HttpSearchOptions): HttpSearch {
  const { control, target } = system;
  const { goals, maxK, forbidTarget } = options;
  const symbols = control.symbols.length;
  const random = createRandom(options.seed);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const hits = createHttpHits(asker, { goals, forbidTarget, replays: target.replays });
  const seen = new Set<string>();
  // By length.
  const ranked = new Map<number, Ranked[]>();
  let isScored = false;
  let baseline: Reply | undefined;
  let evaluations = 0;
  let excluded = 0;
  let length = 0;
  let complete = -1;

  const textOf = (sequence: Sequence): string =>
    decoder.decode(Buffer.concat(sequence.map((symbol) => control.symbols[symbol] as Uint8Array)));
  const hasOpen = (): boolean => hits.open(length).length > 0;

  /** Without probabilities 2: another outcome than that of the empty text, 1: another answer, 0: the same. */
  function changeOf(reply: Reply): number {
    if (baseline === undefined || reply.digest === baseline.digest) return 0;
    return reply.outcome === baseline.outcome ? 1 : 2;
  }

  function rank(sequence: Sequence, reply: Reply): void {
    const { choices = [] } = reply;
    const scores = goals.map((goal) => nearnessTo(choices, goal, system.values, system.reading));
    if (scores.some((score) => score !== undefined)) isScored = true;
    const change = changeOf(reply);
    // Of a text whose nearness is not told it is known only whether it changes something.
    const nearness = scores.map((score) => (isScored ? (score ?? Number.NEGATIVE_INFINITY) : change));
    if (!isScored && change === 0) return;
    const same = ranked.get(sequence.length);
    if (same === undefined) ranked.set(sequence.length, [{ sequence, nearness }]);
    else same.push({ sequence, nearness });
  }

  /** @returns whether all were answered */
  async function step(asked: readonly Asked[], method: string): Promise<boolean> {
    const replies = await asker.ask(asked.map(({ text }) => text));
    for (const [index, reply] of replies.entries()) {
      if (reply === null) continue;
      evaluations++;
      const { text, size, sequence } = asked[index] as Asked;
      if (text === '' && baseline === undefined) baseline = reply;
      if (sequence !== null) rank(sequence, reply);
      await hits.look({ text, length: size, evaluations, method }, reply);
    }
    const { left } = asker;
    options.onProgress?.({
      ...{ k: Math.min(length, maxK), complete, evaluations, left },
      ...{ reached: hits.steady.size, of: goals.length },
    });
    return replies.every((reply) => reply !== null);
  }

  /** Asks texts that were not asked before, until every goal has its hit; `most`: requests. */
  async function read(
    sequences: Iterable<Sequence>,
    method: string,
    most = Number.POSITIVE_INFINITY,
  ): Promise<{ isWhole: boolean }> {
    const end = asker.left - most;
    let isWhole = true;
    let waiting: Asked[] = [];
    const canGoOn = (): boolean => hasOpen() && asker.left > Math.max(0, end);
    for (const sequence of sequences) {
      const text = textOf(sequence);
      if (seen.has(text)) continue;
      if (!canGoOn()) return { isWhole: false };
      seen.add(text);
      if (!isInControl(control, text)) {
        excluded++;
        continue;
      }
      waiting.push({ sequence, text, size: sequence.length });
      if (waiting.length < Math.min(stepSize, asker.left)) continue;
      isWhole = (await step(waiting, method)) && isWhole;
      waiting = [];
    }
    if (waiting.length > 0) isWhole = (await step(waiting, method)) && isWhole;
    return { isWhole };
  }

  const mayBegin = (sequence: Sequence): boolean =>
    control.language === undefined || control.language.testPrefix(textOf(sequence));

  function* sequencesOf(k: number): Generator<Sequence> {
    const all = enumeration(symbols, k);
    if (all === undefined) return;
    const skipped = (): void => {};
    for (const { sequence } of walk(all, 0, all.total, mayBegin, skipped)) {
      if (sequence.length === k) yield sequence;
    }
  }

  /** The nearest of a length: of each goal without a hit in turn; among equals, in the order in which they were asked. */
  function parents(k: number): Sequence[] {
    const all = ranked.get(k) ?? [];
    const orders = hits
      .open(length)
      .map((goal) =>
        [...all].sort((a, b) => descending(a.nearness[goal] as number, b.nearness[goal] as number)),
      );
    const found = new Set<Sequence>();
    for (let at = 0; at < all.length && found.size < mostParents; at++) {
      for (const order of orders) found.add((order[at] as Ranked).sequence);
    }
    return [...found].slice(0, mostParents);
  }

  /** Symbols that came near or changed something alone, then the others in an order that the seed says. */
  function orderedSymbols(): number[] {
    const alone = parents(1).map(([symbol]) => symbol as number);
    const others = Array.from({ length: symbols }, (_, symbol) => symbol).filter(
      (each) => !alone.includes(each),
    );
    for (let at = others.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1));
      [others[at], others[other]] = [others[other] as number, others[at] as number];
    }
    return [...alone, ...others];
  }

  /** Each symbol before and behind each shorter text that came near, or changed something. */
  function* longer(k: number): Generator<Sequence> {
    const order = orderedSymbols();
    const shorter = parents(k - 1);
    if (isScored) {
      // What is nearest is worth every symbol.
      for (const parent of shorter) for (const symbol of order) yield* around(symbol, parent);
    } else for (const symbol of order) for (const parent of shorter) yield* around(symbol, parent);
  }

  /** The nearest of a length, with another symbol in each place; whatever is nearest by then is the next. */
  function* changed(k: number): Generator<Sequence> {
    const order = orderedSymbols();
    const done = new Set<Sequence>();
    for (;;) {
      const next = parents(k).find((sequence) => !done.has(sequence));
      if (next === undefined) return;
      done.add(next);
      for (const symbol of order) {
        for (let place = 0; place < k; place++) {
          yield [...next.slice(0, place), symbol, ...next.slice(place + 1)];
        }
      }
    }
  }

  function* drawn(k: number): Generator<Sequence> {
    // Of few texts, and of those of a language that few are in, no more come soon; then it ends.
    for (let misses = 0; misses < 10_000; misses++) {
      const sequence = Array.from({ length: k }, () => Math.floor(random() * symbols));
      const text = textOf(sequence);
      if (seen.has(text) || !isInControl(control, text)) continue;
      misses = 0;
      yield sequence;
    }
  }

  const codes = new Map(Array.from(control.ids, (id, symbol) => [id, symbol]));
  /** Those that have only symbols of the control. */
  const sequencesOfTexts = (texts: readonly string[]): Sequence[] =>
    texts
      .map((text) => Array.from(text, (char) => codes.get(char.codePointAt(0) as number)))
      .filter((sequence): sequence is number[] => sequence.every((symbol) => symbol !== undefined));

  /** Leaves out symbols of what was found, as long as it still does it. */
  async function shorten(): Promise<void> {
    for (const [goal] of goals.entries()) {
      for (;;) {
        const hit = hits.steady.get(goal);
        if (hit === undefined || hit.length - 1 <= complete || asker.left === 0) break;
        const chars = Array.from(hit.text);
        length = hit.length - 1;
        for (const [place] of chars.entries()) {
          const text = [...chars.slice(0, place), ...chars.slice(place + 1)].join('');
          if (seen.has(text) || !isInControl(control, text)) continue;
          if (asker.left === 0 || hits.steady.get(goal) !== hit) break;
          seen.add(text);
          await step([{ sequence: null, text, size: chars.length - 1 }], 'shorten');
        }
        if (hits.steady.get(goal) === hit) break;
      }
    }
  }

  const result = (): HttpSearchResult => ({
    ...{ hits: hits.steady, complete, evaluations, excluded },
    unsteady: new Map([...hits.unsteady].filter(([goal]) => !hits.steady.has(goal))),
  });

  return {
    async ladder() {
      for (let k = 0; k <= maxK; k++) {
        length = k;
        if (!hasOpen() || asker.left === 0) break;
        const share = Math.ceil(asker.left / (maxK - k + 1));
        if (complete === k - 1 && (k <= 1 || symbols ** k <= share)) {
          const { isWhole } = await read(sequencesOf(k), k === 0 ? 'empty' : 'all');
          if (isWhole) complete = k;
        } else {
          const end = asker.left - share;
          const parts = isScored ? scoredShares : blindShares;
          await read(longer(k), 'built', Math.ceil(share * parts.longer));
          await read(changed(k), 'built', Math.ceil(share * parts.changed));
          await read(drawn(k), 'drawn', asker.left - end);
        }
        if (k > 0) continue;
        await read(sequencesOfTexts(options.seeds), 'seed');
        if (forbidTarget) continue;
        const copies = copiesOf(system, goals).filter((text) => Array.from(text).length <= maxK);
        await read(sequencesOfTexts(copies), 'copy', Math.ceil(asker.left * copyShare));
      }
      await shorten();
      return result();
    },
    async random() {
      length = Number.MAX_SAFE_INTEGER;
      await read(drawn(maxK), 'random');
      return result();
    },
  };
}

function descending(a: number, b: number): number {
  return a === b ? 0 : b - a;
}

function* around(symbol: number, parent: Sequence): Generator<Sequence> {
  yield [symbol, ...parent];
  yield [...parent, symbol];
}

function isInControl({ language, printable }: Control, text: string): boolean {
  return (language === undefined || language.test(text)) && (!printable || isPrintable(text));
}
