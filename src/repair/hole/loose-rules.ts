import { patternOf, quoted } from './lexical.js';
import type { Alternative, HoleSymbol, RuleSymbol, TerminalSymbol } from './rules.js';
import { type Bracket, CLOSERS } from './state-table.js';

/**
 * A hole seldom closes more than a few brackets of its prefix. Behind the last that the states follow, only the lexical
 * syntax and the brackets are kept: every level of states costs a few hundred rules.
 */

const LINE_ENDS = '\\n\\r\\u2028\\u2029';
const STRING = patternOf({ kind: 'string' }).source;
const REGEX = patternOf({ kind: 'regex' }).source;
const COMMENT = '\\/\\*(?:[^*]|\\*+[^*\\/])*\\*+\\/';
const chunk = (excluded: string, lineComment: string): TerminalSymbol => ({
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
const CHARACTERS: TerminalSymbol = { patterns: [patternOf({ kind: 'characters' })] };

const marks = new Map<string, TerminalSymbol>();
/** The terminal of one text; for few texts, since all are kept. */
export function mark(text: string): TerminalSymbol {
  let symbol = marks.get(text);
  if (symbol === undefined) {
    symbol = { patterns: [{ source: quoted(text) }] };
    marks.set(text, symbol);
  }
  return symbol;
}

export interface LooseHole {
  readonly lines: boolean;
  /**
   * The brackets that the suffix closes, outermost first. Those that the prefix leaves open and the hole has not closed are
   * the first of them.
   */
  readonly suffix: readonly Bracket[];
  /** What may stand at the end of the hole. */
  readonly endings: readonly Alternative[];
  /** Makes rules of this hole. */
  readonly own: RuleOf;
  /** Makes rules that are the same for all holes. */
  readonly shared: RuleOf;
}

type RuleOf = (name: string, make: () => Alternative[]) => RuleSymbol;

/** What may follow once the hole has closed all but so many of the brackets of the prefix. */
export function looseDown(hole: LooseHole, depth: number): RuleSymbol {
  return hole.own(`loose-down${depth}`, () => {
    const innermost = hole.suffix[depth - 1];
    const body = bodyOf(hole, innermost);
    return [
      ...(innermost === undefined ? [] : [[body, mark(CLOSERS[innermost]), looseDown(hole, depth - 1)]]),
      ...goOn(hole, depth, body),
    ];
  });
}

/** What may follow once so many brackets are open that the suffix closes. */
function looseUp(hole: LooseHole, depth: number): HoleSymbol {
  return hole.own(`loose-up${depth}`, () => goOn(hole, depth, bodyOf(hole, hole.suffix[depth - 1])));
}

function goOn(hole: LooseHole, depth: number, body: HoleSymbol): Alternative[] {
  const next = hole.suffix[depth];
  if (next !== undefined) return [[body, mark(next), looseUp(hole, depth + 1)]];
  return hole.endings.map((ending) => [body, ...ending]);
}

/** Balanced text within a bracket. */
function bodyOf({ lines, shared }: LooseHole, bracket: Bracket | undefined): HoleSymbol {
  const text = lines ? CHUNK.lines : CHUNK.line;
  const code = (): HoleSymbol =>
    shared('loose-code', () =>
      [[], [text]].flatMap((begin): Alternative[] => [
        begin,
        ...(['(', '[', '{'] as const).map(
          (open): Alternative => [...begin, mark(open), code(), mark(CLOSERS[open]), code()],
        ),
        [...begin, mark('`'), template(), mark('`'), code()],
      ]),
    );
  const template = (): HoleSymbol =>
    shared('loose-template', () =>
      [[], [CHARACTERS]].flatMap((begin): Alternative[] => [
        begin,
        [...begin, mark('${'), code(), mark('}'), template()],
      ]),
    );
  return bracket === '`' ? template() : code();
}
