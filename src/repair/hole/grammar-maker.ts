import { type Grammar, grammarOf } from '../../engine/grammar.js';
import { askedThread, isNoThread } from '../asked-thread.js';
import { type HoleOptions, holeWithin, type Surroundings } from './hole-grammar.js';

/** What the thread is asked, as `holeWithin`. */
export interface GrammarQuestion {
  readonly prefix: string;
  readonly suffix: string;
  readonly options: HoleOptions;
  readonly surroundings: Surroundings;
}

/** What it gives; null where no text fits. Equal grammars have one number, so that they are compiled once. */
export type MadeGrammar = { readonly number: number; readonly program: Uint8Array } | null;

const KEPT = 32;
/** The last grammars, by the number that the thread gave them. */
const grammars = new Map<number, Grammar>();

/** One thread serves the whole process; it keeps the rules that holes share. */
const ask = askedThread<GrammarQuestion, MadeGrammar>('grammar-thread', import.meta.url, () =>
  grammars.clear(),
);

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
  const made = await ask({ prefix, suffix, options, surroundings });
  if (isNoThread(made)) return holeWithin(prefix, suffix, options, surroundings);
  return made === null ? undefined : keep(made.number, made.program);
}

function keep(number: number, program: Uint8Array): Grammar {
  const grammar = grammars.get(number) ?? grammarOf(program);
  grammars.delete(number);
  if (grammars.size >= KEPT) grammars.delete(grammars.keys().next().value as number);
  grammars.set(number, grammar);
  return grammar;
}
