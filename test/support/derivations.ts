import { normalizeRanges } from '../../src/frontends/char-ranges.js';
import type { CharRange, ProgramBuilder } from '../../src/frontends/program-builder.js';
import type { RuleGrammar, RuleNode } from '../../src/frontends/rules/rule-tree.js';

/** For each place where a match may end, in how many ways; more than one is 2. */
type Ends = ReadonlyMap<number, number>;

/**
 * In how many ways a grammar derives a text: 0, 1, or 2 for more. It works on the parsed source, before any lowering.
 * Grammars with left recursion are out of its reach; a loop whose body may be empty counts as 2.
 */
export function countDerivations(parse: (builder: ProgramBuilder) => RuleGrammar, text: string): number {
  const leaves: ((from: number) => number | undefined)[] = [];
  const points = Array.from(text, (char) => char.codePointAt(0) as number);
  const leaf = (match: (from: number) => number | undefined): number => leaves.push(match) - 1;
  const inRanges = (ranges: readonly CharRange[], point: number | undefined): boolean =>
    point !== undefined && ranges.some(([lo, hi]) => lo <= point && point <= hi);
  const builder = {
    step: () => undefined,
    empty: () => leaf(() => undefined),
    literal(literal: string) {
      const wanted = Array.from(literal, (char) => char.codePointAt(0) as number);
      return leaf((from) =>
        wanted.every((point, i) => points[from + i] === point) ? from + wanted.length : undefined,
      );
    },
    charSet(ranges: Iterable<CharRange>) {
      const set = normalizeRanges(ranges);
      return leaf((from) => (inRanges(set, points[from]) ? from + 1 : undefined));
    },
    concat: (parts: readonly number[]) =>
      leaf((from) => {
        let at: number | undefined = from;
        for (const part of parts) at = at === undefined ? undefined : leaves[part]!(at);
        return at;
      }),
  } as unknown as ProgramBuilder;
  const grammar = parse(builder);
  const memo = new Map<string, Ends>();

  function ruleEnds(rule: number, from: number): Ends {
    const { nodes } = grammar.rules[rule]!;
    return nodeEnds(rule, nodes.length - 1, from);
  }
  function nodeEnds(rule: number, index: number, from: number): Ends {
    const key = `${rule} ${index} ${from}`;
    let known = memo.get(key);
    if (known === undefined) {
      known = compute(rule, grammar.rules[rule]!.nodes[index]!, from);
      memo.set(key, known);
    }
    return known;
  }
  function compute(rule: number, node: RuleNode, from: number): Ends {
    switch (node.kind) {
      case 'expr': {
        const end = leaves[node.expr]!(from);
        return new Map(end === undefined ? [] : [[end, 1]]);
      }
      case 'rule':
        return ruleEnds(node.rule, from);
      case 'concat':
        return node.parts.reduce<Ends>((ends, part) => follow(ends, rule, part), new Map([[from, 1]]));
      case 'union': {
        const all = new Map<number, number>();
        for (const part of node.parts) add(all, nodeEnds(rule, part, from), 1);
        return all;
      }
      case 'repeat': {
        const all = new Map<number, number>();
        let current: Ends = new Map([[from, 1]]);
        for (let round = 0; current.size > 0; round++) {
          if (round >= node.min) add(all, current, 1);
          if (round === node.max) break;
          if (node.max === undefined && round > node.min + points.length) {
            add(all, current, 2);
            break;
          }
          current = follow(current, rule, node.body);
        }
        return all;
      }
      case 'regular':
        // Unanswered, a slot takes what its body does.
        if (node.what.startsWith('the body of slot')) return nodeEnds(rule, node.parts[0] as number, from);
        throw new Error(`no derivations of ${node.what}`);
      default:
        throw new Error(`no derivations of ${node.kind}`);
    }
  }
  function follow(ends: Ends, rule: number, part: number): Ends {
    const next = new Map<number, number>();
    for (const [at, ways] of ends) add(next, nodeEnds(rule, part, at), ways);
    return next;
  }
  return ruleEnds(grammar.root, 0).get(points.length) ?? 0;
}

function add(to: Map<number, number>, from: Ends, times: number): void {
  for (const [end, ways] of from) to.set(end, Math.min(2, (to.get(end) ?? 0) + ways * times));
}
