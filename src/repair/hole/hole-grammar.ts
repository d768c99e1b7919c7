import { checkOptions, expected } from '../../engine/arguments.js';
import { type Grammar, grammarOf } from '../../engine/grammar.js';
import { GrammaskError } from '../../errors.js';
import { createBalance } from './balance.js';
import type { Context } from './contexts.js';
import { type RuleMaker, ruleMaker } from './hole-rules.js';
import {
  commentRest,
  HASHBANG,
  HASHBANG_AND_LINE,
  LINE_COMMENT_REST,
  LINE_COMMENT_REST_AND_LINE,
  type Pattern,
  REST_OF_REGEX,
  restOfString,
} from './lexical.js';
import { mark } from './loose-rules.js';
import { type Position, stateOf } from './machine.js';
import { type PrefixFacts, readPrefix } from './prefix.js';
import { keyOf, openSlot, plainSlot, programOfRules } from './program-of-rules.js';
import type { Alternative, HoleRules, TerminalSymbol } from './rules.js';
import { borderOf, readSuffix, type SuffixReading } from './suffix.js';
import { type Glue, glueBehind } from './terminals.js';

/** What a hole of a TypeScript file is to be filled with. */
export type HoleMode = 'line' | 'lines' | 'statement' | 'expression';

export interface HoleOptions {
  /**
   * `line` (default): any text without a line end outside of templates and comments; `lines`: any text; both may close brackets
   * of the prefix and open ones that the suffix closes. `statement`: whole statements; `expression`: one expression.
   */
  readonly mode?: HoleMode | undefined;
  /** Whether references are slots: `member` behind a dot, `value` for other names. Default: true. */
  readonly slots?: boolean | undefined;
  /** Whether `x => …` may stand without parentheses around `x`; without, more names are sure to be references. Default: true. */
  readonly bareParameters?: boolean | undefined;
  /** Whether a statement may have a label; without, more names are sure to be references. Default: true. */
  readonly labels?: boolean | undefined;
}

export interface Hole {
  readonly grammar: Grammar;
  /** Offsets at which the prefix was no TypeScript; from there on anything was taken for possible. */
  readonly recovered: readonly number[];
  /** Set where the brackets or tokens of the suffix are in disorder: then it was taken to close what the prefix opens. */
  readonly disordered: boolean;
}

const MODES: readonly HoleMode[] = ['line', 'lines', 'statement', 'expression'];

/**
 * The grammar of the text between a prefix and a suffix of a TypeScript file. It takes every text that makes the file valid,
 * and many that do not: docs/hole-grammar.md. Prefix and suffix end and begin at borders of tokens, or within templates and
 * comments.
 *
 * @throws GrammaskError `ARGUMENT` where no text can fill the hole in this mode
 */
export function holeGrammar(prefix: string, suffix: string, options: HoleOptions = {}): Hole {
  if (typeof prefix !== 'string') throw expected('a string', 'prefix', prefix);
  if (typeof suffix !== 'string') throw expected('a string', 'suffix', suffix);
  const known = checkOptions(options, ['mode', 'slots', 'bareParameters', 'labels']);
  const { mode = 'line', slots = true } = known;
  if (!MODES.includes(mode)) throw expected(MODES.map((name) => `'${name}'`).join(', '), 'mode', mode);
  return makeHole(prefix, suffix, { ...known, mode, slots });
}

/** What stands around a hole in a text to be written; both of blanks, line ends and brackets. */
export interface Surroundings {
  /** Text in front of the hole. */
  readonly before: string;
  /** Text that may stand behind it. */
  readonly behind: string;
}

const NO_SURROUNDINGS: Surroundings = { before: '', behind: '' };

/**
 * The grammar of a hole with what stands around it: `before`, the hole, and perhaps `behind`; `undefined` where no text can fill
 * the hole.
 */
export function holeWithin(
  prefix: string,
  suffix: string,
  options: HoleOptions,
  surroundings: Surroundings,
): Grammar | undefined {
  const { mode = 'line', slots = true } = options;
  return findGrammar(readHole(prefix, suffix), suffix, { ...options, mode, slots }, surroundings);
}

type KnownOptions = HoleOptions & { readonly mode: HoleMode; readonly slots: boolean };

interface ReadHole {
  readonly facts: PrefixFacts;
  readonly readings: readonly SuffixReading[];
  readonly disordered: boolean;
}

function readHole(prefix: string, suffix: string): ReadHole {
  const facts = readPrefix(prefix);
  const inComment = facts.unfinished?.what === 'blockComment';
  return { facts, ...readSuffix(suffix, { brackets: facts.brackets, inComment }) };
}

function makeHole(prefix: string, suffix: string, options: KnownOptions): Hole {
  const read = readHole(prefix, suffix);
  const grammar = findGrammar(read, suffix, options, NO_SURROUNDINGS);
  if (grammar === undefined) throw noText(options.mode);
  return { grammar, recovered: read.facts.recovered, disordered: read.disordered };
}

/** The last grammars, by what they are made of. */
const grammars = new Map<string, Grammar>();
const KEPT = 32;

function findGrammar(
  { facts, readings }: ReadHole,
  suffix: string,
  options: KnownOptions,
  surroundings: Surroundings,
): Grammar | undefined {
  const { before, behind } = surroundings;
  const begun = beginHole({ ...facts, isEmpty: facts.isEmpty && before === '' }, readings, suffix, options);
  if (begun === undefined) return undefined;
  const { maker, starts } = begun;
  const key = [maker.id, options.slots, before, behind, ...starts.map(keyOf)].join('\n');
  let grammar = grammars.get(key);
  if (grammar === undefined) {
    const rules = { root: maker.finish(within(maker, starts, surroundings)) };
    grammar = grammarOf(programOfRules(rules, options.slots ? openSlot : plainSlot));
    if (grammars.size >= KEPT) grammars.delete(grammars.keys().next().value as string);
  } else {
    grammars.delete(key);
  }
  grammars.set(key, grammar);
  return grammar;
}

/** Puts what stands around a hole into its grammar. The hole is a rule of its own, the same whatever is in front of it. */
function within(
  maker: RuleMaker,
  starts: readonly Alternative[],
  { before, behind }: Surroundings,
): readonly Alternative[] {
  const inner = behind === '' ? starts : [[maker.choice(starts), maker.choice([[], [...behind].map(mark)])]];
  return before === '' ? inner : [[...[...before].map(mark), maker.choice(inner)]];
}

function noText(mode: HoleMode): GrammaskError {
  return new GrammaskError('ARGUMENT', `no ${mode} can stand between this prefix and this suffix`, {
    hint:
      mode === 'line' || mode === 'lines'
        ? 'the hole begins and ends at borders of tokens'
        : "with mode: 'lines' the hole may close and open brackets",
  });
}

/** The rules of a hole; undefined where there is no text. For tests. */
export function rulesOfHole(
  facts: PrefixFacts,
  readings: readonly SuffixReading[],
  suffix: string,
  options: HoleOptions & { mode: HoleMode },
): HoleRules | undefined {
  const begun = beginHole(facts, readings, suffix, options);
  return begun && { root: begun.maker.finish(begun.starts) };
}

/** The ways to begin a hole. */
function beginHole(
  facts: PrefixFacts,
  readings: readonly SuffixReading[],
  suffix: string,
  options: HoleOptions & { mode: HoleMode },
): { maker: RuleMaker; starts: readonly Alternative[] } | undefined {
  const { mode, bareParameters = true, labels = true } = options;
  const border = borderOf(suffix);
  const maker = ruleMaker({
    lines: mode !== 'line',
    commentAtEnd: border.line,
    wordBehind: border.word,
    bareParameters,
    labels,
  });
  const positions = startsOf(facts, mode);
  const contextOf = createBalance(facts, readings, suffix, maker.contexts, {
    leaves:
      mode === 'line' || mode === 'lines' ? 'brackets' : mode === 'statement' ? 'constructs' : 'nothing',
    starts: positions,
    isEnd: mode === 'statement' ? endsStatement : (state) => /^A(?:\.|$)/.test(state),
    loose: maker.loose,
  });
  const starts = readings.flatMap((reading, index) =>
    positions.flatMap(({ state, stack }) =>
      begin(maker, facts, reading, contextOf(index, stack), state, mode),
    ),
  );
  return starts.length === 0 ? undefined : { maker, starts };
}

/** Where the hole may begin. */
function startsOf(facts: PrefixFacts, mode: HoleMode): readonly Position[] {
  const behindToken = facts.unfinished?.what === 'string' || facts.unfinished?.what === 'regex';
  const read = behindToken ? positionsBehindToken(facts) : facts.positions;
  // A comment that is still open may bring a line end.
  const mayEndLine = facts.newline || facts.unfinished?.what.endsWith('Comment') === true;
  const { machine } = facts.automaton;
  const positions = mayEndLine ? machine.behindLine(read) : read;
  if (mode === 'line' || mode === 'lines') return positions;
  const wanted = mode === 'statement' ? (state: string): boolean => state === 'S' : beginsExpression;
  return machine.closure(positions, facts.newline).filter(({ state }) => wanted(state));
}

function beginsExpression(state: string): boolean {
  return !/ecorat/.test(state) && stateOf(state).moves.some(({ on }) => on?.kind === 'value');
}

function endsStatement(state: string): boolean {
  return state === 'S' || stateOf(state).newline === 'S';
}

function positionsBehindToken({ automaton, positions, unfinished, newline }: PrefixFacts): Position[] {
  const kind = unfinished?.what === 'string' ? 'string' : 'regex';
  return automaton.machine.step(positions, { kind, text: '', start: 0, newline });
}

function begin(
  maker: RuleMaker,
  { unfinished, glue, isEmpty }: PrefixFacts,
  reading: SuffixReading,
  context: Context,
  state: string,
  mode: HoleMode,
): Alternative[] {
  const from = (rest: TerminalSymbol, behind: Glue): Alternative[] => [
    [rest, maker.state(context, state, behind)],
  ];
  const lineComment = (text: Pattern, textAndLine: Pattern): Alternative[] => [
    ...(mode === 'line' ? [] : from(restOf(textAndLine), 'free')),
    [restOf(text), maker.atEnd(context, [state])],
  ];
  switch (unfinished?.what) {
    case undefined: {
      const code: Alternative = [maker.state(context, state, glue)];
      const isFirstLine = isEmpty && (mode === 'line' || mode === 'lines');
      return isFirstLine ? [code, ...lineComment(HASHBANG, HASHBANG_AND_LINE)] : [code];
    }
    case 'string':
      return from(restOf(restOfString(unfinished.text)), 'free');
    case 'regex':
      return from(restOf(REST_OF_REGEX), glueBehind({ kind: 'regex' }));
    case 'lineComment':
      return lineComment(LINE_COMMENT_REST, LINE_COMMENT_REST_AND_LINE);
    case 'blockComment': {
      const star = unfinished.text.length > 2 && unfinished.text.endsWith('*');
      const closed = from(restOf(commentRest(star, true)), 'free');
      if (reading.begins !== 'comment') return closed;
      return [...closed, [restOf(commentRest(star, false)), maker.atEnd(context, [state])]];
    }
  }
}

const rests = new Map<string, TerminalSymbol>();

/** The terminal of what may end a token that the prefix begins: a few patterns in all. */
function restOf(pattern: Pattern): TerminalSymbol {
  let symbol = rests.get(pattern.source);
  if (symbol === undefined) {
    symbol = { patterns: [pattern] };
    rests.set(pattern.source, symbol);
  }
  return symbol;
}
