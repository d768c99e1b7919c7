// One row a mechanism: compile, first mask, cold and warm masks, rollback, fork, validate; beside two other engines.
//
//   npm run bench:micro -- --vocab FILE                      ours alone; tokenizer.json lies beside FILE
//   npm run bench:micro -- --vocab FILE --python PYTHON      also the peers that PYTHON can import
//
// A cold walk follows a compile with a compiler that knows nothing, a warm walk follows another walk of the same text. Each
// is repeated, and every token counts with its least time: what else is on the machine can only lengthen it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Tokenizer } from '@huggingface/tokenizers';
import type { CompiledGrammar } from '../../src/index.js';
import { microseconds, printRows, type Row } from '../maskbench/tables.js';
import { readVocabularyFile } from '../maskbench/vocabulary-file.js';
import { Compiler, Grammar } from '../package.js';
import { batchRows, draftRows, evictionRows } from './batch.js';
import { boundaryRows } from './boundary.js';
import { grammarCases, longText, type MicroCase, microCases } from './cases.js';
import { kernelRows } from './kernels.js';

/** Front ends are JavaScript: before a row they run until they are compiled, and no longer. */
const JIT_ROUNDS = 300;
const JIT_BUDGET_MS = 1_000;
const COLD_REPEATS = 7;
const COLD_BUDGET_MS = 15_000;
const WARM_REPEATS = 9;

const { values } = parseArgs({
  options: { vocab: { type: 'string' }, python: { type: 'string' }, only: { type: 'string' } },
});
const vocabularyFile = values.vocab ?? '';
const tokenizerFile = join(dirname(vocabularyFile), 'tokenizer.json');
if (!existsSync(vocabularyFile) || !existsSync(tokenizerFile)) {
  console.error('bench:micro: --vocab FILE is needed, and tokenizer.json beside it');
  process.exit(2);
}
const vocabulary = readVocabularyFile(vocabularyFile);
const tokenizer = new Tokenizer(JSON.parse(readFileSync(tokenizerFile, 'utf8')) as object, {});
const encode = (text: string): number[] => [...tokenizer.encode(text, { add_special_tokens: false }).ids];
const mask = new Int32Array(Math.ceil(vocabulary.size / 32));

interface Walk {
  readonly open: number;
  readonly masks: readonly number[];
  readonly accepts: readonly number[];
}

/** Nanoseconds of every mask and every accept. */
function walk(compiled: CompiledGrammar, tokens: readonly number[]): Walk {
  const start = performance.now();
  const matcher = compiled.matcher();
  const opened = performance.now();
  const masks: number[] = [];
  const accepts: number[] = [];
  for (const token of tokens) {
    const before = performance.now();
    matcher.fillMask(mask);
    const filled = performance.now();
    const isAllowed = (((mask[token >> 5] as number) >>> (token & 31)) & 1) === 1;
    const accepting = performance.now();
    if (!isAllowed || !matcher.accept(token)) throw new Error(`token ${masks.length} of the text is refused`);
    accepts.push((performance.now() - accepting) * 1e6);
    masks.push((filled - before) * 1e6);
  }
  matcher.dispose();
  return { open: (opened - start) * 1e6, masks, accepts };
}

const least = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((time, index) => Math.min(time, b[index] as number));
const bestOf = (a: Walk, b: Walk): Walk => ({
  open: Math.min(a.open, b.open),
  masks: least(a.masks, b.masks),
  accepts: least(a.accepts, b.accepts),
});
const sum = (times: readonly number[]): number => times.reduce((total, time) => total + time, 0);
function percentile(times: readonly number[], percent: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor((sorted.length * percent) / 100), sorted.length - 1)] ?? Number.NaN;
}

function caseRow({ grammar, text }: MicroCase): Row {
  const tokens = encode(text);
  const warming = performance.now();
  for (let round = 0; round < JIT_ROUNDS && performance.now() - warming < JIT_BUDGET_MS; round++) grammar();
  const began = performance.now();
  let compile = Number.POSITIVE_INFINITY;
  let cold: Walk | undefined;
  let warm: Walk | undefined;
  for (let round = 0; round < COLD_REPEATS && performance.now() - began < COLD_BUDGET_MS; round++) {
    const compiler = new Compiler(vocabulary);
    const start = performance.now();
    const compiled = compiler.compileSync(grammar());
    compile = Math.min(compile, (performance.now() - start) * 1e6);
    const walked = walk(compiled, tokens);
    cold = cold === undefined ? walked : bestOf(cold, walked);
    for (let again = 0; again < (round === 0 ? WARM_REPEATS : 1); again++) {
      const walkedAgain = walk(compiled, tokens);
      warm = warm === undefined ? walkedAgain : bestOf(warm, walkedAgain);
    }
    compiler.dispose();
  }
  const [first, later] = [cold as Walk, warm as Walk];
  return {
    compile: microseconds(compile),
    'compile + open + first mask': microseconds(compile + first.open + (first.masks[0] as number)),
    tokens: String(tokens.length),
    'cold avg': microseconds(sum(first.masks) / tokens.length),
    'cold max': microseconds(percentile(first.masks, 100)),
    'warm p50': microseconds(percentile(later.masks, 50)),
    'warm p99': microseconds(percentile(later.masks, 99)),
    'warm max': microseconds(percentile(later.masks, 100)),
    'commit p50': microseconds(percentile(later.accepts, 50)),
  };
}

/** Rollback, fork and validate after a thousand tokens of any JSON. */
function stateRow(): Row {
  const compiled = new Compiler(vocabulary).compileSync(Grammar.json());
  const matcher = compiled.matcher({ maxRollback: 8 });
  const tokens = encode(longText).slice(0, 1000);
  for (const token of tokens) {
    matcher.fillMask(mask);
    matcher.accept(token);
  }
  const time = (repeats: number, work: () => void, after?: () => void): number[] =>
    Array.from({ length: repeats }, () => {
      const start = performance.now();
      work();
      const elapsed = (performance.now() - start) * 1e6;
      after?.();
      return elapsed;
    });
  const last = tokens.at(-1) as number;
  const draft = Int32Array.from(tokens.slice(100, 108));
  const rollbacks = time(
    500,
    () => matcher.rollback(1),
    () => matcher.accept(last),
  );
  const forks = time(200, () => void matcher.fork());
  const validates = time(500, () => void matcher.validate(draft));
  const calls = time(2000, () => void matcher.isAccepting);
  return {
    'rollback(1) p50': microseconds(percentile(rollbacks, 50)),
    'rollback(1) p99': microseconds(percentile(rollbacks, 99)),
    'fork p50': microseconds(percentile(forks, 50)),
    'fork p99': microseconds(percentile(forks, 99)),
    'validate of 8 p50': microseconds(percentile(validates, 50)),
    'a call that does nothing p50': microseconds(percentile(calls, 50)),
  };
}

const chosen = microCases.filter(({ name }) => values.only === undefined || name.includes(values.only));
console.log(`grammask; ${cpus()[0]?.model}; load ${(loadavg()[0] as number).toFixed(1)}`);
printRows(
  'Times in µs; cold and warm are masks',
  chosen.map((each) => [each.name, caseRow(each)]),
);
if (values.only === undefined) {
  printRows(
    'Grammars; times in µs',
    grammarCases.map((each) => [each.name, caseRow(each)]),
  );
  printRows('Times in µs after 1,000 tokens of any JSON', [['any JSON', stateRow()]]);
  printRows(
    'Calls in C++ and from JavaScript, µs, 1,000 tokens of any JSON',
    boundaryRows(vocabulary, encode),
  );
  printRows('Over 128,256 logits and masks, µs, by vector instructions', kernelRows());
  printRows('A batch: all masks of 64 texts, step by step', batchRows(vocabulary, encode));
  printRows('A draft of 64 tokens', draftRows(vocabulary, encode));
  printRows('Masks under eviction', evictionRows(vocabulary, encode));
}

if (values.python !== undefined) {
  const script = fileURLToPath(new URL('../../../shared/peers/micro.py', import.meta.url));
  for (const engine of ['llguidance', 'xgrammar']) {
    console.log('');
    const { status } = spawnSync(values.python, [script, '--engine', engine, '--vocab', vocabularyFile], {
      stdio: 'inherit',
    });
    if (status !== 0) console.error(`${engine} left out: exit code ${status}`);
  }
}
