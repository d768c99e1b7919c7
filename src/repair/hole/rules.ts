import type { Pattern } from './lexical.js';

/** The grammar of a hole before it is a program. Rules are kept from hole to hole: most are in the next one as well. */
export interface Rule {
  readonly name: string;
  /** Later rules have greater ones. */
  readonly number: number;
  readonly alternatives: readonly Alternative[];
}

export type TerminalSymbol =
  /** Any of the patterns. */
  | { readonly patterns: readonly Pattern[] }
  | { readonly slot: 'value' | 'member'; readonly pattern: Pattern };

export interface RuleSymbol {
  readonly rule: Rule;
}

export type HoleSymbol = RuleSymbol | TerminalSymbol;

export type Alternative = readonly HoleSymbol[];

export const isEmpty = (rule: Rule): boolean => rule.alternatives.length === 0;

export interface HoleRules {
  readonly root: Rule;
}

/** Rules by keys. */
export type RuleMap = Map<string, RuleSymbol>;

/** Rules that are made when they are asked for. */
export interface RuleTable {
  /** The rule of a key among others; what it is made of is asked for later. */
  rule(rules: RuleMap, key: string, name: string, make: () => Alternative[]): RuleSymbol;
  /** Makes what was asked for, and a rule of these alternatives, which is not kept. */
  finish(name: string, alternatives: readonly Alternative[]): Rule;
  /** How many rules were made. */
  readonly size: number;
}

let numbers = 0;

export function createRuleTable(): RuleTable {
  interface Made extends Rule {
    alternatives: readonly Alternative[];
  }
  const waiting: { rule: Made; make: () => Alternative[] }[] = [];
  let size = 0;
  const create = (name: string): Made => ({ name, number: numbers++, alternatives: [] });

  return {
    rule(rules, key, name, make) {
      const known = rules.get(key);
      if (known !== undefined) return known;
      const rule = create(name);
      const symbol = { rule };
      waiting.push({ rule, make });
      rules.set(key, symbol);
      size += 1;
      return symbol;
    },
    finish(name, alternatives) {
      const fresh: Made[] = [];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        next.rule.alternatives = next.make();
        fresh.push(next.rule);
      }
      const last = create(name);
      last.alternatives = alternatives;
      dropEmpty([last, ...fresh]);
      return last;
    },
    get size() {
      return size;
    },
  };
}

/** Leaves out alternatives that need a rule without an alternative. Rules that were made before need none of these. */
function dropEmpty(fresh: readonly { alternatives: readonly Alternative[] }[]): void {
  // What needs a rule was made before it, so most is found out in the first round.
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (let i = fresh.length - 1; i >= 0; i--) {
      const rule = fresh[i] as (typeof fresh)[number];
      if (!rule.alternatives.some(needsEmpty)) continue;
      rule.alternatives = rule.alternatives.filter((one) => !needsEmpty(one));
      isChanged = true;
    }
  }
}

function needsEmpty(alternative: Alternative): boolean {
  for (const symbol of alternative) if ('rule' in symbol && isEmpty(symbol.rule)) return true;
  return false;
}
