import type { SeededRandom } from '../support/seeded-random.js';

/** What a dialect writes for the parts of a random grammar. */
interface Words {
  readonly atoms: readonly string[];
  readonly names: readonly string[];
  readonly or: string;
  readonly optional: (body: string) => string;
  readonly repeated: readonly ((body: string) => string)[];
}

/** The alternatives of a rule: recursion, empty texts and ambiguity all happen. */
function body(random: SeededRandom, words: Words, depth: number): string {
  const item = (): string => {
    const kind = random.below(10);
    let found: string;
    if (kind < 6 || depth === 0) found = random.pick(words.atoms);
    else if (kind < 8) found = random.pick(words.names);
    else if (kind === 8) return words.optional(body(random, words, depth - 1));
    else found = `(${body(random, words, depth - 1)})`;
    return random.chance(0.25) ? random.pick(words.repeated)(found) : found;
  };
  const sequence = (): string => Array.from({ length: 1 + random.below(3) }, item).join(' ');
  return Array.from({ length: 1 + random.below(3) }, sequence).join(` ${words.or} `);
}

const larkRepeats: Words['repeated'] = [
  (text) => `${text}*`,
  (text) => `${text}+`,
  (text) => `${text}?`,
  (text) => `${text}{1,2}`,
  (text) => `${text}~2`,
];

/** A random grammar in Lark, with terminals, and with `isWhole` operators, lazy rules, marks and what is ignored. */
export function randomLark(random: SeededRandom, { isWhole }: { readonly isWhole: boolean }): string {
  const names = ['start', 'x', 'y', 'z'].slice(0, 1 + random.below(4));
  const texts = ['"a"', '"b"', '"ab"', '"1"', '/[ab]/', '/[a-c1]/', '"c"i', '/[^a]/', '"a".."c"', '""'];
  const lazy = isWhole ? ['l', 'm'].slice(0, random.below(3)) : [];
  const words: Words = {
    atoms: [
      ...texts,
      'A',
      'B',
      'A',
      ...(isWhole && random.chance(0.3) ? ['(A & ~B)', '~(A | "b")'] : []),
      ...lazy,
    ],
    names,
    or: '|',
    optional: (text) => `[${text}]`,
    repeated: larkRepeats,
  };
  const inTerminals: Words = { ...words, atoms: texts, names: ['"b"'] };
  const lines = names.map((name) => `${name}: ${body(random, words, 2)} | ${random.pick(texts)}`);
  lines.push(`A: ${body(random, inTerminals, 1)}`, `B: ${body(random, inTerminals, 1)}`);
  if (lazy.includes('l')) lines.push(`l[lazy]: /[abc ]*/ ${random.pick(['"b"', '"c"', 'A "1"'])}`);
  if (lazy.includes('m')) lines.push(`m[suffix=${random.pick(['"b"', '/[1c]/'])}]: /[a-c]*/`);
  if (isWhole && random.chance(0.4)) lines.push(random.pick(['%ignore " "', '%ignore /[ é]+/', '%ignore A']));
  return lines.join('\n');
}

/** A random grammar in ABNF. */
export function randomAbnf(random: SeededRandom): string {
  const names = ['root', 'x', 'y', 'z'].slice(0, 1 + random.below(4));
  const texts = ['"a"', '%s"b"', '"ab"', '%x31', '%x61-62', '%x61.62', '%xE9', 'DIGIT', 'SP', '""', '%s"A"'];
  const words: Words = {
    atoms: texts,
    names,
    or: '/',
    optional: (text) => `[${text}]`,
    repeated: [
      (text) => `*${text}`,
      (text) => `1*${text}`,
      (text) => `*1${text}`,
      (text) => `1*2${text}`,
      (text) => `2${text}`,
    ],
  };
  const lines = names.map((name) => `${name} = ${body(random, words, 2)} / ${random.pick(texts)}`);
  if (random.chance(0.5)) lines.push(`root =/ ${body(random, words, 1)}`);
  return lines.join('\n');
}
