import { GrammaskError } from '../../errors.js';
import type { CharRange, ProgramSymbol } from '../program-format.js';
import { uniqueName } from '../program-merge.js';
import { type ProgramData, type ProgramExpr, type ProgramTokenSet, readProgram } from '../program-reader.js';
import { MACROS } from './ebnf-macros.js';

/** A shared expression whose text is longer than this is printed once, as a rule of its own. */
const INLINE_LENGTH = 60;

/** Sets of more tokens are not printed. */
const MAX_TOKENS = 10_000;

/** How tightly an expression's text binds: as an item, a sequence, an intersection or alternatives. */
const ITEM = 3;
const SEQUENCE = 2;
const BOTH = 1;
const CHOICE = 0;

interface Printed {
  readonly text: string;
  readonly level: number;
}

/**
 * Prints a program as EBNF that reads back to the same language. `UNSUPPORTED` for what has no such form: JSON Schemas,
 * expressions with Punycode or over bytes, and some sets of tokens.
 */
export function toEbnf(program: Uint8Array): string {
  const data = readProgram(program);
  // A rule with the name of a macro would hide it.
  const names = new Set<string>(['root', ...MACROS]);
  const ruleNames = data.rules.map((rule, index) =>
    index === data.root ? 'root' : uniqueName(printableName(rule.name), names),
  );
  const lines: string[] = [];
  const exprs = printExprs(data, names, lines);
  const bounded = new Map<string, string>();
  const limitedName = (expr: number, maxTokens: number): string => {
    if (maxTokens === 0) {
      throw new GrammaskError('UNSUPPORTED', 'a bound of no tokens has no form in EBNF', {
        hint: 'leave out what may take no token, or keep the buffer of toBuffer()',
      });
    }
    return boundedName((exprs[expr] as Printed).text, maxTokens);
  };
  /** The name of the helper rule that holds a bound on tokens. */
  const boundedName = (body: string, maxTokens: number): string => {
    const key = `[max_tokens=${maxTokens}] ::= ${body}`;
    let name = bounded.get(key);
    if (name === undefined) {
      name = uniqueName(`limited-${bounded.size + 1}`, names);
      bounded.set(key, name);
      lines.push(`${name}${key}`);
    }
    return name;
  };
  const printSymbol = (symbol: ProgramSymbol): string => {
    switch (symbol.kind) {
      case 'terminal':
        return within(exprs[symbol.expr] as Printed, SEQUENCE);
      case 'rule':
        return ruleNames[symbol.rule] as string;
      case 'tokens':
        return printTokens(data.tokenSets[symbol.set] as ProgramTokenSet);
      case 'limited':
        return limitedName(symbol.expr, symbol.maxTokens);
      case 'bounded':
        return boundedName(ruleNames[symbol.rule] as string, symbol.maxTokens);
      case 'slot':
        return printSlot(data.strings[symbol.name] as string, exprs[symbol.expr] as Printed);
      case 'schema':
        throw new GrammaskError('UNSUPPORTED', 'a JSON Schema has no form in EBNF', {
          hint: 'keep the schema itself, or the buffer of toBuffer()',
        });
    }
  };
  const printSequence = (symbols: readonly ProgramSymbol[]): string => {
    if (symbols.length === 0) return '""';
    const [only] = symbols;
    if (symbols.length === 1 && only?.kind === 'terminal') return (exprs[only.expr] as Printed).text;
    return symbols.map(printSymbol).join(' ');
  };
  const order = [data.root, ...data.rules.keys()].filter((rule, index) => index === 0 || rule !== data.root);
  const rules = order.map((rule) => {
    const alternatives = (data.rules[rule] as ProgramData['rules'][number]).alternatives;
    const body = alternatives.map(printSequence);
    return `${ruleNames[rule]} ::= ${body.length === 0 ? NOTHING.text : body.join(' | ')}`;
  });
  return `${[...rules, ...lines].join('\n')}\n`;
}

const NOTHING: Printed = { text: '[^\\u0000-\\U0010FFFF]', level: ITEM };

function printableName(name: string): string {
  const clean = name.replace(/[^A-Za-z0-9_-]/g, '-');
  return /^[A-Za-z_]/.test(clean) ? clean : `rule-${clean}`;
}

/** A set of tokens: `<name>`, `<[id]>`, `Token(…)`; with `!` or as `ExcludeToken(…)` any other token. */
function printTokens({ excluded, ids, names }: ProgramTokenSet): string {
  const unnamed = names.find((name) => !/^<[^<>\s[\]]+>$/.test(name));
  if (unnamed !== undefined) throw noForm(`the token ${JSON.stringify(unnamed)}`);
  const count = ids.reduce((sum, [lo, hi]) => sum + hi - lo + 1, 0);
  if (count > MAX_TOKENS) throw noForm('a set of so many tokens');
  const [name] = names;
  const first = ids[0]?.[0];
  if (count + names.length === 1) return `${excluded ? '!' : ''}${name ?? `<[${first}]>`}`;
  // One macro names no token but by ids; a sum of sets is one of tokens to choose from, but not of tokens to leave out.
  if (excluded && (names.length > 0 || count === 0)) throw noForm('any token but these');
  const parts = excluded ? [] : [...names];
  if (count > 0) {
    const list = ids.flatMap(([lo, hi]) => Array.from({ length: hi - lo + 1 }, (_, index) => lo + index));
    parts.push(`${excluded ? 'ExcludeToken' : 'Token'}(${list.join(', ')})`);
  }
  if (parts.length === 0) throw noForm('a set without a token');
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join(' | ')})`;
}

function printSlot(name: string, body: Printed): string {
  const isWord = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name);
  return `Slot(${isWord ? name : `"${[...name].map((char) => printChar(char, '"\\')).join('')}"`}, ${body.text})`;
}

function noForm(what: string): GrammaskError {
  return new GrammaskError('UNSUPPORTED', `${what} has no form in EBNF`, {
    hint: 'names such as <name> have one; or give the tokens by their ids, or keep the buffer of toBuffer()',
  });
}

/** Brackets a text where it binds less tightly than its place demands. */
function within(printed: Printed, level: number): string {
  return printed.level < level ? `(${printed.text})` : printed.text;
}

/** The text of every expression that a rule reaches; long shared ones are written to `lines` and become names. */
function printExprs(data: ProgramData, names: Set<string>, lines: string[]): (Printed | undefined)[] {
  const uses = new Uint32Array(data.exprs.length);
  const use = (index: number): void => {
    uses[index] = (uses[index] as number) + 1;
  };
  for (const rule of data.rules) {
    for (const symbols of rule.alternatives) {
      for (const symbol of symbols) if ('expr' in symbol) use(symbol.expr);
    }
  }
  for (let index = data.exprs.length - 1; index >= 0; index--) {
    if (uses[index] !== 0) for (const child of operandsOf(data.exprs[index] as ProgramExpr)) use(child);
  }
  const printed: (Printed | undefined)[] = [];
  data.exprs.forEach((expr, index) => {
    if (uses[index] === 0) {
      printed.push(undefined);
      return;
    }
    const result = printExpr(expr, (child) => printed[child] as Printed);
    if ((uses[index] as number) > 1 && result.text.length > INLINE_LENGTH) {
      const name = uniqueName(`part-${lines.length + 1}`, names);
      lines.push(`${name} ::= ${result.text}`);
      printed.push({ text: name, level: ITEM });
    } else {
      printed.push(result);
    }
  });
  return printed;
}

function operandsOf(expr: ProgramExpr): readonly number[] {
  if ('parts' in expr) return expr.parts;
  return 'expr' in expr ? [expr.expr] : [];
}

function printExpr(expr: ProgramExpr, at: (index: number) => Printed): Printed {
  switch (expr.op) {
    case 'empty':
      return NOTHING;
    case 'epsilon':
      return { text: '""', level: ITEM };
    case 'set':
      return { text: printSet(expr.ranges), level: ITEM };
    case 'literal':
      return { text: `"${Array.from(expr.text, (char) => printChar(char, '"\\')).join('')}"`, level: ITEM };
    case 'concat':
      if (expr.parts.length === 0) return { text: '""', level: ITEM };
      return { text: expr.parts.map((part) => within(at(part), SEQUENCE)).join(' '), level: SEQUENCE };
    case 'union':
      if (expr.parts.length === 0) return NOTHING;
      return { text: expr.parts.map((part) => at(part).text).join(' | '), level: CHOICE };
    case 'repeat':
      // A repetition of a repetition needs brackets too, so the result is a sequence of one.
      return { text: `${within(at(expr.expr), ITEM)}${printCounts(expr.min, expr.max)}`, level: SEQUENCE };
    case 'intersect':
      if (expr.parts.length === 0) return { text: `~${NOTHING.text}`, level: SEQUENCE };
      return { text: expr.parts.map((part) => within(at(part), SEQUENCE)).join(' & '), level: BOTH };
    case 'complement':
      // A repetition of it needs brackets, as a repetition does.
      return { text: `~${within(at(expr.expr), ITEM)}`, level: SEQUENCE };
    case 'bytes':
      throw new GrammaskError('UNSUPPORTED', 'texts that are no UTF-8 have no form in EBNF', {
        hint: 'keep the source itself, or the buffer of toBuffer()',
      });
    case 'punycode':
      throw new GrammaskError('UNSUPPORTED', `an expression with ${expr.op} has no form in EBNF`, {
        hint: 'keep the source itself, or the buffer of toBuffer()',
      });
  }
}

function printCounts(min: number, max: number | undefined): string {
  if (max === undefined) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function printSet(ranges: readonly CharRange[]): string {
  const [first, second] = ranges;
  const isAny = ranges.length === 2 && first?.[0] === 0 && first[1] === 0xd7ff && second?.[0] === 0xe000;
  if (isAny && second?.[1] === 0x10ffff) return '.';
  const char = (point: number): string => printChar(String.fromCodePoint(point), '\\]^-[');
  const parts = ranges.map(([lo, hi]) => {
    if (lo === hi) return char(lo);
    return lo + 1 === hi ? char(lo) + char(hi) : `${char(lo)}-${char(hi)}`;
  });
  return `[${parts.join('')}]`;
}

/** A character as it stands in a literal; marks and what cannot be seen are escaped. */
function printChar(char: string, escaped: string): string {
  if (escaped.includes(char)) return `\\${char}`;
  if (char === '\n') return '\\n';
  if (char === '\r') return '\\r';
  if (char === '\t') return '\\t';
  const point = char.codePointAt(0) as number;
  if (!/[\p{C}\p{Z}]/u.test(char) || char === ' ') return char;
  const digits = point.toString(16).toUpperCase();
  return point > 0xffff ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`;
}
