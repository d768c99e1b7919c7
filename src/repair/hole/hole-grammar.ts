import { checkOptions, expected } from '../../engine/arguments.js';
import { type Grammar, grammarOf } from '../../engine/grammar.js';
import { GrammaskError } from '../../errors.js';
import { type Context, commonDepth, createBalance } from './contexts.js';
import { createRuleMaker, type RuleMaker } from './hole-rules.js';
import {
  commentRest,
  LINE_COMMENT_AT_END,
  LINE_COMMENT_REST,
  LINE_COMMENT_REST_AND_LINE,
  OPEN_COMMENT,
  type Pattern,
  REST_OF_REGEX,
  restOfString,
} from './lexical.js';
import { depthOf, type Position, stateOf } from './machine.js';
import { type PrefixFacts, readPrefix } from './prefix.js';
import { openSlot, plainSlot, programOfRules } from './program-of-rules.js';
import type { Alternative, HoleRules } from './rules.js';
import { borderOf, firstTokens, readSuffix, type SuffixReading } from './suffix.js';
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

/** How many brackets that the suffix closes too a hole may close before less is checked. */
const FOLLOWED = 3;

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
  const facts = readPrefix(prefix);
  const { readings, disordered } = readSuffix(suffix, {
    brackets: facts.brackets,
    inComment: facts.unfinished?.what === 'blockComment',
  });
  const border = borderOf(suffix);
  const shape = { readings, ...known, mode, slots, border, behind: firstTokens(suffix) };
  const key = `${shapeOfPrefix(facts)} ${JSON.stringify(shape)}`;
  let grammar = grammars.get(key);
  if (grammar === undefined) {
    const rules = rulesOfHole(facts, readings, suffix, { ...known, mode });
    if (rules === undefined) throw noText(mode);
    grammar = grammarOf(programOfRules(rules, slots ? openSlot : plainSlot));
    if (grammars.size >= KEPT) grammars.delete(grammars.keys().next().value as string);
    grammars.set(key, grammar);
  }
  return { grammar, recovered: facts.recovered, disordered };
}

/** The grammars of the last shapes of holes; a repair asks for the same one again and again. */
const grammars = new Map<string, Grammar>();
const KEPT = 16;

/** All of a prefix that its grammar depends on, as a text. */
function shapeOfPrefix({ positions, brackets, glue, newline, unfinished }: PrefixFacts): string {
  const stacks = positions.map(({ state, stack }) => {
    const frames: string[] = [state];
    for (let frame = stack; frame !== undefined; frame = frame.below) {
      frames.push(`${frame.close}${frame.bracket ?? ''}${frame.to}`);
    }
    return frames.join(' ');
  });
  const open =
    unfinished === undefined
      ? ''
      : `${unfinished.what}${unfinished.text[0]}${/[\\*]*$/.exec(unfinished.text)?.[0]} ${unfinished.text.length > 2}`;
  return [...stacks, brackets.join(' '), glue, newline, open].join('\n');
}

function noText(mode: HoleMode): GrammaskError {
  return new GrammaskError('ARGUMENT', `no ${mode} can stand between this prefix and this suffix`, {
    hint:
      mode === 'line' || mode === 'lines'
        ? 'the hole begins and ends at borders of tokens'
        : "with mode: 'lines' the hole may close and open brackets",
  });
}

/** The rules of a hole; undefined where there is no text. For tests and for the grammar that comes with the package. */
export function rulesOfHole(
  facts: PrefixFacts,
  readings: readonly SuffixReading[],
  suffix: string,
  options: HoleOptions & { mode: HoleMode },
): HoleRules | undefined {
  const { mode } = options;
  const crossing = mode === 'line' || mode === 'lines';
  const balance = createBalance(facts.machine, facts.brackets, readings, suffix);
  const border = borderOf(suffix);
  const starts = startsOf(facts, mode);
  const stacks = new Set(starts.map(({ stack }) => stack));
  const maker = createRuleMaker(balance, {
    lines: mode !== 'line',
    loose(context) {
      if (context.kind !== 'stack') return undefined;
      const depth = depthOf(context.stack);
      const { brackets, begins } = readings[context.reading] as SuffixReading;
      const common = commonDepth(facts.brackets, brackets);
      // What the suffix does not close, the hole must.
      if (depth >= common - FOLLOWED) return undefined;
      const endings =
        begins === 'comment' ? [OPEN_COMMENT] : [undefined, ...(border.line ? [LINE_COMMENT_AT_END] : [])];
      const name = `loose${context.reading}`;
      const lines = mode !== 'line';
      return { depth, hole: { lines, name, prefix: facts.brackets, suffix: brackets, common, endings } };
    },
    leaves: crossing ? 'brackets' : mode === 'statement' ? 'constructs' : 'nothing',
    ends(context, state) {
      if (!crossing) {
        if (context.kind !== 'stack' || !stacks.has(context.stack)) return false;
        if (mode === 'statement' ? !endsStatement(state) : !/^A(?:\.|$)/.test(state)) return false;
      }
      return balance.ends(context, state);
    },
    commentAtEnd: border.line,
    opensComment: (context) => context.kind !== 'matched' && readings[context.reading]?.begins === 'comment',
    wordBehind: border.word,
    bareParameters: options.bareParameters ?? true,
    labels: options.labels ?? true,
  });
  const root: Alternative[] = [];
  readings.forEach((reading, index) => {
    for (const start of starts) root.push(...begin(maker, facts, reading, index, start, mode));
  });
  return root.length === 0 ? undefined : { rules: maker.finish(root), root: 'root' };
}

/** Where the hole may begin. */
function startsOf(facts: PrefixFacts, mode: HoleMode): readonly Position[] {
  const behindToken = facts.unfinished?.what === 'string' || facts.unfinished?.what === 'regex';
  const read = behindToken ? positionsBehindToken(facts) : facts.positions;
  // A comment that is still open may bring a line end.
  const mayEndLine = facts.newline || facts.unfinished?.what.endsWith('Comment') === true;
  const positions = mayEndLine ? facts.machine.behindLine(read) : read;
  if (mode === 'line' || mode === 'lines') return positions;
  const wanted = mode === 'statement' ? (state: string): boolean => state === 'S' : beginsExpression;
  return facts.machine.closure(positions, facts.newline).filter(({ state }) => wanted(state));
}

function beginsExpression(state: string): boolean {
  return !/ecorat/.test(state) && stateOf(state).moves.some(({ on }) => on?.kind === 'value');
}

function endsStatement(state: string): boolean {
  return state === 'S' || stateOf(state).newline === 'S';
}

function positionsBehindToken({ machine, positions, unfinished, newline }: PrefixFacts): Position[] {
  const kind = unfinished?.what === 'string' ? 'string' : 'regex';
  return machine.step(positions, { kind, text: '', start: 0, newline });
}

function begin(
  maker: RuleMaker,
  facts: PrefixFacts,
  reading: SuffixReading,
  index: number,
  { state, stack }: Position,
  mode: HoleMode,
): Alternative[] {
  const context: Context = { kind: 'stack', stack, reading: index };
  const { unfinished, glue } = facts;
  const from = (rest: Pattern, behind: Glue): Alternative[] => [
    [{ patterns: [rest] }, maker.state(context, state, behind)],
  ];
  switch (unfinished?.what) {
    case undefined:
      return [[maker.state(context, state, glue)]];
    case 'string':
      return from(restOfString(unfinished.text), 'free');
    case 'regex':
      return from(REST_OF_REGEX, glueBehind({ kind: 'regex' }));
    case 'lineComment':
      return [
        ...(mode === 'line' ? [] : from(LINE_COMMENT_REST_AND_LINE, 'free')),
        [{ patterns: [LINE_COMMENT_REST] }, maker.atEnd(context, [state])],
      ];
    case 'blockComment': {
      const star = unfinished.text.length > 2 && unfinished.text.endsWith('*');
      const closed = from(commentRest(star, true), 'free');
      if (reading.begins !== 'comment') return closed;
      return [...closed, [{ patterns: [commentRest(star, false)] }, maker.atEnd(context, [state])]];
    }
  }
}
