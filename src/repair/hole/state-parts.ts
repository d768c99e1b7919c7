import { type Pattern, patternOf, quoted } from './lexical.js';
import { isBracket, stateOf } from './machine.js';
import type { TerminalSymbol } from './rules.js';
import type { Bracket, Close, Push } from './state-table.js';
import { type First, type Glue, glueBehind, partsByFirst } from './terminals.js';

/** A move of a state as the grammar has it. */
export interface Part {
  readonly symbol: TerminalSymbol;
  readonly glue: Glue;
  readonly to: string;
  readonly push: (Push & { readonly bracket: Bracket | undefined }) | undefined;
  /** An option without which it is left out. */
  readonly needs: 'labels' | 'bareParameters' | undefined;
}

export interface StateParts {
  /** By the first character of the token. Plain moves to one state are one part. */
  readonly byFirst: ReadonlyMap<First, readonly Part[]>;
  /** Constructs that begin without a token. */
  readonly constructs: readonly (Push & { readonly to: string })[];
}

const known = new Map<string, StateParts>();

export function partsOf(state: string): StateParts {
  let parts = known.get(state);
  if (parts === undefined) {
    parts = makeParts(state);
    known.set(state, parts);
  }
  return parts;
}

function makeParts(name: string): StateParts {
  const byFirst = new Map<First, Part[]>();
  const merged = new Map<string, Pattern[]>();
  const constructs: (Push & { to: string })[] = [];
  for (const { on, push, to } of stateOf(name).moves) {
    if (on === undefined) {
      if (push !== undefined) constructs.push({ ...push, to });
      continue;
    }
    for (const [first, terminal] of partsByFirst(on)) {
      let list = byFirst.get(first);
      if (list === undefined) {
        list = [];
        byFirst.set(first, list);
      }
      const glue = glueBehind(terminal);
      const pattern = patternOf(terminal);
      if (push !== undefined) {
        const text = terminal.kind === 'punctuators' ? terminal.texts[0] : undefined;
        const bracket = isBracket(text) && push.close !== 'soft' ? text : undefined;
        list.push({
          symbol: { patterns: [pattern] },
          glue,
          to,
          push: { ...push, bracket },
          needs: undefined,
        });
      } else if (terminal.kind === 'value' || terminal.kind === 'member') {
        const symbol = { slot: terminal.kind, pattern };
        list.push({ symbol, glue, to, push: undefined, needs: undefined });
      } else if (terminal.kind === 'plain' && (to === 'label' || /^parameter(?:\.|$)/.test(to))) {
        const needs = to === 'label' ? 'labels' : 'bareParameters';
        list.push({ symbol: { patterns: [pattern] }, glue, to, push: undefined, needs });
      } else {
        const key = `${first} ${glue} ${to}`;
        const patterns = merged.get(key);
        if (patterns !== undefined) {
          patterns.push(pattern);
          continue;
        }
        const own = [pattern];
        merged.set(key, own);
        list.push({ symbol: { patterns: own }, glue, to, push: undefined, needs: undefined });
      }
    }
  }
  return { byFirst, constructs };
}

const closers = new Map<Close, TerminalSymbol>();

/** The terminal of a closing bracket. */
export function closerOf(close: Exclude<Close, 'soft'>): TerminalSymbol {
  let symbol = closers.get(close);
  if (symbol === undefined) {
    symbol = { patterns: [{ source: quoted(close) }] };
    closers.set(close, symbol);
  }
  return symbol;
}
