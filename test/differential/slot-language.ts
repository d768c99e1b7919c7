// Random grammars with slots, and their texts by enumeration. The grammars are finite, and small enough to list.
import type { SeededRandom } from '../support/seeded-random.js';

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'slot'; readonly name: string; readonly body: string; readonly texts: readonly string[] }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Part[] }
  | { readonly kind: 'rule'; readonly rule: number };

/** Rules; each refers to later ones only. The first is the start. */
export type SlotGrammar = readonly Part[];

/** A text and where the names of slots stand in it. */
export interface Derivation {
  readonly text: string;
  readonly slots: readonly { readonly name: string; readonly from: number; readonly to: number }[];
}

const bodies: readonly { body: string; texts: readonly string[] }[] = [
  { body: '[ab]', texts: ['a', 'b'] },
  { body: '[ab]{1,3}', texts: upTo(['a', 'b'], 1, 3) },
  { body: '"ab"', texts: ['ab'] },
  { body: '"a" [b.]?', texts: ['a', 'ab', 'a.'] },
  { body: '" "? [ab]', texts: ['a', 'b', ' a', ' b'] },
];
const most = 1500;
const longest = 9;

function upTo(letters: readonly string[], min: number, max: number): string[] {
  let last = [''];
  const all: string[] = [];
  for (let length = 1; length <= max; length++) {
    last = last.flatMap((text) => letters.map((letter) => text + letter));
    if (length >= min) all.push(...last);
  }
  return all;
}

export function randomSlotGrammar(random: SeededRandom): SlotGrammar {
  for (;;) {
    const count = 1 + random.below(3);
    const grammar = Array.from({ length: count }, (_, rule) => randomPart(random, rule, count, 3));
    const derivations = tryDerivations(grammar);
    const hasSlot = derivations?.some(({ slots }) => slots.length > 0);
    if (derivations !== undefined && hasSlot) return grammar;
  }
}

function randomPart(random: SeededRandom, rule: number, rules: number, depth: number): Part {
  const choice = random.below(depth === 0 ? 5 : 9);
  if (choice < 2) {
    const text = ['a', 'b', '.', ' ', 'ab', '. ', ''][random.below(7)] as string;
    return { kind: 'text', text };
  }
  if (choice < 4) {
    const body = bodies[random.below(bodies.length)] as (typeof bodies)[number];
    return { kind: 'slot', name: random.below(2) === 0 ? 'x' : 'y', ...body };
  }
  if (choice === 4 && rule + 1 < rules)
    return { kind: 'rule', rule: rule + 1 + random.below(rules - rule - 1) };
  if (choice === 4) return { kind: 'text', text: 'a' };
  const parts = Array.from({ length: 2 + random.below(2) }, () => randomPart(random, rule, rules, depth - 1));
  return { kind: choice < 7 ? 'sequence' : 'choice', parts };
}

export function toSource(grammar: SlotGrammar): string {
  const print = (part: Part): string => {
    switch (part.kind) {
      case 'text':
        return JSON.stringify(part.text);
      case 'slot':
        return `Slot(${part.name}, ${part.body})`;
      case 'rule':
        return `r${part.rule}`;
      case 'sequence':
        return part.parts
          .map((inner) => (inner.kind === 'choice' ? `(${print(inner)})` : print(inner)))
          .join(' ');
      case 'choice':
        return part.parts.map((inner) => `(${print(inner)})`).join(' | ');
    }
  };
  return grammar.map((part, rule) => `${rule === 0 ? 'root' : `r${rule}`} ::= ${print(part)}`).join('\n');
}

/** Every derivation of the start rule. */
export function derivationsOf(grammar: SlotGrammar): Derivation[] {
  return tryDerivations(grammar) as Derivation[];
}

function tryDerivations(grammar: SlotGrammar): Derivation[] | undefined {
  const ofRules: Derivation[][] = [];
  let isTooLarge = false;
  const all = (part: Part): Derivation[] => {
    if (isTooLarge) return [];
    let found: Derivation[];
    switch (part.kind) {
      case 'text':
        found = [{ text: part.text, slots: [] }];
        break;
      case 'slot':
        found = part.texts.map((text) => ({ text, slots: [{ name: part.name, from: 0, to: text.length }] }));
        break;
      case 'rule':
        found = ofRules[part.rule] as Derivation[];
        break;
      case 'choice':
        found = part.parts.flatMap(all);
        break;
      case 'sequence':
        found = part.parts.map(all).reduce((left, right) => {
          if (left.length * right.length > most) isTooLarge = true;
          return isTooLarge ? [] : left.flatMap((one) => right.map((other) => joined(one, other)));
        });
    }
    const distinct = new Map(found.map((one) => [JSON.stringify(one), one]));
    if (distinct.size > most || found.some(({ text }) => text.length > longest)) isTooLarge = true;
    return [...distinct.values()];
  };
  for (let rule = grammar.length - 1; rule >= 0; rule--) ofRules[rule] = all(grammar[rule] as Part);
  return isTooLarge ? undefined : ofRules[0];
}

function joined(left: Derivation, right: Derivation): Derivation {
  const by = left.text.length;
  return {
    text: left.text + right.text,
    slots: [
      ...left.slots,
      ...right.slots.map(({ name, from, to }) => ({ name, from: from + by, to: to + by })),
    ],
  };
}
