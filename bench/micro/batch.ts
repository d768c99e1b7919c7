// Masks of a batch, on one thread and on several; masks along a draft; masks while the cache is too small.
import { availableParallelism } from 'node:os';
import type * as Package from '../../src/index.js';
import type { CompiledGrammar, Vocabulary } from '../../src/index.js';
import type { Row } from '../maskbench/tables.js';
import { Compiler, fillMasks, Grammar } from '../package.js';
import { toolCall } from './cases.js';

const MATCHERS = 64;
const REPEATS = 3;

type Fill = (matchers: readonly ReturnType<CompiledGrammar['matcher']>[], masks: Int32Array) => void;

/** A grammar and a text of it, by number. */
type Work = (number: number) => { readonly grammar: Package.Grammar; readonly text: string };

const toolCalls: Work = (number) => {
  const { schema, text } = toolCall(number);
  return { grammar: Grammar.jsonSchema(schema), text };
};

/** Expressions that have no state in common. */
const patterns: Work = (number) => ({
  grammar: Grammar.regex(`[A-Z]{2,9}-[a-f0-9]{8}(-[a-z]{3,40}){2}:([0-9]{1,3}[.]){3}[a-z ]+${number}`),
  text: `ABC-0a1b2c3d-quiet-harbour:10.20.30.boats in the bay ${number}`,
});

const milliseconds = (time: number): string => time.toFixed(2);

/** Each matcher by itself, as without a batch. */
const oneByOne: Fill = (matchers, masks) => {
  const words = masks.length / matchers.length;
  for (const [i, matcher] of matchers.entries()) matcher.fillMask(masks, i * words);
};

interface Walked {
  readonly cold: number;
  readonly warm: number;
}

/** Milliseconds for all masks of 64 different texts, token by token: the first time, and the next. */
function walkBatch(
  vocabulary: Vocabulary,
  encode: (text: string) => number[],
  work: Work,
  threads: number,
  fill: Fill,
): Walked {
  const compiler = new Compiler(vocabulary, { threads });
  const calls = Array.from({ length: MATCHERS }, (_, number) => work(number));
  const compiled = calls.map(({ grammar }) => compiler.compileSync(grammar));
  const texts = calls.map(({ text }) => encode(text));
  const masks = new Int32Array(MATCHERS * Math.ceil(vocabulary.size / 32));
  const walk = (): number => {
    const matchers = compiled.map((grammar) => grammar.matcher());
    let time = 0;
    for (let at = 0; at < Math.min(...texts.map(({ length }) => length)); at++) {
      const start = performance.now();
      fill(matchers, masks);
      time += performance.now() - start;
      for (const [i, matcher] of matchers.entries()) {
        if (!matcher.accept(texts[i]?.[at] as number)) throw new Error(`token ${at} of text ${i} is refused`);
      }
    }
    for (const matcher of matchers) matcher.dispose();
    return time;
  };
  const cold = walk();
  const warm = Math.min(walk(), walk(), walk());
  compiler.dispose();
  return { cold, warm };
}

export function batchRows(vocabulary: Vocabulary, encode: (text: string) => number[]): [string, Row][] {
  return [
    ...waysOf(vocabulary, encode, '64 tool calls', toolCalls),
    ...waysOf(vocabulary, encode, '64 patterns', patterns),
  ];
}

function waysOf(
  vocabulary: Vocabulary,
  encode: (text: string) => number[],
  title: string,
  work: Work,
): [string, Row][] {
  const ways: [string, number, Fill][] = [
    [`${title}, one by one`, 1, oneByOne],
    [`${title}, a batch on 1 thread`, 1, fillMasks],
  ];
  for (let threads = 2; threads <= availableParallelism() && threads <= 8; threads *= 2)
    ways.push([`${title}, a batch on ${threads} threads`, threads, fillMasks]);
  const best = ways.map((): Walked => ({ cold: Number.POSITIVE_INFINITY, warm: Number.POSITIVE_INFINITY }));
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const [i, [, threads, fill]] of ways.entries()) {
      const { cold, warm } = walkBatch(vocabulary, encode, work, threads, fill);
      const before = best[i] as Walked;
      best[i] = { cold: Math.min(cold, before.cold), warm: Math.min(warm, before.warm) };
    }
  }
  const [alone] = best as [Walked];
  return ways.map(([name], i) => {
    const { cold, warm } = best[i] as Walked;
    return [
      name,
      {
        'cold, ms': milliseconds(cold),
        'times one by one': (alone.cold / cold).toFixed(2),
        'warm, ms': milliseconds(warm),
        'times one by one, warm': (alone.warm / warm).toFixed(2),
      },
    ];
  });
}

/** Masks along a draft of 64 tokens, a chain and a tree, beside as many warm masks. */
export function draftRows(vocabulary: Vocabulary, encode: (text: string) => number[]): [string, Row][] {
  const { schema, text } = toolCall(5);
  const matcher = new Compiler(vocabulary).compileSync(Grammar.jsonSchema(schema)).matcher();
  const words = Math.ceil(vocabulary.size / 32);
  const tokens = encode(text);
  const chain = Int32Array.from({ length: 64 }, (_, i) => tokens[i % tokens.length] as number);
  const tree = Int32Array.from({ length: 64 }, (_, i) => tokens[Math.floor(Math.log2(i + 1))] as number);
  const parents = Int32Array.from({ length: 64 }, (_, i) => (i === 0 ? -1 : (i - 1) >> 1));
  const masks = new Int32Array(64 * words);
  const mask = new Int32Array(words);
  const least = (work: () => void): number => {
    let time = Number.POSITIVE_INFINITY;
    for (let repeat = 0; repeat < 50; repeat++) {
      const start = performance.now();
      work();
      time = Math.min(time, performance.now() - start);
    }
    return time;
  };
  /** Matchers behind the tokens of the draft: their masks are what it asks for. Those that may stand at their place come first here. */
  const statesOf = (draft: Int32Array, viable: number, above: Int32Array | undefined): Package.Matcher[] =>
    Array.from({ length: viable }, (_, node) => {
      const path: number[] = [];
      const parentOf = (at: number): number => (above === undefined ? at - 1 : (above[at] as number));
      for (let at = node; at >= 0; at = parentOf(at)) path.push(draft[at] as number);
      const fork = matcher.fork();
      for (const token of path.reverse()) fork.accept(token);
      return fork;
    });
  const row = (draft: Int32Array, above?: Int32Array): Row => {
    const viable = matcher.fillDraftMasks(draft, masks, above);
    const states = statesOf(draft, viable, above);
    const time = least(() => matcher.fillDraftMasks(draft, masks, above));
    const alone = least(() => {
      for (const [at, state] of states.entries()) state.fillMask(masks, at * words);
    });
    const oneMask = least(() => {
      for (let i = 0; i < viable; i++) matcher.fillMask(mask);
    });
    for (const state of states) state.dispose();
    return {
      viable: String(viable),
      µs: (time * 1e3).toFixed(1),
      'the same masks one by one, µs': (alone * 1e3).toFixed(1),
      ratio: (time / alone).toFixed(2),
      'one of them as often, µs': (oneMask * 1e3).toFixed(1),
    };
  };
  return [
    ['a chain of 64', row(chain)],
    ['a tree of 64', row(tree, parents)],
  ];
}

/** Masks of many tool calls with the whole cache, and with a tenth of what they take. */
export function evictionRows(vocabulary: Vocabulary, encode: (text: string) => number[]): [string, Row][] {
  const calls = Array.from({ length: MATCHERS }, (_, number) => toolCall(number));
  const texts = calls.map(({ text }) => encode(text));
  const run = (cacheBytes: number | undefined): [Row, number] => {
    const compiler = new Compiler(vocabulary, { threads: 1, cacheBytes });
    const compiled = calls.map(({ schema }) => compiler.compileSync(Grammar.jsonSchema(schema)));
    const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
    const times: number[] = [];
    for (let round = 0; round < 4; round++) {
      for (const [i, grammar] of compiled.entries()) {
        const matcher = grammar.matcher();
        for (const token of texts[i] as number[]) {
          const start = performance.now();
          matcher.fillMask(mask);
          if (round > 0) times.push((performance.now() - start) * 1e3);
          matcher.accept(token);
        }
        matcher.dispose();
      }
    }
    times.sort((a, b) => a - b);
    const at = (part: number): string => (times[Math.floor((times.length - 1) * part)] as number).toFixed(2);
    const { cacheBytes: bytes, evictions } = compiler.stats;
    compiler.dispose();
    const row = {
      'cache, KiB': (bytes / 1024).toFixed(0),
      evictions: String(evictions),
      'p50, µs': at(0.5),
      'p99, µs': at(0.99),
      'p99.9, µs': at(0.999),
      'max, µs': at(1),
    };
    return [row, bytes];
  };
  const [whole, bytes] = run(undefined);
  return [
    ['all that is asked for', whole],
    ['half of it', run(Math.floor(bytes / 2))[0]],
    ['a tenth of it', run(Math.floor(bytes / 10))[0]],
  ];
}
