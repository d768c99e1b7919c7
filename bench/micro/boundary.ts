// What the way from JavaScript into C++ and back costs: the same calls on the same text, timed on both sides.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as GrammarModule from '../../src/engine/grammar.js';
import type { CompiledGrammar, Vocabulary } from '../../src/index.js';
import { replayCase } from '../instructions/replay-case.js';
import { microseconds, type Row } from '../maskbench/tables.js';
import { Compiler, Grammar } from '../package.js';
import { longText } from './cases.js';
import { runNativeTool, scratchFile } from './native-tool.js';

const TOKENS = 1000;
const WALKS = 12;
const AT_ONCE = 100;
const ROUNDS = 50;

// Of the built package, whose grammars the cases are.
const { programOf }: typeof GrammarModule = await import(
  new URL('../../dist/engine/grammar.js', import.meta.url).href
);

/** Nanoseconds of a call, by name: of each token the least, and of these the median. */
type Calls = Readonly<Record<'mask' | 'accept' | 'step' | 'rollback' | 'fork', number>>;

/** Of a text of any JSON, 1,000 tokens long; undefined, with a message, where C++ cannot be built here. */
export function boundaryRows(vocabulary: Vocabulary, encode: (text: string) => number[]): [string, Row][] {
  const text = encode(longText).slice(0, TOKENS);
  const inside = timesInside(vocabulary, text);
  if (inside === undefined) return [];
  const outside = timesOutside(vocabulary, text);
  return Object.entries(inside).map(([name, time]) => {
    const there = outside[name as keyof Calls];
    return [
      name,
      {
        'in C++': microseconds(time),
        'from JavaScript': microseconds(there),
        more: microseconds(there - time),
      },
    ];
  });
}

function timesInside(vocabulary: Vocabulary, text: readonly number[]): Calls | undefined {
  const file = scratchFile('calls');
  mkdirSync(dirname(file), { recursive: true });
  const tokens = Array.from({ length: vocabulary.tokenCount }, (_, id) =>
    vocabulary.isSpecial(id) ? new Uint8Array() : vocabulary.bytes(id),
  );
  const stopToken = vocabulary.stopTokens[0] as number;
  const program = programOf(Grammar.json());
  writeFileSync(file, replayCase({ tokens, stopToken, program, text, walks: WALKS }));
  return runNativeTool<Calls>('grammask_time_calls', [file]);
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] as number;
}

function timesOutside(vocabulary: Vocabulary, text: readonly number[]): Calls {
  const compiled = new Compiler(vocabulary).compileSync(Grammar.json());
  const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
  const logits = new Float32Array(vocabulary.size);
  const options = { temperature: 0 };
  const least = { mask: [] as number[], accept: [] as number[], step: [] as number[] };
  const lower = (times: number[], at: number, start: number): void => {
    times[at] = Math.min(times[at] ?? Number.POSITIVE_INFINITY, (performance.now() - start) * 1e6);
  };
  for (let walk = 0; walk < WALKS; walk++) {
    const [apart, stepped] = [compiled.matcher(), compiled.matcher()];
    for (const [i, token] of text.entries()) {
      let start = performance.now();
      apart.fillMask(mask);
      lower(least.mask, i, start);
      start = performance.now();
      apart.accept(token);
      lower(least.accept, i, start);
      logits[token] = 1;
      start = performance.now();
      const drawn = stepped.step(logits, options);
      lower(least.step, i, start);
      logits[token] = 0;
      if (drawn !== token) throw new Error(`token ${i} of the text was not drawn`);
    }
    apart.dispose();
    stepped.dispose();
  }
  return {
    mask: median(least.mask),
    accept: median(least.accept),
    step: median(least.step),
    ...moves(compiled, text),
  };
}

/** Taking back and forking, a hundred at a time. */
function moves(compiled: CompiledGrammar, text: readonly number[]): Pick<Calls, 'rollback' | 'fork'> {
  const matcher = compiled.matcher();
  for (const token of text) matcher.accept(token);
  const rollbacks: number[] = [];
  const forks: number[] = [];
  const forked = new Array<ReturnType<typeof matcher.fork>>(AT_ONCE);
  for (let round = 0; round < ROUNDS; round++) {
    let start = performance.now();
    for (let i = 0; i < AT_ONCE; i++) forked[i] = matcher.fork();
    forks.push(((performance.now() - start) * 1e6) / AT_ONCE);
    for (const fork of forked) fork.dispose();
    start = performance.now();
    for (let i = 0; i < AT_ONCE; i++) matcher.rollback(1);
    rollbacks.push(((performance.now() - start) * 1e6) / AT_ONCE);
    for (const token of text.slice(-AT_ONCE)) matcher.accept(token);
  }
  return { rollback: median(rollbacks), fork: median(forks) };
}
