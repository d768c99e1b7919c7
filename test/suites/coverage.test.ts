import t from 'tap';
import { Grammar } from '../../src/index.js';
import { coverageMap } from '../../src/suites/coverage/coverage-map.js';
import { gapInWords, gapsOf } from '../../src/suites/coverage/coverage-report.js';
import { createCoverageMeter } from '../../src/suites/coverage/meter.js';
import { createFollow } from '../../src/suites/coverage/recogniser.js';
import { KNOWN_EBNF, randomEbnf } from '../differential/random-ebnf.js';
import { seededRandom } from '../support/seeded-random.js';

const encoder = new TextEncoder();

function mapOf(source: string) {
  const map = coverageMap({ kind: 'ebnf', source });
  if ('reason' in map) throw new Error(map.reason);
  return map;
}

function followOf(source: string) {
  const { builder, automaton } = mapOf(source);
  return createFollow(builder, automaton);
}

/** The points that one text exercises, as kind and the part of the source. */
function exercised(source: string, text: string): string[] {
  const map = mapOf(source);
  const meter = createCoverageMeter({ kind: 'ebnf', source }, 60_000);
  meter?.count(encoder.encode(text));
  const counts = meter?.counts();
  if (counts?.measured !== 1) throw new Error(`${JSON.stringify(text)} was not followed`);
  return map.points
    .filter((_, index) => counts.texts[index] === 1)
    .map(({ kind, from, to, range }) => [kind, source.slice(from, to), ...(range ?? [])].join(' '));
}

function gaps(source: string, ...texts: string[]): string[] {
  const map = mapOf(source);
  const meter = createCoverageMeter({ kind: 'ebnf', source }, 60_000);
  for (const text of texts) meter?.count(encoder.encode(text));
  const counts = meter?.counts();
  if (counts === undefined) throw new Error('no counts');
  return gapsOf({ name: '', isFile: false, map, counts }).map((points) => {
    const [{ from, to } = { from: 0, to: 0 }] = points;
    return `${source.slice(from, to)}: ${gapInWords(points)}`;
  });
}

t.test('alternatives, optional parts, classes and their ranges, rules', async (t) => {
  const source = 'root ::= "x" tail? | [a-c0-9]+ | ("p" | "q") "!"\ntail ::= "y"\nlone ::= "z"';
  t.same(exercised(source, 'xy'), [
    'rule "x" tail? | [a-c0-9]+ | ("p" | "q") "!"',
    'alternative "x" tail?',
    'present tail?',
    'rule "y"',
  ]);
  t.same(gaps(source, 'xy', 'x', 'b', 'p!'), [
    '[a-c0-9]: no text has a character of 0 to 9',
    '"q": no text takes this alternative',
    '"z": no text uses lone',
  ]);
  t.same(gaps(source, 'b7'), [
    '"x" tail?: no text takes this alternative',
    '("p" | "q") "!": no text takes this alternative',
    '"y": no text uses tail',
    '"z": no text uses lone',
  ]);
});

t.test('all derivations of an ambiguous text count', async (t) => {
  const source = 'root ::= a | b\na ::= [ab]+\nb ::= "a" "b"?';
  t.ok(exercised(source, 'a').includes('alternative a'));
  t.ok(exercised(source, 'a').includes('alternative b'));
  t.notOk(exercised(source, 'ba').includes('alternative b'));
});

t.test('kinds and operations that cannot be followed say so', async (t) => {
  t.match(coverageMap({ kind: 'json-schema', source: '{}' }), { reason: /json-schema/ });
  t.match(coverageMap({ kind: 'ebnf', source: 'root ::= "a"{150000} "b"{150000}' }), { reason: /too large/ });
});

t.test('deep nesting and long texts do not overflow the stack, and the clock is looked at', async (t) => {
  const follow = followOf('root ::= "(" root ")" | "x"');
  const deep = `${'('.repeat(5_000)}x${')'.repeat(5_000)}`;
  t.ok(follow(deep, Number.POSITIVE_INFINITY, () => {}));
  t.notOk(
    follow(deep, performance.now(), () => {}),
    'the time is over',
  );
  const nested = `root ::= ${'('.repeat(5000)}"a"${')?'.repeat(5000)}`;
  t.ok(followOf(nested)('a', Number.POSITIVE_INFINITY, () => {}));
});

const random = seededRandom(7);
const grammars = [...KNOWN_EBNF, ...Array.from({ length: 60 }, () => randomEbnf(random))];
const alphabet = ['a', 'b', '(', ')', '+', '1', ',', 'é'];
const texts = ['', ...alphabet, ...Array.from({ length: 60 }, () => randomText())];

function randomText(): string {
  return Array.from({ length: 2 + random.below(5) }, () => random.pick(alphabet)).join('');
}

t.test('a text is followed to its end if and only if the engine accepts it', async (t) => {
  const differences: string[] = [];
  for (const source of grammars) {
    const grammar = Grammar.ebnf(source);
    const follow = followOf(source);
    for (const text of texts) {
      const isFollowed = follow(text, Number.POSITIVE_INFINITY, () => {});
      if (isFollowed !== grammar.test(text)) differences.push(`${source}\n${JSON.stringify(text)}`);
    }
  }
  t.same(differences, []);
});

// The engine as the judge: with an optional token before a part, the text with that token somewhere is accepted if and only if a
// derivation of the text goes through that part.
t.test('an alternative or class counts if and only if some derivation goes through it', async (t) => {
  const differences: string[] = [];
  let checked = 0;
  for (const source of grammars) {
    const grammar = Grammar.ebnf(source);
    const accepted = texts.filter((text) => grammar.test(text)).slice(0, 6);
    const { points } = mapOf(source);
    const used = accepted.map((text) => {
      const meter = createCoverageMeter({ kind: 'ebnf', source }, 60_000);
      meter?.count(encoder.encode(text));
      return meter?.counts().texts;
    });
    points.forEach(({ kind, from, to }, index) => {
      if (kind !== 'alternative' && kind !== 'class') return;
      const part = source.slice(from, to);
      const marked = kind === 'class' ? `(<|mark|>? ${part})` : `<|mark|>? ${part}`;
      const other = Grammar.ebnf(source.slice(0, from) + marked + source.slice(to));
      accepted.forEach((text, number) => {
        const chars = Array.from(text);
        const goesThrough = Array.from({ length: chars.length + 1 }, (_, at) => at).some((at) =>
          other.test([chars.slice(0, at).join(''), { token: '<|mark|>' }, chars.slice(at).join('')]),
        );
        checked += 1;
        if ((used[number]?.[index] === 1) !== goesThrough) {
          differences.push(`${source}\n${JSON.stringify(text)} ${kind} ${part}`);
        }
      });
    });
  }
  t.ok(checked > 500, `${checked} checks`);
  t.same(differences, []);
});
