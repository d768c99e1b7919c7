import { createProgramBuilder, type ProgramBuilder } from '../../frontends/program-builder.js';
import type { ProgramSymbol } from '../../frontends/program-format.js';
import type { ProgramFragment } from '../../frontends/program-fragment.js';
import { regexToExpr } from '../../frontends/regex/regex-to-expr.js';
import type { Pattern } from './lexical.js';
import type { HoleRules, HoleSymbol } from './rules.js';

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

/** The program of the rules that the root needs. */
export function programOfRules({ rules, root }: HoleRules, slotSymbol: SlotSymbol): Uint8Array {
  const builder = createProgramBuilder();
  const indices = new Map<string, number>();
  const queue: string[] = [];
  const indexOf = (name: string): number => {
    let index = indices.get(name);
    if (index === undefined) {
      index = builder.reserveRule(name);
      indices.set(name, index);
      queue.push(name);
    }
    return index;
  };
  const terminals = new Map<HoleSymbol, ProgramSymbol>();
  const symbolOf = (symbol: HoleSymbol): ProgramSymbol => {
    if ('rule' in symbol) return { kind: 'rule', rule: indexOf(symbol.rule) };
    if ('slot' in symbol) {
      return slotSymbol(builder, symbol.slot, exprOf(builder, symbol.pattern));
    }
    let terminal = terminals.get(symbol);
    if (terminal === undefined) {
      const exprs = symbol.patterns.map((pattern) => exprOf(builder, pattern));
      terminal = { kind: 'terminal', expr: builder.union(exprs) };
      terminals.set(symbol, terminal);
    }
    return terminal;
  };
  const first = indexOf(root);
  for (let next = 0; next < queue.length; next++) {
    const name = queue[next] as string;
    const alternatives = rules.get(name) ?? [];
    builder.setRule(
      indices.get(name) as number,
      alternatives.map((symbols) => symbols.map(symbolOf)),
    );
  }
  return builder.finish(first);
}
