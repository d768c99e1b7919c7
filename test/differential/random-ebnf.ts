import type { SeededRandom } from '../support/seeded-random.js';

const LITERALS = [
  '"a"',
  '"b"',
  '"ab"',
  '"("',
  '")"',
  '"+"',
  '"é"',
  '"\\""',
  '"1"',
  '","',
  '""',
  '"aba"',
  '"\\n"',
  '"😀"',
];
const SETS = ['[ab]', '[^a]', '[a-c]', '[0-9]', '[^"\\\\]', '.', '[é-ü]', '[ \\t]'];
const COUNTS = ['*', '+', '?', '{2}', '{1,3}', '{0,2}', '{2,}'];

/** A random grammar: left and right recursion, empty rules, ambiguity and rules without a text all happen. */
export function randomEbnf(random: SeededRandom): string {
  const names = ['root', 'x', 'y', 'z', 'w'].slice(0, 1 + random.below(5));
  const item = (depth: number): string => {
    const kind = random.below(10);
    let body: string;
    if (kind < 4) body = random.pick(LITERALS);
    else if (kind < 6) body = random.pick(SETS);
    else if (kind < 9 || depth === 0) body = random.pick(names);
    else body = `(${alternatives(depth - 1)})`;
    return random.chance(0.25) ? body + random.pick(COUNTS) : body;
  };
  const sequence = (depth: number): string =>
    Array.from({ length: 1 + random.below(3) }, () => item(depth)).join(' ');
  const alternatives = (depth: number): string =>
    Array.from({ length: 1 + random.below(3) }, () => sequence(depth)).join(' | ');
  const rules = names.map((name) => {
    // Something without rules makes it likely that the rule has a text.
    const base = random.chance(0.7) ? ` | ${random.pick(LITERALS)}` : '';
    return `${name} ::= ${alternatives(2)}${base}`;
  });
  return rules.join('\n');
}

/** Grammars of known shapes: deep nesting, precedence, ambiguity, mutual and hidden left recursion. */
export const KNOWN_EBNF = [
  'root ::= e\ne ::= e "+" e | "(" e ")" | [0-9]+',
  'root ::= t (("+" | "-") t)*\nt ::= f ("*" f)*\nf ::= "(" root ")" | [a-z]+',
  'root ::= root root | "a" | ""',
  'root ::= a\na ::= b "x" | "a"\nb ::= a "y" | c\nc ::= "" | c "z"',
  'root ::= n root "a" | "b"\nn ::= "" | "n"',
  'root ::= "a" root "b" | ""',
  'root ::= ws item (ws "," ws item)* ws\nitem ::= [a-z]+ | "(" root ")"\nws ::= [ \\t]*',
  'root ::= s | s s\ns ::= "a" s | "a"',
  'root ::= p\np ::= "a" p "a" | "b" p "b" | "a" | "b" | ""',
  'root ::= x{2,4} "."\nx ::= "a" | "(" x ")"',
  'root ::= a b c\na ::= "a"*\nb ::= "b"*\nc ::= root? "c"',
  'root ::= dead | "ok"\ndead ::= dead "a"',
];
