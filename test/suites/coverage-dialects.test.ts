import t, { type Test } from 'tap';
import { Grammar } from '../../src/index.js';
import { coverageMap } from '../../src/suites/coverage/coverage-map.js';
import { gapInWords, gapsOf } from '../../src/suites/coverage/coverage-report.js';
import { createCoverageMeter } from '../../src/suites/coverage/meter.js';
import { createFollow } from '../../src/suites/coverage/recogniser.js';
import { randomAbnf, randomLark } from '../differential/random-rules-text.js';
import { seededRandom } from '../support/seeded-random.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const encoder = new TextEncoder();

function mapOf(kind: string, source: string) {
  const map = coverageMap({ kind, source });
  if ('reason' in map) throw new Error(`${map.reason}\n${source}`);
  return map;
}

function countsOf(kind: string, source: string, texts: readonly string[]) {
  const meter = createCoverageMeter({ kind, source }, 60_000);
  for (const text of texts) meter?.count(encoder.encode(text));
  const counts = meter?.counts();
  if (counts === undefined) throw new Error('no counts');
  return counts;
}

function gaps(t: Test, kind: string, source: string, ...texts: string[]): string[] {
  const map = mapOf(kind, source);
  const counts = countsOf(kind, source, texts);
  t.equal(counts.measured, texts.length, 'every text is followed');
  return gapsOf({ name: '', isFile: false, map, counts }).map((points) => {
    const [{ from, to } = { from: 0, to: 0 }] = points;
    return `${source.slice(from, to)}: ${gapInWords(points)}`;
  });
}

t.test('ABNF: options, repetitions, ranges, alternatives in groups and in =/', async (t) => {
  const source = [
    'line = level [ ":" *WSP ] 1*(text / "#") CRLF ; a comment',
    'level = "info" / %s"WARN" / %d65-67',
    'level =/ "x" ( "y" / "z" )',
    'text = %x61-7A',
    'spare = <words for people>',
  ].join('\n');
  t.same(gaps(t, 'abnf', source, 'INFO: a\r\n', 'xz#\r\n'), [
    '*WSP: no text leaves this out',
    '%s"WARN": no text takes this alternative',
    '%d65-67: no text takes this alternative',
    '"y": no text takes this alternative',
    '<words for people>: no text uses spare',
  ]);
});

t.test('Lark: rules, terminals and their insides, what is ignored, grammars inside', async (t) => {
  const source = [
    '%ignore /[ ]+/',
    '%ignore COMMENT',
    'start: NAME "(" [value ("," value)*] ")"',
    'value: INT | STRING | %lark { start: "<" ("p" | "q") ">" }',
    'NAME: LETTER+ | "_"',
    'LETTER: /[a-zA-Z]/',
    '%import common.INT',
    'STRING: "\\"" (/[a-z]/ | "\\\\" ("n" | "t"))* "\\""',
    'COMMENT: "#" /[a-z]*/',
  ].join('\n');
  t.same(gaps(t, 'lark', source, 'f( 1, "a\\n")', 'g(<p>)', 'h()'), [
    'COMMENT: no text takes this alternative',
    '"q": no text takes this alternative',
    '"_": no text takes this alternative',
    '/[a-zA-Z]/: no text has a character of A to Z',
    '(/[a-z]/ | "\\\\" ("n" | "t"))*: no text leaves this out',
    '"t": no text takes this alternative',
    '"#" /[a-z]*/: no text uses COMMENT',
  ]);
});

t.test('Lark: lazy rules, marks, bounds, operators and parameters are followed inside', async (t) => {
  const tools = [
    'start: (tool | other)* tail',
    'tail: TEXT',
    'tool: tool_head ("0" | /[1-9][0-9]*/) "</tool>"',
    'tool_head[lazy]: TEXT "<tool>"',
    'other: other_head "x"',
    'other_head[suffix="<o>"]: TEXT',
    'TEXT: /(.|\\n)*/',
  ].join('\n');
  t.same(gaps(t, 'lark', tools, 'a <tool>12</tool> b', ''), [
    'other: no text takes this alternative',
    '"0": no text takes this alternative',
    'other_head "x": no text uses other',
    'TEXT: no text uses other_head',
  ]);
  const word = 'start: a | b\na[max_chars=2]: "x" (Y | "z")+\nY: "y"\nb: (/[a-c]/ | "yes" | "no")+ & ~/.*no/';
  t.same(gaps(t, 'lark', word, 'xz', 'noyes'), [
    'Y: no text takes this alternative',
    '"y": no text uses Y',
    '/[a-c]/: no text takes this alternative',
  ]);
  const bits =
    'start: p::0\np::_: "" %if is_ones([0:2])\n | "a" p::set_bit(0) %if bit_clear(0)\n | "b" p::set_bit(1) | "c" p::_ %if bit_set(5)';
  t.same(gaps(t, 'lark', bits, 'ab', 'ba'), ['"c" p::_: no text takes this alternative']);
});

t.test('EBNF: operators, macros, options and slots are followed inside', async (t) => {
  const source = [
    'root ::= ([a-z] | "no" | "yes")+ & ~"no" | short | Slot(name, [A-Z]+ | "_") | tags',
    'short[max_chars=2] ::= "1" ("2" | "3")*',
    'tags ::= TagDispatch(("<a>", x), ("<b>", y))',
    'x ::= "1" | "2"',
    'y ::= "3"',
  ].join('\n');
  t.same(gaps(t, 'ebnf', source, 'ab', '1', '12', 'AB', '-<a>1', '-'), [
    '"no": no text takes this alternative',
    '"yes": no text takes this alternative',
    '"_": no text takes this alternative',
    '"3": no text takes this alternative',
    '("<b>", y): no text takes this alternative',
    '"2": no text takes this alternative',
    '"3": no text uses y',
  ]);
});

t.test('JSON Schemas inside are named as the reason', async (t) => {
  t.match(coverageMap({ kind: 'lark', source: 'start: %json {"type": "string"}' }), {
    reason: /JSON Schema/,
  });
});

const alphabet = ['a', 'b', 'c', ' ', '1', 'A', 'é'];

function textsFor(random: ReturnType<typeof seededRandom>): string[] {
  const texts = Array.from({ length: 60 }, () =>
    Array.from({ length: 2 + random.below(5) }, () => random.pick(alphabet)).join(''),
  );
  return ['', ...alphabet, ...texts];
}

const dialects = [
  { kind: 'lark', make: randomLark, read: (source: string) => Grammar.lark(source) },
  { kind: 'abnf', make: randomAbnf, read: (source: string) => Grammar.abnf(source) },
] as const;

for (const { kind, make, read } of dialects) {
  t.test(`${kind}: a text is followed to its end if and only if the engine accepts it`, async (t) => {
    const random = seededRandom(11);
    const differences: string[] = [];
    let accepted = 0;
    for (let round = 0; round < (full ? 1000 : 30); round++) {
      const source = make(random, { isWhole: true });
      const grammar = read(source);
      const { builder, automaton } = mapOf(kind, source);
      const follow = createFollow(builder, automaton);
      for (const text of textsFor(random)) {
        const isAccepted = grammar.test(text);
        if (isAccepted) accepted += 1;
        if (follow(text, Number.POSITIVE_INFINITY, () => {}) !== isAccepted) {
          differences.push(`${source}\n${JSON.stringify(text)} ${isAccepted}`);
        }
      }
    }
    t.ok(accepted > 100, `${accepted} accepted`);
    t.same(differences.slice(0, 3), []);
  });
}

// The engine as the judge, as for EBNF: with an optional token before a part of a rule, the text with that token somewhere is
// accepted if and only if a derivation goes through that part. ABNF has no tokens.
t.test('lark: an alternative or class counts if and only if some derivation goes through it', async (t) => {
  const random = seededRandom(5);
  const differences: string[] = [];
  let checked = 0;
  for (let round = 0; round < (full ? 200 : 8); round++) {
    const source = randomLark(random, { isWhole: false });
    const grammar = Grammar.lark(source);
    const accepted = textsFor(random)
      .filter((text) => grammar.test(text))
      .slice(0, 6);
    const { points } = mapOf('lark', source);
    const counts = accepted.map((text) => countsOf('lark', source, [text]).texts);
    points.forEach(({ kind, rule, from, to }, index) => {
      // Tokens stand in rules only.
      if ((kind !== 'alternative' && kind !== 'class') || rule !== rule.toLowerCase()) return;
      const part = source.slice(from, to);
      const marked = `(<|mark|>? ${kind === 'class' ? part : `(${part})`})`;
      const other = Grammar.lark(source.slice(0, from) + marked + source.slice(to));
      accepted.forEach((text, number) => {
        const chars = Array.from(text);
        const goesThrough = Array.from({ length: chars.length + 1 }, (_, at) => at).some((at) =>
          other.test([chars.slice(0, at).join(''), { token: '<|mark|>' }, chars.slice(at).join('')]),
        );
        checked += 1;
        if ((counts[number]?.[index] === 1) !== goesThrough) {
          differences.push(`${source}\n${JSON.stringify(text)} ${kind} ${part} ${goesThrough}`);
        }
      });
    });
  }
  t.ok(checked > 300, `${checked} checks`);
  t.same(differences.slice(0, 3), []);
});
