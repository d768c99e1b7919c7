import { type Context, type Contexts, createContexts } from './contexts.js';
import {
  COMMENTS_IN_LINE,
  COMMENTS_OVER_LINES,
  LINE_COMMENT_AT_END,
  OPEN_COMMENT,
  SPACE_ANY,
  SPACE_IN_LINE,
  SPACE_OVER_LINES,
} from './lexical.js';
import { looseDown } from './loose-rules.js';
import { stateOf } from './machine.js';
import { keyOf } from './program-of-rules.js';
import {
  type Alternative,
  createRuleTable,
  type HoleSymbol,
  type Rule,
  type RuleMap,
  type RuleSymbol,
  type TerminalSymbol,
} from './rules.js';
import { closerOf, type Part, partsOf } from './state-parts.js';
import type { SuffixReading } from './suffix.js';
import { type First, type Glue, isAllowed } from './terminals.js';

/** What the rules of all holes depend on that share them. */
export interface RuleOptions {
  /** Whether line ends may stand between tokens. */
  readonly lines: boolean;
  /** Whether a line comment may be the last of the hole. */
  readonly commentAtEnd: boolean;
  /** Whether the suffix begins with a character of words. */
  readonly wordBehind: boolean;
  /** Which names without brackets are declarations: `x => …`, `label:`. */
  readonly bareParameters: boolean;
  readonly labels: boolean;
}

const FIRSTS: readonly First[] = ['word', 'dot', 'equals', 'other'];
/** States with more moves have rules by the first character, since they are read behind several kinds of tokens. */
const INLINE_PARTS = 6;

/** What of a state a rule is: what may follow behind a token, or behind white space, or what of it begins with such a character. */
const PARTS = {
  behind: { free: '', word: '-behind-word', integer: '-behind-integer', bang: '-behind-bang' },
  behindSpace: '-token',
  first: { word: '-word', dot: '-dot', equals: '-equals', other: '-other' },
} as const satisfies { behind: Record<Glue, string>; behindSpace: string; first: Record<First, string> };

const keys = new Map<string, Map<string, string>>();

/** The key of a rule in its context. It is asked for at every symbol, so each is made once. */
function keyOfRule(state: string, part: string): string {
  let own = keys.get(state);
  if (own === undefined) {
    own = new Map();
    keys.set(state, own);
  }
  let key = own.get(part);
  if (key === undefined) {
    key = state + part;
    own.set(part, key);
  }
  return key;
}

const space = (pattern: { readonly source: string }): TerminalSymbol => ({ patterns: [pattern] });
const SPACES = {
  lines: { any: space(SPACE_ANY), inLine: space(SPACE_IN_LINE), overLines: space(SPACE_OVER_LINES) },
  line: {
    any: space(COMMENTS_IN_LINE),
    inLine: space(SPACE_IN_LINE),
    overLines: space(COMMENTS_OVER_LINES),
  },
};
const COMMENT_AT_END: TerminalSymbol = { patterns: [LINE_COMMENT_AT_END] };
const COMMENT_OPENED: TerminalSymbol = { patterns: [OPEN_COMMENT] };

/** Makes the rules of states on demand. */
export interface RuleMaker {
  readonly id: number;
  readonly contexts: Contexts;
  /** The rule of what may follow in a state behind a token that forbids some neighbours. */
  state(context: Context, state: string, glue: Glue): HoleSymbol;
  /** The end of the hole, where it may be in one of the states. */
  atEnd(context: Context, states: readonly string[]): HoleSymbol;
  /** What follows once the hole has closed all but so many brackets of the prefix, where the states are not followed. */
  loose(reading: SuffixReading, depth: number): RuleSymbol;
  /** The rule of these alternatives; the same ones are one rule. */
  choice(alternatives: readonly Alternative[]): HoleSymbol;
  /** Makes all that was asked for, and a rule of these alternatives. */
  finish(root: readonly Alternative[]): Rule;
}

/** How many rules are kept for the next holes. */
const MOST_RULES = 40_000;

const makers = new Map<string, RuleMaker & { readonly size: number }>();
let makerCount = 0;

/** The maker of rules for some options. It keeps what it made, as long as that is not too much. */
export function ruleMaker(options: RuleOptions): RuleMaker {
  const { lines, commentAtEnd, wordBehind, bareParameters, labels } = options;
  const key = [lines, commentAtEnd, wordBehind, bareParameters, labels].join(' ');
  let size = 0;
  for (const maker of makers.values()) size += maker.size;
  if (size > MOST_RULES) makers.clear();
  let maker = makers.get(key);
  if (maker === undefined) {
    maker = createRuleMaker(options);
    makers.set(key, maker);
  }
  return maker;
}

function createRuleMaker(options: RuleOptions): RuleMaker & { readonly size: number } {
  const contexts = createContexts();
  const { matched, endsWithWord, endsOtherwise } = contexts;
  const table = createRuleTable();
  const spaces = options.lines ? SPACES.lines : SPACES.line;
  const sharedLoose: RuleMap = new Map();
  const looseOf = new Map<string, RuleMap>();
  const choices: RuleMap = new Map();

  const state = (context: Context, name: string, glue: Glue): HoleSymbol => {
    const part = PARTS.behind[glue];
    const key = keyOfRule(name, part);
    const known = context.rules.get(key);
    if (known !== undefined) return known;
    return table.rule(context.rules, key, name + context.name + part, () => [
      ...(stateOf(name).raw ? [] : spaced(context, name)),
      ...partsOf(name).constructs.flatMap((construct) =>
        pushes(context, { ...construct, bracket: undefined }, construct.to, [], glue),
      ),
      ...(stateOf(name).close === 'soft' ? closings(context, name, glue) : []),
      ...tokens(context, name, glue),
    ]);
  };

  const behindSpace = (context: Context, name: string): HoleSymbol => {
    const key = keyOfRule(name, PARTS.behindSpace);
    return table.rule(context.rules, key, name + context.name + PARTS.behindSpace, () =>
      tokens(context, name, 'free'),
    );
  };

  /** White space or comments, then the state; behind a line end, the state of a new statement too. */
  function spaced(context: Context, name: string): Alternative[] {
    const { newline, close } = stateOf(name);
    // What begins without a token has the white space before it.
    const isRead = close !== undefined || partsOf(name).byFirst.size > 0;
    const own = isRead ? [behindSpace(context, name)] : [];
    if (newline === undefined) return own.map((to) => [spaces.any, to]);
    // A new statement may begin with an expression, which has no token of its own.
    const next = state(context, newline, 'free');
    return [
      ...own.map((to): Alternative => [spaces.inLine, to]),
      ...own.map((to): Alternative => [spaces.overLines, to]),
      [spaces.overLines, next],
    ];
  }

  /** Everything that begins with a token, what closes, and the end of the hole. */
  function tokens(context: Context, name: string, glue: Glue): Alternative[] {
    const { byFirst } = partsOf(name);
    const firsts = FIRSTS.filter((first) => byFirst.has(first) && isAllowed(glue, first));
    let count = 0;
    for (const first of firsts) count += byFirst.get(first)?.length ?? 0;
    const moves =
      count <= INLINE_PARTS
        ? firsts.flatMap((first) => movesOn(context, name, first))
        : firsts.map((first): Alternative => {
            const part = PARTS.first[first];
            const make = (): Alternative[] => movesOn(context, name, first);
            return [table.rule(context.rules, keyOfRule(name, part), name + context.name + part, make)];
          });
    const closing = stateOf(name).close === 'bracket' ? closings(context, name, 'free') : [];
    return [...moves, ...closing, ...endings(context, name, glue)];
  }

  function movesOn(context: Context, name: string, first: First): Alternative[] {
    return (partsOf(name).byFirst.get(first) ?? []).flatMap((part: Part): Alternative[] => {
      const { symbol, glue, to, push, needs } = part;
      if (needs !== undefined && !options[needs]) return [];
      if (push !== undefined) return pushes(context, push, to, [symbol], glue);
      return [[symbol, state(context, to, glue)]];
    });
  }

  /** A bracket or a construct: closed by the hole, or left to the suffix. */
  function pushes(
    context: Context,
    { close, inner, bracket }: NonNullable<Part['push']>,
    to: string,
    begin: readonly HoleSymbol[],
    glue: Glue,
  ): Alternative[] {
    const end = close === 'soft' ? [] : [closerOf(close)];
    // A type may end with a word. Where no operator follows it, no word does without a space, whatever it ends with.
    const behind = close === 'soft' && inner === 'T' && !partsOf(to).byFirst.has('word') ? 'word' : 'free';
    const result: Alternative[] =
      inner === 'functionDeclaration'
        ? [
            [...begin, state(endsOtherwise, inner, glue), state(context, to, 'free')],
            [...begin, state(endsWithWord, inner, glue), state(context, to, 'word')],
          ]
        : [[...begin, state(matched, inner, glue), ...end, state(context, to, behind)]];
    const opened = context.opened(close, bracket);
    if (opened !== undefined) result.push([...begin, state(opened, inner, glue)]);
    return result;
  }

  /** The end of what the state is in. */
  function closings(context: Context, name: string, glue: Glue): Alternative[] {
    const { close } = stateOf(name);
    const { kind, endsWith, closing } = context;
    if (kind === 'matched') {
      const isWord = glue === 'word' || glue === 'integer';
      return endsWith !== undefined && (endsWith === 'a word') !== isWord ? [] : [[]];
    }
    if (closing === undefined || (closing.close === 'soft') !== (close === 'soft')) return [];
    const { next, to } = closing;
    if (closing.close === 'soft') return 'rule' in next ? [] : [[state(next, to, glue)]];
    return [[closerOf(closing.close), 'rule' in next ? next : state(next, to, 'free')]];
  }

  function endings(context: Context, name: string, glue: Glue): Alternative[] {
    if (options.wordBehind && (glue === 'word' || glue === 'integer')) return [];
    if (!context.ends.has(name)) return [];
    if (context.opensComment) return [[COMMENT_OPENED]];
    return options.commentAtEnd && stateOf(name).raw !== true ? [[], [COMMENT_AT_END]] : [[]];
  }

  return {
    id: makerCount++,
    contexts,
    state,
    atEnd: (context, states) => {
      const name = `end-${states.join('-')}`;
      return table.rule(context.rules, name, `${name}${context.name}`, () =>
        states.some((one) => context.ends.has(one)) ? [[]] : [],
      );
    },
    loose({ begins, brackets }, depth) {
      const key = `${begins === 'comment'} ${brackets.join(' ')}`;
      let rules = looseOf.get(key);
      if (rules === undefined) {
        rules = new Map();
        looseOf.set(key, rules);
      }
      const own = rules;
      const endings: Alternative[] =
        begins === 'comment' ? [[COMMENT_OPENED]] : options.commentAtEnd ? [[], [COMMENT_AT_END]] : [[]];
      const hole = {
        lines: options.lines,
        suffix: brackets,
        endings,
        own: (name: string, make: () => Alternative[]) => table.rule(own, name, name, make),
        shared: (name: string, make: () => Alternative[]) => table.rule(sharedLoose, name, name, make),
      };
      return looseDown(hole, depth);
    },
    choice(alternatives) {
      const key = alternatives.map(keyOf).join('|');
      return table.rule(choices, key, 'choice', () => [...alternatives]);
    },
    finish(root) {
      return table.finish('root', root);
    },
    get size() {
      return table.size;
    },
  };
}
