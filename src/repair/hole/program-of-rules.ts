import { createProgramBuilder, type ProgramBuilder } from '../../frontends/program-builder.js';
import { bytesOfWords, wordsOfProgram } from '../../frontends/program-encoder.js';
import {
  PROGRAM_MAGIC,
  PROGRAM_VERSION,
  type ProgramSymbol,
  SymbolKind,
} from '../../frontends/program-format.js';
import type { ProgramFragment } from '../../frontends/program-fragment.js';
import { regexToExpr } from '../../frontends/regex/regex-to-expr.js';
import type { Pattern } from './lexical.js';
import type { Alternative, HoleRules, Rule, TerminalSymbol } from './rules.js';

/** Expressions of patterns, which are the same for all holes. */
const fragments = new Map<string, ProgramFragment>();
const fragmentOf = new WeakMap<Pattern, ProgramFragment>();

function exprOf(builder: ProgramBuilder, pattern: Pattern): number {
  let fragment = fragmentOf.get(pattern);
  if (fragment === undefined) {
    const key = JSON.stringify(pattern);
    fragment = fragments.get(key) ?? makeFragment(pattern);
    fragments.set(key, fragment);
    fragmentOf.set(pattern, fragment);
  }
  return builder.insert(fragment);
}

function makeFragment({ source, except }: Pattern): ProgramFragment {
  const builder = createProgramBuilder();
  const expr = regexToExpr(builder, source, { mode: 'full' });
  if (except === undefined) return builder.fragment(expr);
  const texts = builder.union(except.map((text) => builder.literal(text)));
  return builder.fragment(builder.intersect([expr, builder.complement(texts)]));
}

/** What a slot is in the program: its expression and its name go in. */
export type SlotSymbol = (builder: ProgramBuilder, slot: 'value' | 'member', expr: number) => ProgramSymbol;

/** Slots as the pattern alone. */
export const plainSlot: SlotSymbol = (_, __, expr) => ({ kind: 'terminal', expr });

/** Slots as slots of the engine. */
export const openSlot: SlotSymbol = (builder, slot, expr) => ({
  kind: 'slot',
  expr,
  name: builder.string(slot),
});

/** All terminals of rules so far, in the order of their numbers. */
const terminals: TerminalSymbol[] = [];
const numbers = new Map<TerminalSymbol, number>();

/** The number of a terminal. Terminals are few, and kept. */
export function numberOfTerminal(symbol: TerminalSymbol): number {
  let number = numbers.get(symbol);
  if (number === undefined) {
    number = terminals.push(symbol) - 1;
    numbers.set(symbol, number);
  }
  return number;
}

/** A text for what an alternative is: equal ones have the same. */
export const keyOf = (alternative: Alternative): string =>
  alternative
    .map((symbol) => ('rule' in symbol ? `r${symbol.rule.number}` : numberOfTerminal(symbol)))
    .join(' ');

/** The sections of a program before its rules, the same for all holes: strings, sets and expressions of all terminals. */
interface Head {
  /** How many terminals it has. */
  readonly size: number;
  readonly stringCount: number;
  readonly strings: Uint32Array;
  /** What stands between strings and rules. */
  readonly rest: Uint32Array;
  /** The words of each terminal as a symbol of a rule. */
  readonly symbols: readonly Uint32Array[];
}

const heads = new WeakMap<SlotSymbol, Head>();

function headOf(slotSymbol: SlotSymbol): Head {
  const known = heads.get(slotSymbol);
  if (known?.size === terminals.length) return known;
  const head = makeHead(slotSymbol);
  heads.set(slotSymbol, head);
  return head;
}

const HEADER_WORDS = 3;

/** Takes apart the program of a rule that has an alternative for each terminal. */
function makeHead(slotSymbol: SlotSymbol): Head {
  const builder = createProgramBuilder();
  const all = terminals.map((symbol): ProgramSymbol => {
    if ('slot' in symbol) return slotSymbol(builder, symbol.slot, exprOf(builder, symbol.pattern));
    return { kind: 'terminal', expr: builder.union(symbol.patterns.map((one) => exprOf(builder, one))) };
  });
  const rule = builder.reserveRule('terminals');
  builder.setRule(
    rule,
    all.map((symbol) => [symbol]),
  );
  const words = wordsOfProgram(builder.finish(rule));
  let stringsEnd = HEADER_WORDS + 1;
  const stringCount = words[HEADER_WORDS] as number;
  for (let i = 0; i < stringCount; i++) stringsEnd += 1 + (((words[stringsEnd] as number) + 3) >> 2);
  const lengths = all.map(({ kind }) => (kind === 'slot' ? 3 : 2));
  // Behind the rules stands the root; before the alternatives, how many rules there are, the name, and how many of these.
  let at = words.length - 1 - lengths.reduce((sum, length) => sum + 1 + length, 0);
  const rest = words.slice(stringsEnd, at - 3);
  const symbols = lengths.map((length) => {
    const start = at + 1;
    at = start + length;
    return words.slice(start, at);
  });
  return { size: all.length, stringCount, strings: words.slice(HEADER_WORDS + 1, stringsEnd), rest, symbols };
}

/** A rule as words, but for the numbers of rules. */
interface Code {
  readonly number: number;
  /** Its name in the section of strings. */
  readonly name: Uint32Array;
  /** How many alternatives; for each, how many symbols, and these: the number of a terminal, or -1 less the place of a rule. */
  readonly shape: readonly number[];
  readonly rules: readonly Code[];
  /** The last program that has it, and its place there. */
  round: number;
  place: number;
}

const codes = new WeakMap<Rule, Code>();
let rounds = 0;

/** The rules that the root needs, in the order of their numbers: what two holes share stands in the same order in both. */
function codesOf(root: Rule): Code[] {
  const round = ++rounds;
  const waiting: { rule: Rule; code: Code }[] = [];
  const codeOf = (rule: Rule): Code => {
    let code = codes.get(rule);
    if (code === undefined) {
      code = { number: rule.number, name: wordsOfName(rule.name), shape: [], rules: [], round: 0, place: 0 };
      codes.set(rule, code);
      waiting.push({ rule, code });
    }
    return code;
  };
  const first = codeOf(root);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { rule, code } = next;
    const shape = code.shape as number[];
    const rules = code.rules as Code[];
    shape.push(rule.alternatives.length);
    for (const alternative of rule.alternatives) {
      shape.push(alternative.length);
      for (const symbol of alternative) {
        if ('rule' in symbol) shape.push(-rules.push(codeOf(symbol.rule)));
        else shape.push(numberOfTerminal(symbol));
      }
    }
  }
  const found = [first];
  first.round = round;
  for (let index = 0; index < found.length; index++) {
    for (const code of (found[index] as Code).rules) {
      if (code.round === round) continue;
      code.round = round;
      found.push(code);
    }
  }
  found.sort((a, b) => a.number - b.number);
  found.forEach((code, place) => {
    code.place = place;
  });
  return found;
}

/** Names of rules are ASCII. */
function wordsOfName(name: string): Uint32Array {
  const words = new Uint32Array(1 + ((name.length + 3) >> 2));
  words[0] = name.length;
  for (let i = 0; i < name.length; i++) {
    const at = 1 + (i >> 2);
    words[at] = (words[at] as number) | (name.charCodeAt(i) << (8 * (i & 3)));
  }
  return words;
}

let words = new Uint32Array(1 << 16);
let length = 0;

function put(part: Uint32Array): void {
  words.set(part, length);
  length += part.length;
}

/** Makes room for so many words more. */
function reserve(count: number): void {
  if (length + count <= words.length) return;
  const larger = new Uint32Array(Math.max(words.length * 2, length + count));
  larger.set(words);
  words = larger;
}

/** The program of the rules that the root needs (docs/program.md). */
export function programOfRules({ root }: HoleRules, slotSymbol: SlotSymbol): Uint8Array {
  const rules = codesOf(root);
  const head = headOf(slotSymbol);
  length = 0;
  reserve(HEADER_WORDS + 2 + head.strings.length + head.rest.length);
  words[0] = PROGRAM_MAGIC;
  words[1] = PROGRAM_VERSION;
  words[3] = head.stringCount + rules.length;
  length = HEADER_WORDS + 1;
  put(head.strings);
  for (const { name } of rules) {
    reserve(name.length);
    put(name);
  }
  reserve(head.rest.length + 1);
  put(head.rest);
  words[length++] = rules.length;
  for (const [place, rule] of rules.entries()) putRule(rule, head.stringCount + place, head.symbols);
  reserve(1);
  words[length++] = (codes.get(root) as Code).place;
  words[2] = length;
  return bytesOfWords(words.slice(0, length));
}

function putRule({ shape, rules }: Code, name: number, symbols: readonly Uint32Array[]): void {
  // A symbol takes three words at most.
  reserve(1 + 3 * shape.length);
  words[length++] = name;
  let at = 0;
  const alternatives = shape[at++] as number;
  words[length++] = alternatives;
  for (let a = 0; a < alternatives; a++) {
    const count = shape[at++] as number;
    words[length++] = count;
    for (const end = at + count; at < end; at++) {
      const symbol = shape[at] as number;
      if (symbol < 0) {
        words[length++] = SymbolKind.rule;
        words[length++] = (rules[-symbol - 1] as Code).place;
      } else {
        const terminal = symbols[symbol] as Uint32Array;
        for (let i = 0; i < terminal.length; i++) words[length++] = terminal[i] as number;
      }
    }
  }
}
