import { createProgramBuilder, type ProgramBuilder } from './program-builder.js';
import type { GrammarLimits, ProgramSymbol, SchemaStyle } from './program-format.js';
import { type ProgramData, type ProgramExpr, type ProgramTokenSet, readProgram } from './program-reader.js';
import { mapRecord } from './schema-record-words.js';

/** One program for the texts of any of the given ones. None at all is the empty language. */
export function unionPrograms(programs: readonly Uint8Array[], limits: GrammarLimits = {}): Uint8Array {
  return mergePrograms(programs, 'union', limits);
}

/** One program for a text of the first, then one of the second, and so on. None at all is the empty text. */
export function concatPrograms(programs: readonly Uint8Array[], limits: GrammarLimits = {}): Uint8Array {
  return mergePrograms(programs, 'concat', limits);
}

function mergePrograms(
  programs: readonly Uint8Array[],
  how: 'union' | 'concat',
  limits: GrammarLimits,
): Uint8Array {
  const builder = createProgramBuilder(limits);
  const names = new Set<string>();
  const root = builder.reserveRule(uniqueName('root', names));
  const parts = programs.map((bytes) => copyInto(builder, readProgram(bytes), names));
  const terminals = parts.map((symbol) => (symbol.kind === 'terminal' ? symbol.expr : undefined));
  if (terminals.every((expr) => expr !== undefined)) {
    const expr = how === 'union' ? builder.union(terminals) : builder.concat(terminals);
    builder.setRule(root, [[{ kind: 'terminal', expr }]]);
  } else {
    builder.setRule(root, how === 'union' ? parts.map((symbol) => [symbol]) : [parts]);
  }
  return builder.finish(root);
}

/**
 * Adds everything of a program to a builder; returns the symbol that stands for its root. Its rules get names that are not
 * taken yet.
 */
export function copyInto(
  builder: ProgramBuilder,
  program: ProgramData,
  names: Set<string>,
): ProgramSymbol & { kind: 'terminal' | 'rule' } {
  const exprs: number[] = [];
  for (const expr of program.exprs) exprs.push(copyExpr(builder, expr, exprs));
  const string = (index: number): number => builder.string(program.strings[index] as string);
  const nodes = program.nodes.map(() => builder.reserveNode());
  const maps = {
    string,
    expr: (index: number) => exprs[index] as number,
    node: (index: number) => nodes[index] as number,
  };
  program.nodes.forEach((records, index) => {
    builder.setNode(
      maps.node(index),
      records.map((record) => mapRecord(record, maps)),
    );
  });
  const roots = program.roots.map(({ node, style }) =>
    builder.schemaRoot(maps.node(node), copyStyle(style, maps.expr)),
  );

  const soleTerminal = terminalOf(program);
  if (soleTerminal !== undefined) return { kind: 'terminal', expr: maps.expr(soleTerminal) };

  const rules = program.rules.map((rule) => builder.reserveRule(uniqueName(rule.name, names)));
  const copySymbol = (symbol: ProgramSymbol): ProgramSymbol => {
    switch (symbol.kind) {
      case 'terminal':
        return { kind: 'terminal', expr: maps.expr(symbol.expr) };
      case 'rule':
        return { kind: 'rule', rule: rules[symbol.rule] as number };
      case 'schema':
        return { kind: 'schema', root: roots[symbol.root] as number };
      case 'tokens': {
        const { ids, names, excluded } = program.tokenSets[symbol.set] as ProgramTokenSet;
        return builder.tokens(ids, names, excluded);
      }
      case 'limited':
        return { kind: 'limited', expr: maps.expr(symbol.expr), maxTokens: symbol.maxTokens };
      case 'bounded':
        return { kind: 'bounded', rule: rules[symbol.rule] as number, maxTokens: symbol.maxTokens };
      case 'slot':
        return { kind: 'slot', expr: maps.expr(symbol.expr), name: string(symbol.name) };
    }
  };
  program.rules.forEach((rule, index) => {
    builder.setRule(
      rules[index] as number,
      rule.alternatives.map((symbols) => symbols.map(copySymbol)),
    );
  });
  return { kind: 'rule', rule: rules[program.root] as number };
}

function copyStyle(style: SchemaStyle, expr: (index: number) => number): SchemaStyle {
  const { whitespace } = style;
  if (typeof whitespace !== 'object' || !('pad' in whitespace)) return style;
  const { pad, item, key } = whitespace;
  return { ...style, whitespace: { pad: expr(pad), item: expr(item), key: expr(key) } };
}

/** The expression of a program that is nothing but one regular expression. */
function terminalOf(program: ProgramData): number | undefined {
  const [alternative, ...others] = program.rules[program.root]?.alternatives ?? [];
  const [symbol, ...more] = alternative ?? [];
  if (program.rules.length !== 1 || others.length > 0 || more.length > 0) return undefined;
  return symbol?.kind === 'terminal' ? symbol.expr : undefined;
}

function copyExpr(builder: ProgramBuilder, expr: ProgramExpr, done: readonly number[]): number {
  const at = (index: number): number => done[index] as number;
  switch (expr.op) {
    case 'empty':
      return builder.empty();
    case 'epsilon':
      return builder.epsilon();
    case 'set':
      return builder.charSet(expr.ranges);
    case 'literal':
      return builder.literal(expr.text);
    case 'concat':
      return builder.concat(expr.parts.map(at));
    case 'union':
      return builder.union(expr.parts.map(at));
    case 'intersect':
      return builder.intersect(expr.parts.map(at));
    case 'complement':
      return builder.complement(at(expr.expr));
    case 'repeat':
      return builder.repeat(at(expr.expr), expr.min, expr.max);
    case 'punycode':
      return builder.punycode(at(expr.expr), expr.max);
    case 'bytes':
      return builder.bytes(at(expr.expr));
  }
}

/** The name itself, or with the first free number behind it. */
export function uniqueName(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let number = 2; taken.has(candidate); number++) candidate = `${name}-${number}`;
  taken.add(candidate);
  return candidate;
}
