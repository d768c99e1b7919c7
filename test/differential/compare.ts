import { type Compiler, type Grammar, GrammaskError, type Matcher } from '../../src/index.js';
import { DEAD, type Machine } from '../oracle/machine.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { describeSpec, goesByNames, grammarOf, type LanguageSpec, machineOf } from './language-spec.js';
import { allowedTokens, isAllowed, oracleMask, oracleStep, type TestVocabulary } from './test-vocabulary.js';

/** What a walk through languages has compared. */
export interface Coverage {
  /** Distinct (language, prefix). */
  configurations: number;
  /** Distinct masks, over all languages. */
  masks: Set<string>;
  languages: number;
  /** Languages that hold no text, and languages that the oracle cannot read. */
  empty: number;
  skipped: number;
  /** Languages that the engine says that it does not support. */
  unsupported: number;
  /** Configurations behind a state of which the engine said that it may not be alive: there, it may allow too much. */
  undecided: number;
  /** Configurations that were left out because the style is not settled there. */
  unsettled: number;
  differences: string[];
}

export function newCoverage(): Coverage {
  return {
    configurations: 0,
    masks: new Set(),
    languages: 0,
    empty: 0,
    skipped: 0,
    unsupported: 0,
    undecided: 0,
    unsettled: 0,
    differences: [],
  };
}

export interface WalkOptions {
  readonly compiler: Compiler;
  /** How masks are made; default: by the matcher. */
  readonly fill?: ((matcher: Matcher, mask: Int32Array) => void) | undefined;
  readonly vocabulary: TestVocabulary;
  readonly random: SeededRandom;
  /** Configurations at most for one language. */
  readonly limit: number;
  /** Tokens at most for one text. */
  readonly length: number;
  /** How many tokens are tried with `accept` at each configuration; all where undefined. */
  readonly accepts?: number | undefined;
}

/** Compares whole masks along random texts of a language. */
export function compareLanguage(spec: LanguageSpec, coverage: Coverage, options: WalkOptions): void {
  const machines: Machine[] = [];
  try {
    machines.push(machineOf(spec, 'live'));
    if (goesByNames(spec)) machines.push(machineOf(spec, 'mentioned'));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('oracle')) throw error;
    coverage.skipped += 1;
    return;
  }
  coverage.languages += 1;
  const seen = new Set<string>();
  try {
    compareAlong(spec, grammarOf(spec), machines, seen, coverage, options);
  } catch (error) {
    if (error instanceof GrammaskError && error.code === 'UNSUPPORTED') {
      coverage.unsupported += 1;
      return;
    }
    coverage.differences.push(`${describeSpec(spec)}\n  the engine threw ${String(error)}`);
  }
}

function compareAlong(
  spec: LanguageSpec,
  grammar: Grammar,
  machines: readonly Machine[],
  seen: Set<string>,
  coverage: Coverage,
  { compiler, fill, vocabulary, random, limit, length, accepts }: WalkOptions,
): void {
  const compiled = compiler.compileSync(grammar, { timeoutMs: 20_000 });
  const fresh = compiled.matcher();
  let isUndecided = false;
  const isEmpty = machines[0]?.start === DEAD;
  if (isEmpty) coverage.empty += 1;
  const mask = new Int32Array(Math.ceil(vocabulary.engine.size / 32));
  for (let walk = 0; seen.size < limit && walk < limit; walk++) {
    const matcher = fresh.fork();
    const prefix: number[] = [];
    let states = machines.map((machine) => machine.start);
    for (let step = 0; step < length && seen.size < limit; step++) {
      mask.fill(-1);
      if (fill) fill(matcher, mask);
      else matcher.fillMask(mask);
      const key = prefix.join();
      if (!seen.has(key)) {
        seen.add(key);
        const [expected, other = expected] = machines.map((machine, index) =>
          oracleMask(machine, states[index] as number, vocabulary),
        ) as [Int32Array, Int32Array?];
        if (!sameMask(expected, other)) {
          coverage.unsettled += 1;
          return;
        }
        coverage.configurations += 1;
        coverage.masks.add(Buffer.from(mask.buffer).toString('latin1'));
        // What one matcher could not decide is remembered for the others.
        isUndecided ||= matcher.stats.undecided > 0;
        if (isUndecided) coverage.undecided += 1;
        const difference =
          maskDifference(mask, expected, isUndecided, vocabulary) ??
          acceptDifference(matcher, mask, vocabulary, random, accepts) ??
          endDifference(matcher, machines[0] as Machine, states[0] as number) ??
          (random.chance(0.25)
            ? completionDifference(
                matcher,
                machines[0] as Machine,
                states[0] as number,
                isUndecided,
                vocabulary,
              )
            : null);
        if (difference !== null) {
          coverage.differences.push(
            `${describeSpec(spec)}\n  prefix ${showTokens(prefix, vocabulary)}\n  ${difference}`,
          );
          return;
        }
      }
      const next = pickToken(mask, vocabulary, random);
      if (next === null) break;
      if (!matcher.accept(next)) throw new Error(`token ${next} is in the mask and was not accepted`);
      prefix.push(next);
      states = machines.map((machine, index) => {
        const state = states[index] as number;
        return state === DEAD ? DEAD : oracleStep(machine, state, vocabulary, next);
      });
    }
    matcher.dispose();
    if (isEmpty) break;
  }
  fresh.dispose();
  compiled.dispose();
}

function sameMask(a: Int32Array, b: Int32Array): boolean {
  return a.every((word, index) => word === b[index]);
}

/** An undecided state may allow too much, but never a wrong end. */
function maskDifference(
  mask: Int32Array,
  expected: Int32Array,
  isUndecided: boolean,
  vocabulary: TestVocabulary,
): string | null {
  const isWrong = (token: number): boolean =>
    isAllowed(mask, token) !== isAllowed(expected, token) &&
    !(isUndecided && isAllowed(mask, token) && !vocabulary.stopTokens.includes(token));
  for (let token = 0; token < mask.length * 32; token++) {
    if (!isWrong(token)) continue;
    const wrong = Array.from({ length: mask.length * 32 }, (_, id) => id).filter(isWrong);
    const shown = wrong.slice(0, 8).map((id) => showTokens([id], vocabulary));
    return `token ${shown.join(' ')}${wrong.length > 8 ? ` and ${wrong.length - 8} more` : ''}: the mask says ${isAllowed(mask, token)}, the oracle ${!isAllowed(mask, token)}`;
  }
  return null;
}

function acceptDifference(
  matcher: Matcher,
  mask: Int32Array,
  vocabulary: TestVocabulary,
  random: SeededRandom,
  count: number | undefined,
): string | null {
  const fork = matcher.fork();
  try {
    const size = vocabulary.tokens.length;
    for (let index = 0; index < (count ?? size); index++) {
      const token = count === undefined ? index : random.below(size);
      const accepted = fork.accept(token);
      if (accepted) fork.rollback(1);
      if (accepted !== isAllowed(mask, token)) {
        return `token ${showTokens([token], vocabulary)}: accept says ${accepted}, the mask ${!accepted}`;
      }
    }
    return null;
  } finally {
    fork.dispose();
  }
}

function endDifference(matcher: Matcher, machine: Machine, state: number): string | null {
  const expected = state !== DEAD && machine.accepts(state);
  if (matcher.isAccepting === expected) return null;
  return `isAccepting is ${matcher.isAccepting}, the oracle says ${expected}`;
}

/** The shortest completion must be one; its length is not held against the oracle. */
function completionDifference(
  matcher: Matcher,
  machine: Machine,
  state: number,
  isUndecided: boolean,
  vocabulary: TestVocabulary,
): string | null {
  const completion = matcher.shortestCompletion();
  // A state of which no completion is known is undecided.
  if (completion === null && (isUndecided || matcher.stats.undecided > 0)) return null;
  if (state === DEAD || completion === null) {
    return (state === DEAD) === (completion === null) ? null : 'a completion where there is none, or none';
  }
  let at = state;
  for (const token of completion.tokens) at = at === DEAD ? DEAD : oracleStep(machine, at, vocabulary, token);
  if (at !== DEAD && machine.accepts(at)) return null;
  return `the completion ${showTokens([...completion.tokens], vocabulary)} does not complete the text`;
}

/** Uniform over tokens, or over their first bytes, so that rare structure is not lost among letters. */
function pickToken(mask: Int32Array, vocabulary: TestVocabulary, random: SeededRandom): number | null {
  const allowed = allowedTokens(mask).filter((id) => !vocabulary.stopTokens.includes(id));
  if (allowed.length === 0) return null;
  if (random.chance(0.3)) return random.pick(allowed);
  const structure = allowed.filter((id) => {
    const first = vocabulary.tokens[id]?.[0];
    return first === undefined || '{}[]",:0123456789.-+e\\ab()u'.includes(String.fromCharCode(first));
  });
  const among = structure.length > 0 && random.chance(0.8) ? structure : allowed;
  const first = vocabulary.tokens[random.pick(among)]?.[0];
  const firsts = [...new Set(among.map((id) => vocabulary.tokens[id]?.[0]))];
  const chosen = random.chance(0.5) ? first : random.pick(firsts);
  return random.pick(among.filter((id) => vocabulary.tokens[id]?.[0] === chosen));
}

export function showTokens(tokens: readonly number[], vocabulary: TestVocabulary): string {
  const shown = tokens.map((id) => {
    const bytes = vocabulary.tokens[id] ?? null;
    if (bytes === null) return `<${id}>`;
    const text = Buffer.from(bytes).toString();
    return text.includes('\ufffd') ? `\\x${Buffer.from(bytes).toString('hex')}` : text;
  });
  return JSON.stringify(shown.join(''));
}
