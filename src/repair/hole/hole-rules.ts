import { type Balance, type Context, contextName, MATCHED } from './contexts.js';
import {
  COMMENTS_IN_LINE,
  COMMENTS_OVER_LINES,
  LINE_COMMENT_AT_END,
  OPEN_COMMENT,
  SPACE_ANY,
  SPACE_IN_LINE,
  SPACE_OVER_LINES,
} from './lexical.js';
import { type LooseHole, looseDown } from './loose-rules.js';
import { stateOf } from './machine.js';
import type { Alternative, HoleSymbol } from './rules.js';
import { closerOf, type Part, partsOf } from './state-parts.js';
import { type First, type Glue, isAllowed } from './terminals.js';

export interface RuleOptions {
  /** Whether line ends may stand between tokens. */
  readonly lines: boolean;
  /**
   * What of the brackets of the prefix the hole may end: `brackets`: them; `constructs`: what ends without a token of its own
   * only; `nothing`.
   */
  readonly leaves: 'brackets' | 'constructs' | 'nothing';
  /** What follows once the hole has closed a bracket of the prefix, where the states are not followed further. */
  readonly loose: (context: Context) => { hole: LooseHole; depth: number } | undefined;
  /** Whether the hole may end in a state. */
  readonly ends: (context: Context, state: string) => boolean;
  /** Whether a line comment may be the last of the hole. */
  readonly commentAtEnd: boolean;
  /** Whether the suffix ends a comment that the hole begins. */
  readonly opensComment: (context: Context) => boolean;
  /** Whether the suffix begins with a character of words. */
  readonly wordBehind: boolean;
  /** Which names without brackets are declarations: `x => …`, `label:`. */
  readonly bareParameters: boolean;
  readonly labels: boolean;
}

const FIRSTS: readonly First[] = ['word', 'dot', 'equals', 'other'];
/** States with more moves have rules by the first character, since they are read behind several kinds of tokens. */
const INLINE_PARTS = 6;

const space = (pattern: { readonly source: string }): HoleSymbol => ({ patterns: [pattern] });
const SPACES = {
  lines: { any: space(SPACE_ANY), inLine: space(SPACE_IN_LINE), overLines: space(SPACE_OVER_LINES) },
  line: {
    any: space(COMMENTS_IN_LINE),
    inLine: space(SPACE_IN_LINE),
    overLines: space(COMMENTS_OVER_LINES),
  },
};
const COMMENT_AT_END: HoleSymbol = { patterns: [LINE_COMMENT_AT_END] };
const COMMENT_OPENED: HoleSymbol = { patterns: [OPEN_COMMENT] };

/** Makes the rules of states on demand. */
export interface RuleMaker {
  /** The rule of what may follow in a state behind a token that forbids some neighbours. */
  state(context: Context, state: string, glue: Glue): HoleSymbol;
  /** The end of the hole, where it may be in one of the states. */
  atEnd(context: Context, states: readonly string[]): HoleSymbol;
  finish(root: readonly Alternative[]): Map<string, readonly Alternative[]>;
}

/** Leaves out rules without an alternative, and alternatives that need one of them. The root stays. */
function dropEmpty(rules: Map<string, readonly Alternative[]>): void {
  const users = new Map<string, Set<string>>();
  for (const [name, alternatives] of rules) {
    for (const symbol of alternatives.flat()) {
      if (!('rule' in symbol)) continue;
      const known = users.get(symbol.rule);
      if (known === undefined) users.set(symbol.rule, new Set([name]));
      else known.add(name);
    }
  }
  const isEmpty = (name: string): boolean => name !== 'root' && rules.get(name)?.length === 0;
  const empty = [...rules.keys()].filter(isEmpty);
  for (let gone = empty.pop(); gone !== undefined; gone = empty.pop()) {
    for (const user of users.get(gone) ?? []) {
      const before = rules.get(user);
      if (before === undefined || before.length === 0) continue;
      const left = before.filter((one) => !one.some((symbol) => 'rule' in symbol && symbol.rule === gone));
      rules.set(user, left);
      if (isEmpty(user)) empty.push(user);
    }
    rules.delete(gone);
  }
}

export function createRuleMaker(balance: Balance, options: RuleOptions): RuleMaker {
  const rules = new Map<string, readonly Alternative[]>();
  const waiting: (() => void)[] = [];
  const spaces = options.lines ? SPACES.lines : SPACES.line;

  function rule(name: string, make: () => Alternative[]): HoleSymbol {
    if (!rules.has(name)) {
      rules.set(name, []);
      waiting.push(() => rules.set(name, make()));
    }
    return { rule: name };
  }

  const state = (context: Context, name: string, glue: Glue): HoleSymbol =>
    rule(`${name}${contextName(context)}${glue === 'free' ? '' : `-behind-${glue}`}`, () => [
      ...(stateOf(name).raw ? [] : spaced(context, name)),
      ...partsOf(name).constructs.flatMap((construct) =>
        pushes(context, { ...construct, bracket: undefined }, construct.to, [], glue),
      ),
      ...(stateOf(name).close === 'soft' ? closings(context, name, glue) : []),
      ...tokens(context, name, glue),
    ]);

  const behindSpace = (context: Context, name: string): HoleSymbol =>
    rule(`${name}${contextName(context)}-token`, () => tokens(context, name, 'free'));

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
        : firsts.map(
            (first): Alternative => [
              rule(`${name}${contextName(context)}-${first}`, () => movesOn(context, name, first)),
            ],
          );
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
            [
              ...begin,
              state({ kind: 'matched', ends: 'otherwise' }, inner, glue),
              state(context, to, 'free'),
            ],
            [
              ...begin,
              state({ kind: 'matched', ends: 'with a word' }, inner, glue),
              state(context, to, 'word'),
            ],
          ]
        : [[...begin, state(MATCHED, inner, glue), ...end, state(context, to, behind)]];
    if (options.leaves !== 'brackets') return result;
    const opened = balance.opened(context, close, bracket);
    if (opened !== undefined) result.push([...begin, state(opened, inner, glue)]);
    return result;
  }

  /** The end of what the state is in. */
  function closings(context: Context, name: string, glue: Glue): Alternative[] {
    const { close } = stateOf(name);
    if (context.kind === 'matched') {
      const isWord = glue === 'word' || glue === 'integer';
      return context.ends !== undefined && (context.ends === 'with a word') !== isWord ? [] : [[]];
    }
    if (context.kind === 'opened' || context.stack === undefined || options.leaves === 'nothing') return [];
    const { stack } = context;
    if ((stack.close === 'soft') !== (close === 'soft')) return [];
    const below: Context = { ...context, stack: stack.below };
    if (stack.close === 'soft') return [[state(below, stack.to, glue)]];
    if (stack.bracket !== undefined && options.leaves !== 'brackets') return [];
    const loose = stack.bracket === undefined ? undefined : options.loose(below);
    const next =
      loose === undefined ? state(below, stack.to, 'free') : looseDown(rule, loose.hole, loose.depth);
    return [[closerOf(stack.close), next]];
  }

  function endings(context: Context, name: string, glue: Glue): Alternative[] {
    if (options.wordBehind && (glue === 'word' || glue === 'integer')) return [];
    if (!options.ends(context, name)) return [];
    if (options.opensComment(context)) return [[COMMENT_OPENED]];
    return options.commentAtEnd && stateOf(name).raw !== true ? [[], [COMMENT_AT_END]] : [[]];
  }

  return {
    state,
    atEnd: (context, states) =>
      rule(`end${contextName(context)}-${states.join('-')}`, () =>
        states.some((name) => options.ends(context, name)) ? [[]] : [],
      ),
    finish(root) {
      rules.set('root', root);
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) next();
      dropEmpty(rules);
      return rules;
    },
  };
}
