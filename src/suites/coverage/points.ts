import type { CharRange } from '../../frontends/program-format.js';
import type { RuleNode, Span } from '../../frontends/rules/rule-tree.js';
import { readingOf, type WrittenGrammar, type WrittenRule } from '../../frontends/written-grammar.js';
import { charactersOf } from './characters.js';

/** Something in a grammar that a text can exercise. */
export interface CoveragePoint extends Span {
  readonly kind: 'rule' | 'alternative' | 'class' | 'range' | 'absent' | 'present';
  /** The name of the rule in which it stands. */
  readonly rule: string;
  /** The characters of a range, or the bytes. */
  readonly range?: CharRange | undefined;
  readonly isBytes?: boolean | undefined;
}

/** The points of the parts of a grammar, by their rules and nodes; −1 for none. */
export interface GrammarPoints {
  readonly points: readonly CoveragePoint[];
  ofRule(rule: number): number;
  /** Of a choice, by the node of the alternative. */
  alternative(rule: number, union: number, part: number): number;
  /** Of a repetition that may be left out. */
  absent(rule: number, repeat: number): number;
  present(rule: number, repeat: number): number;
  /** Of a set of characters, and of its ranges where they are counted one by one. */
  ofClass(
    rule: number,
    node: number,
  ): { readonly point: number; readonly ranges: readonly number[] | undefined };
}

/** A class with more ranges is counted as one, and so is one that is all but some characters. */
const MAX_RANGES = 16;
const LAST_CODE_POINT = 0x10ffff;
const LAST_BYTE = 0xff;

/** Numbers what texts can exercise: in the order of the rules, and in each from the outside inwards. */
export function pointsOf(written: WrittenGrammar): GrammarPoints {
  const { builder, rules, readsBytes } = written;
  const reading = readingOf(written);
  const points: CoveragePoint[] = [];
  const numbers = new Map<string, number>();
  const at = (key: string): number => numbers.get(key) ?? -1;

  rules.forEach((rule, index) => {
    const body = rule.spans?.at(-1);
    // What comes along with the dialect stands nowhere.
    if (rule.offset === undefined || body === undefined) return;
    const add = (key: string, kind: CoveragePoint['kind'], span: Span, range?: CharRange): void => {
      const { from, to } = span;
      numbers.set(
        `${index} ${key}`,
        points.push({ kind, rule: rule.name, from, to, range, ...(readsBytes && { isBytes: true }) }) - 1,
      );
    };
    // What may be ignored is read everywhere, and mostly empty.
    const isDirective = rule.what === 'directive';
    if (!isDirective) add('', 'rule', body);
    for (const node of nodesOf(rule)) {
      const span = rule.spans?.[node];
      const own = rule.nodes[node] as RuleNode;
      if (own.kind === 'union') {
        for (const part of own.parts) {
          const inner = rule.spans?.[part];
          if (inner !== undefined) add(`${node} ${part}`, 'alternative', inner);
        }
        continue;
      }
      if (span === undefined) continue;
      if (own.kind === 'repeat' && own.min === 0) {
        if (!isDirective) add(`${node} absent`, 'absent', span);
        add(`${node} present`, 'present', span);
      } else if (own.kind === 'expr' && own.isText !== true) {
        const ranges = charactersOf(builder, reading(own.expr));
        if (ranges === undefined) continue;
        add(`${node} class`, 'class', span);
        const isWide = ranges.at(-1)?.[1] === (readsBytes ? LAST_BYTE : LAST_CODE_POINT);
        if (ranges.length < 2 || ranges.length > MAX_RANGES || isWide) continue;
        ranges.forEach((range, number) => {
          add(`${node} range ${number}`, 'range', span, range);
        });
      }
    }
  });

  return {
    points,
    ofRule: (rule) => at(`${rule} `),
    alternative: (rule, union, part) => at(`${rule} ${union} ${part}`),
    absent: (rule, repeat) => at(`${rule} ${repeat} absent`),
    present: (rule, repeat) => at(`${rule} ${repeat} present`),
    ofClass(rule, node) {
      const key = `${rule} ${node}`;
      const ranges: number[] = [];
      for (let range = at(`${key} range 0`); range >= 0; range = at(`${key} range ${ranges.length}`))
        ranges.push(range);
      return { point: at(`${key} class`), ranges: ranges.length === 0 ? undefined : ranges };
    },
  };
}

/** The nodes that a rule's body is made of, each before its parts and in the order of the text. */
function nodesOf({ nodes }: WrittenRule): number[] {
  const found = new Set<number>();
  const stack = [nodes.length - 1];
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    stack.push(...partsOf(nodes[index] as RuleNode).toReversed());
  }
  return [...found];
}

/** The nodes that a node is made of. */
export function partsOf(node: RuleNode): readonly number[] {
  if (node.kind === 'repeat') return [node.body];
  return 'parts' in node ? node.parts : [];
}
