import { type CompiledGrammar, type Grammar, GrammaskError, type Matcher } from '../../src/index.js';
import { allowedTokens, isAllowed, type TestVocabulary } from '../differential/test-vocabulary.js';
import type { SeededRandom } from '../support/seeded-random.js';

/** The limits of one call are far below; the machine may be busy. */
const slowMs = 20_000;

/** Runs one call, which must come back soon after its deadline. */
export function timed<T>(what: string, call: () => T): T {
  const started = performance.now();
  let outcome: { value: T } | { error: unknown };
  try {
    outcome = { value: call() };
  } catch (error) {
    outcome = { error };
  }
  const ms = Math.round(performance.now() - started);
  if (ms > slowMs) throw new WalkError(`${what} took ${ms} ms`);
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

/** What is wrong with a walk. */
export class WalkError extends Error {}

/** A text that a walk finished, and whether every state on the way could be decided. */
export interface Walked {
  readonly text: Buffer;
  readonly tokens: readonly number[];
}

export interface WalkLimits {
  /** Tokens at most before the text is brought to its end. */
  readonly length: number;
  /** How many tokens are tried with `accept` at each state; all where undefined. */
  readonly accepts?: number | undefined;
  /** Milliseconds for all of it. Default: no bound. */
  readonly timeMs?: number | undefined;
}

/** The time of a walk is over. */
class OutOfTime extends Error {}

/**
 * Draws tokens through masks alone, and brings the text to its end by the shortest completion. At each state mask and
 * `accept` agree about every token, and something may follow unless a state could not be decided.
 *
 * @returns null where a limit ran out, where the language is empty, or where an undecided state came to an end
 */
export function randomWalk(
  compiled: CompiledGrammar,
  vocabulary: TestVocabulary,
  random: SeededRandom,
  { length, accepts, timeMs = Number.POSITIVE_INFINITY }: WalkLimits,
): Walked | null {
  using matcher = compiled.matcher();
  const until = performance.now() + timeMs;
  const tokens: number[] = [];
  const mask = new Int32Array(Math.ceil(vocabulary.engine.size / 32));
  try {
    while (tokens.length < length) {
      mask.fill(-1);
      timed('fillMask', () => matcher.fillMask(mask));
      compareMask(matcher, mask, vocabulary, random, accepts, until);
      const allowed = allowedTokens(mask);
      const next = allowed.filter((id) => !vocabulary.stopTokens.includes(id));
      if (allowed.length === 0) return deadEnd(compiled, matcher, tokens, vocabulary);
      if (next.length === 0 || (next.length < allowed.length && random.chance(0.15))) break;
      const token = pickToken(next, vocabulary, random);
      if (!matcher.accept(token)) throw new WalkError(`token ${token} is in the mask and was not accepted`);
      tokens.push(token);
    }
    if (!matcher.isAccepting) {
      const completion = timed('shortestCompletion', () => matcher.shortestCompletion());
      // None that the budget finds, as behind a `minLength` of 10^30.
      if (completion === null) return null;
      const bytes = textOf([...completion.tokens], vocabulary);
      if (!bytes.equals(completion.bytes)) throw new WalkError('the completion has other tokens than bytes');
      for (const token of completion.tokens) {
        if (!matcher.accept(token)) throw new WalkError(`the completion ${show(bytes)} is not accepted`);
        tokens.push(token);
      }
    }
    if (!matcher.isAccepting)
      throw new WalkError(`the completion ends outside: ${show(textOf(tokens, vocabulary))}`);
    return { text: textOf(tokens, vocabulary), tokens };
  } catch (error) {
    if (isLimit(error) || error instanceof OutOfTime) return null;
    throw error;
  }
}

/** Whether an error says that a limit ran out, which a hostile input may bring about. */
export function isLimit(error: unknown): boolean {
  return GrammaskError.isInstance(error) && (error.code === 'DEADLINE' || error.code === 'MEMORY');
}

/** The verdicts about a finished text: as a whole in the language, and by tokens too. */
export function checkFinished(grammar: Grammar, { text }: Walked): void {
  try {
    if (!timed('test', () => grammar.test(text)))
      throw new WalkError(`the finished text ${show(text)} is not in the language`);
  } catch (error) {
    if (!isLimit(error)) throw error;
  }
}

function compareMask(
  matcher: Matcher,
  mask: Int32Array,
  vocabulary: TestVocabulary,
  random: SeededRandom,
  accepts: number | undefined,
  until: number,
): void {
  using fork = matcher.fork();
  const size = vocabulary.tokens.length;
  for (let index = 0; index < (accepts ?? size); index++) {
    if (performance.now() > until) throw new OutOfTime();
    const token = accepts === undefined ? index : random.below(size);
    const accepted = timed('accept', () => fork.accept(token));
    if (accepted) fork.rollback(1);
    if (accepted !== isAllowed(mask, token)) {
      throw new WalkError(`token ${token}: accept says ${accepted}, the mask ${!accepted}`);
    }
  }
}

function deadEnd(
  compiled: CompiledGrammar,
  matcher: Matcher,
  tokens: readonly number[],
  vocabulary: TestVocabulary,
): null {
  if (tokens.length === 0 && !compiled.satisfiable) return null;
  if (!matcher.isDead) throw new WalkError('the mask is empty, and isDead is false');
  if (matcher.stats.undecided > 0) return null;
  throw new WalkError(`a dead end behind ${show(textOf(tokens, vocabulary))}, and nothing was undecided`);
}

/** Uniform over tokens, or over their first bytes, so that structure is not lost among letters. */
function pickToken(allowed: readonly number[], vocabulary: TestVocabulary, random: SeededRandom): number {
  if (random.chance(0.4)) return random.pick(allowed);
  const firsts = [...new Set(allowed.map((id) => vocabulary.tokens[id]?.[0]))];
  const first = random.pick(firsts);
  return random.pick(allowed.filter((id) => vocabulary.tokens[id]?.[0] === first));
}

function textOf(tokens: readonly number[], vocabulary: TestVocabulary): Buffer {
  return Buffer.concat(tokens.map((id) => vocabulary.tokens[id] ?? new Uint8Array()));
}

function show(text: Uint8Array): string {
  return JSON.stringify(Buffer.from(text).toString());
}
