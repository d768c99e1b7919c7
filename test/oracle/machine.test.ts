import t, { type Test } from 'tap';
import { ebnfMachine } from './earley.js';
import {
  choiceMachine,
  concatMachine,
  DEAD,
  type Machine,
  memoised,
  run,
  TOKEN,
  tokenMachine,
  unionMachine,
} from './machine.js';
import { regexMachine } from './text-language.js';

/** All texts over the alphabet, up to a length. */
function textsOver(alphabet: string, length: number): string[] {
  const texts = [''];
  for (let from = 0, round = 0; round < length; round++) {
    const to = texts.length;
    for (; from < to; from++) for (const char of alphabet) texts.push(texts[from] + char);
  }
  return texts;
}

/**
 * Holds the machine against a predicate on complete texts: it accepts what the predicate accepts, and what it calls alive
 * begins some text of the language; `longer` characters are enough to find that text.
 */
function checkAgainst(
  t: Test,
  machine: Machine,
  predicate: (text: string) => boolean,
  { alphabet, length, longer }: { alphabet: string; length: number; longer: number },
): void {
  const texts = textsOver(alphabet, length + longer);
  const prefixes = new Set<string>();
  for (const text of texts) {
    if (!predicate(text)) continue;
    for (let end = 0; end <= text.length; end++) prefixes.add(text.slice(0, end));
  }
  const wrong: string[] = [];
  for (const text of texts) {
    const state = run(machine, Buffer.from(text));
    if ((state !== DEAD && machine.accepts(state)) !== predicate(text)) wrong.push(`accepts ${text}`);
    if (text.length <= length && (state !== DEAD) !== prefixes.has(text)) wrong.push(`viable ${text}`);
  }
  t.strictSame(wrong, []);
}

for (const pattern of [
  'a*b',
  '(a|ab)(c|bca)?',
  '[^a]{2,3}',
  '(?:a?b){2}c?',
  '^a$|b',
  '(a|b)*abb',
  'a{0}b',
  'a^b',
  'x*',
  '(?:)',
]) {
  t.test(`the pattern ${pattern} is read as V8 reads it`, async (t) => {
    const regex = new RegExp(`^(?:${pattern})$`, 'u');
    const options = { alphabet: 'abc', length: 4, longer: 4 };
    checkAgainst(t, memoised(regexMachine(pattern)), (text) => regex.test(text), options);
  });
}

t.test('characters of more than one byte', async (t) => {
  const machine = regexMachine('[é-ü]😀|[^\\u{0}-\\u{ffff}]');
  const alive = (...bytes: number[]) => run(machine, bytes) !== DEAD;
  t.ok(alive(0xc3, 0xa9, 0xf0, 0x9f));
  t.notOk(alive(0xc3, 0xa8), 'è lies before é');
  t.notOk(alive(0xc3, 0xa9, 0xf1));
  t.ok(alive(0xf4, 0x8f));
  t.notOk(alive(0xf4, 0x90), 'beyond the last character');
  t.notOk(alive(0xed, 0xa0), 'a surrogate');
  t.notOk(alive(0xc0), 'never in UTF-8');
});

const balanced = (text: string): boolean => {
  let depth = 0;
  for (const char of text) {
    depth += char === '(' ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
};
const grammars: [name: string, text: string, alphabet: string, (text: string) => boolean][] = [
  ['a nullable left-recursive rule', 'root ::= root "(" root ")" | ""', '()', balanced],
  ['a right-recursive rule', 'root ::= "(" root ")" root | ""', '()', balanced],
  ['an ambiguous rule', 'root ::= root root | "a" | "b"', 'abc', (text) => /^[ab]+$/.test(text)],
  [
    'hidden left recursion',
    'root ::= n root "a" | "b"\nn ::= "c"?',
    'abc',
    (text) => {
      const [, before = '', after = ''] = /^(c*)b(a*)$/.exec(text) ?? [text];
      return text.includes('b') && /^c*ba*$/.test(text) && before.length <= after.length;
    },
  ],
  [
    'palindromes',
    'root ::= "a" root "a" | "b" root "b" | [ab]?',
    'ab',
    (text) => [...text].reverse().join('') === text,
  ],
  [
    'a rule without a text',
    'root ::= "a" dead | "b"+\ndead ::= dead "c" | [a] dead',
    'abc',
    (text) => /^b+$/.test(text),
  ],
  ['counts', 'root ::= ("a" | "bb"){2,3} [^ab]', 'abc', (text) => /^(a|bb){2,3}c$/.test(text)],
];
for (const [name, text, alphabet, predicate] of grammars) {
  t.test(`Earley: ${name}`, async (t) => {
    const length = alphabet.length === 2 ? 5 : 4;
    checkAgainst(t, memoised(ebnfMachine(text)), predicate, { alphabet, length, longer: length + 1 });
  });
}

t.test('union, concat, choice and token', async (t) => {
  const machine = concatMachine([
    unionMachine([regexMachine('a+'), choiceMachine(['ab', 'abc'])]),
    regexMachine('b?c'),
  ]);
  const options = { alphabet: 'abc', length: 4, longer: 3 };
  checkAgainst(t, memoised(machine), (text) => /^(?:a+|ab|abc)b?c$/.test(text), options);
  const withToken = concatMachine([regexMachine('a*'), tokenMachine(7), choiceMachine(['b'])]);
  t.ok(withToken.accepts(run(withToken, [0x61, TOKEN + 7, 0x62])));
  t.equal(run(withToken, [0x61, 0x62]), DEAD);
  t.equal(concatMachine([regexMachine('a'), choiceMachine([])]).start, DEAD, 'a part without a text');
  t.ok(concatMachine([]).accepts(0), 'nothing at all is the empty text');
});
