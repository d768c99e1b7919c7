import { Worker } from 'node:worker_threads';
import { type Grammar, grammarOf } from '../../engine/grammar.js';
import { type HoleOptions, holeWithin, type Surroundings } from './hole-grammar.js';

/** What the thread is asked, as `holeWithin`. */
export interface GrammarRequest {
  readonly id: number;
  readonly prefix: string;
  readonly suffix: string;
  readonly options: HoleOptions;
  readonly surroundings: Surroundings;
}

/** What it gives. Equal grammars have one number, so that they are compiled once. */
export interface MadeGrammar {
  readonly id: number;
  readonly number: number | undefined;
  readonly program: Uint8Array | undefined;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, (made: MadeGrammar | Error) => void>;
  readonly grammars: Map<number, Grammar>;
}

const KEPT = 32;
let current: Thread | undefined;
let ids = 0;

/** One thread serves the whole process; it keeps the rules that holes share. A program that is done does not wait for it. */
function start(): Thread {
  // Beside this file: a .js in the package, a .ts where the sources run as they are.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./grammar-thread.${extension}`, import.meta.url));
  const thread: Thread = { worker, waiting: new Map(), grammars: new Map() };
  const fail = (error: Error): void => {
    if (current === thread) current = undefined;
    for (const done of thread.waiting.values()) done(error);
  };
  worker.on('message', (made: MadeGrammar) => thread.waiting.get(made.id)?.(made));
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the thread ended')));
  worker.unref();
  return thread;
}

/**
 * As `holeWithin`, beside what else the program does. Where the thread cannot be had the grammar is made here.
 *
 * @throws what `holeWithin` throws
 */
export async function makeHoleWithin(
  prefix: string,
  suffix: string,
  options: HoleOptions,
  surroundings: Surroundings,
): Promise<Grammar | undefined> {
  current ??= start();
  const thread = current;
  const id = ids++;
  thread.worker.ref();
  const made = await new Promise<MadeGrammar | Error>((done) => {
    thread.waiting.set(id, done);
    const request: GrammarRequest = { id, prefix, suffix, options, surroundings };
    thread.worker.postMessage(request);
  });
  thread.waiting.delete(id);
  if (thread.waiting.size === 0) thread.worker.unref();
  if (made instanceof Error) return holeWithin(prefix, suffix, options, surroundings);
  return made.number === undefined || made.program === undefined
    ? undefined
    : keep(thread, made.number, made.program);
}

function keep({ grammars }: Thread, number: number, program: Uint8Array): Grammar {
  const grammar = grammars.get(number) ?? grammarOf(program);
  grammars.delete(number);
  if (grammars.size >= KEPT) grammars.delete(grammars.keys().next().value as number);
  grammars.set(number, grammar);
  return grammar;
}
