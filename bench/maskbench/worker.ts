// A process of `npm run bench:maskbench`: compiles one schema after the other, and writes its texts token by token.
import { readFileSync } from 'node:fs';
import type * as Package from '../../src/index.js';
import { Compiler, Grammar, GrammaskError, generationStyle } from '../package.js';
import type { SchemaLine, TestLine } from './result-lines.js';
import { readVocabularyFile } from './vocabulary-file.js';

export interface Job {
  readonly name: string;
  readonly source: string;
  /** Text of the schema. */
  readonly schema: string;
  readonly tests: readonly { readonly valid: boolean; readonly tokens: readonly number[] }[];
}

export interface WorkerSetting {
  readonly vocabularyFile: string;
  readonly style: 'exact' | 'generation';
  /** Schemas that share a compiler, and with it what its caches know. */
  readonly chunk: number;
  /** Seconds for a schema. */
  readonly limit: number;
  /** A file of schemas that are compiled before all else and thrown away, so that no time is that of a cold JavaScript engine. */
  readonly warmUpFile: string;
}

const nanoseconds = (milliseconds: number): number => Math.round(milliseconds * 1e6);

function memoryKib(field: string): number {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  } catch {
    return 0; // not Linux
  }
}

const setting = JSON.parse(process.argv[2] ?? '{}') as WorkerSetting;
const vocabulary = readVocabularyFile(setting.vocabularyFile);
// The texts have one space behind ":" and ",".
const style: Package.JsonStyle | undefined =
  setting.style === 'generation' ? { ...generationStyle, whitespace: 'spaced' } : undefined;
const limits = { timeoutMs: setting.limit * 1000 };
const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
const collectGarbage = (globalThis as { gc?: () => void }).gc;

function grammarOf(schema: string): Package.Grammar {
  return Grammar.jsonSchema(schema, style === undefined ? { limits } : { style, limits });
}

/** Of the schema that is run. */
let work = { masks: 0, cache_hits: 0, nodes_walked: 0 };

function runTest(compiled: Package.CompiledGrammar, tokens: readonly number[], valid: boolean): TestLine {
  const matcher = compiled.matcher({ maxRollback: 0, timeoutMs: limits.timeoutMs });
  const mask_ns: number[] = [];
  const step_ns: number[] = [];
  let accepted = true;
  const more: { complete?: boolean; mask_only?: boolean; accept_only?: boolean; error?: string } = {};
  try {
    for (const token of tokens) {
      const start = performance.now();
      matcher.fillMask(mask);
      const filled = performance.now();
      const isAllowed = (((mask[token >> 5] as number) >>> (token & 31)) & 1) === 1;
      const isTaken = isAllowed && matcher.accept(token);
      const end = performance.now();
      mask_ns.push(nanoseconds(filled - start));
      step_ns.push(nanoseconds(end - start));
      if (isTaken) continue;
      accepted = false;
      if (isAllowed) more.mask_only = true;
      else if (matcher.accept(token)) more.accept_only = true;
      break;
    }
    if (accepted) more.complete = matcher.isAccepting;
  } catch (error) {
    if (!GrammaskError.isInstance(error)) throw error;
    accepted = false;
    more.error = error.message.slice(0, 500);
  }
  const { masks, cacheHits, nodesWalked } = matcher.stats;
  work.masks += masks;
  work.cache_hits += cacheHits;
  work.nodes_walked += nodesWalked;
  matcher.dispose();
  return { valid, accepted, mask_ns, step_ns, ...more };
}

/** Rounds over the schemas to warm up with, each with a compiler of its own. */
const WARM_UP_ROUNDS = 3;

const warmUpSchemas = JSON.parse(readFileSync(setting.warmUpFile, 'utf8')) as readonly string[];

function warmUp(): void {
  for (const schema of warmUpSchemas) {
    try {
      using compiled = compiler.compileSync(grammarOf(schema), limits);
      using matcher = compiled.matcher();
      matcher.fillMask(mask);
    } catch (error) {
      if (!GrammaskError.isInstance(error)) throw error;
    }
  }
}

let compiler = new Compiler(vocabulary);
for (let round = 0; round < WARM_UP_ROUNDS; round++) {
  warmUp();
  compiler.dispose();
  compiler = new Compiler(vocabulary);
}
let compiledSoFar = 0;

function runJob({ name, source, schema, tests }: Job): SchemaLine {
  if (compiledSoFar++ % setting.chunk === 0) {
    compiler.dispose();
    compiler = new Compiler(vocabulary);
    // Once a chunk, not once a schema: a full collection drops what the JavaScript engine knows of shapes, and the next compile
    // takes five times as long.
    collectGarbage?.();
  }
  const about = { name, source, rss_before_kib: memoryKib('VmRSS') };
  const preempted = process.resourceUsage().involuntaryContextSwitches;
  const cpu = process.cpuUsage();
  const start = performance.now();
  let compiled: Package.CompiledGrammar;
  try {
    compiled = compiler.compileSync(grammarOf(schema), limits);
  } catch (error) {
    if (!GrammaskError.isInstance(error)) throw error;
    const refuse_ns = nanoseconds(performance.now() - start);
    return { ...about, status: 'compile_error', error: error.message.slice(0, 500), refuse_ns };
  }
  const compile_ns = nanoseconds(performance.now() - start);
  const { user, system } = process.cpuUsage(cpu);

  const before = performance.now();
  const opened = compiled.matcher({ maxRollback: 0, timeoutMs: limits.timeoutMs });
  const open_ns = nanoseconds(performance.now() - before);
  let first_mask_ns: number | undefined;
  work = { masks: 0, cache_hits: 0, nodes_walked: 0 };
  const lines = tests.map(({ tokens, valid }) => {
    const line = runTest(compiled, tokens, valid);
    first_mask_ns ??= line.mask_ns[0];
    return line;
  });
  if (first_mask_ns === undefined) {
    const asked = performance.now();
    opened.fillMask(mask);
    first_mask_ns = nanoseconds(performance.now() - asked);
  }
  opened.dispose();
  compiled.dispose();
  return {
    ...about,
    status: 'ok',
    compile_ns,
    compile_cpu_ns: (user + system) * 1000,
    open_ns,
    first_mask_ns,
    tests: lines,
    work,
    peak_rss_kib: memoryKib('VmHWM'),
    preemptions: process.resourceUsage().involuntaryContextSwitches - preempted,
  };
}

process.on('message', (job: Job) => process.send?.(runJob(job)));
process.on('disconnect', () => process.exit());
process.send?.('ready');
