import { type Pattern, patternOf, quoted } from './lexical.js';
import type { Bracket } from './machine.js';
import type { Alternative, HoleSymbol } from './rules.js';

/**
 * A hole seldom closes more than a few brackets of its prefix. Behind the last that the states follow, only the lexical
 * syntax and the brackets are kept: every level of states costs a few hundred rules.
 */

const LINE_ENDS = '\\n\\r\\u2028\\u2029';
const STRING = patternOf({ kind: 'string' }).source;
const REGEX = patternOf({ kind: 'regex' }).source;
const COMMENT = '\\/\\*(?:[^*]|\\*+[^*\\/])*\\*+\\/';
const chunk = (excluded: string, lineComment: string): HoleSymbol => ({
  patterns: [
    {
      source: `(?:[^()\\[\\]{}\`"'${excluded}]|${STRING}|${REGEX}|${COMMENT}${lineComment})+`,
    },
  ],
});
const CHUNK = {
  line: chunk(LINE_ENDS, ''),
  lines: chunk('', `|\\/\\/[^${LINE_ENDS}]*[${LINE_ENDS}]`),
};
const CHARACTERS: HoleSymbol = { patterns: [patternOf({ kind: 'characters' })] };

const CLOSERS: Readonly<Record<Bracket, string>> = { '(': ')', '[': ']', '{': '}', '${': '}', '`': '`' };
const marks = new Map<string, HoleSymbol>();
function mark(text: string): HoleSymbol {
  let symbol = marks.get(text);
  if (symbol === undefined) {
    symbol = { patterns: [{ source: quoted(text) }] };
    marks.set(text, symbol);
  }
  return symbol;
}

export interface LooseHole {
  readonly lines: boolean;
  /** Names of rules begin with it. */
  readonly name: string;
  /** The brackets that the prefix leaves open, outermost first. */
  readonly prefix: readonly Bracket[];
  /** The brackets that the suffix closes, outermost first. */
  readonly suffix: readonly Bracket[];
  /** How many of the outermost brackets of both are the same. */
  readonly common: number;
  /** What may stand at the end of the hole. */
  readonly endings: readonly (Pattern | undefined)[];
}

type RuleOf = (name: string, make: () => Alternative[]) => HoleSymbol;

/** What may follow once the hole has closed all but so many of the brackets of the prefix. */
export function looseDown(rule: RuleOf, hole: LooseHole, depth: number): HoleSymbol {
  return rule(`${hole.name}-down${depth}`, () => {
    const innermost = hole.prefix[depth - 1];
    const body = bodyOf(rule, hole, innermost);
    return [
      ...(innermost === undefined
        ? []
        : [[body, mark(CLOSERS[innermost]), looseDown(rule, hole, depth - 1)]]),
      ...(depth <= hole.common ? goOn(rule, hole, depth, body) : []),
    ];
  });
}

/** What may follow once so many brackets are open that the suffix closes. */
function looseUp(rule: RuleOf, hole: LooseHole, depth: number): HoleSymbol {
  return rule(`${hole.name}-up${depth}`, () =>
    goOn(rule, hole, depth, bodyOf(rule, hole, hole.suffix[depth - 1])),
  );
}

function goOn(rule: RuleOf, hole: LooseHole, depth: number, body: HoleSymbol): Alternative[] {
  const next = hole.suffix[depth];
  if (next !== undefined) return [[body, mark(next), looseUp(rule, hole, depth + 1)]];
  return hole.endings.map((ending) => (ending === undefined ? [body] : [body, { patterns: [ending] }]));
}

/** Balanced text within a bracket. */
function bodyOf(rule: RuleOf, hole: LooseHole, bracket: Bracket | undefined): HoleSymbol {
  const text = hole.lines ? CHUNK.lines : CHUNK.line;
  const code: HoleSymbol = { rule: 'loose-code' };
  const template: HoleSymbol = { rule: 'loose-template' };
  rule('loose-code', () =>
    [[], [text]].flatMap((begin): Alternative[] => [
      begin,
      ...['(', '[', '{'].map(
        (open): Alternative => [...begin, mark(open), code, mark(CLOSERS[open as Bracket]), code],
      ),
      [...begin, mark('`'), template, mark('`'), code],
    ]),
  );
  rule('loose-template', () =>
    [[], [CHARACTERS]].flatMap((begin): Alternative[] => [
      begin,
      [...begin, mark('${'), code, mark('}'), template],
    ]),
  );
  return bracket === '`' ? template : code;
}
