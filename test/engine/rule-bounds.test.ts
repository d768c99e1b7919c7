import t from 'tap';
import { type CompiledGrammar, Compiler, Grammar, Vocabulary } from '../../src/index.js';
import { grammaskError } from '../support/frontend-errors.js';
import { seededRandom } from '../support/seeded-random.js';
import { allowed, newMask } from './small-vocabulary.js';

// Bounds on the tokens of what is not regular, against texts of the rule itself and its shortest endings.

const WORDS = '<[|[1|, 2|]>|"é|"]|"}|((|<(|z)|))|)>!|>!|{"|":|b":|a|zz|+z|é(|😀>|zz(|zy|y>|]]'.split('|');
const BYTES = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
const STOP = 256 + WORDS.length;
const vocabulary = Vocabulary.fromTokens([...BYTES, ...WORDS, '</s>'], { stopTokens: [STOP] });
const byteOf = (char: string): number => char.charCodeAt(0);
const compiler = new Compiler(vocabulary);
const utf8 = new TextEncoder();

/** A grammar `"<" a ">!"` in which `a` has a bound, or one that may begin after any number of `z`, and `a` alone. */
interface Case {
  readonly name: string;
  readonly opening: '<' | 'z';
  readonly isLoop: boolean;
  bounded(maxTokens: number): Grammar;
  readonly inner: Grammar;
}

const ofSchema = (schema: string): Case => ({
  ...{ name: schema, opening: '<', isLoop: false },
  bounded: (maxTokens) => Grammar.lark(`start: "<" a ">!"\na[max_tokens=${maxTokens}]: %json ${schema}`),
  inner: Grammar.lark(`start: %json ${schema}`),
});
const ofRules = (body: string): Case => ({
  ...{ name: body, opening: '<', isLoop: false },
  bounded: (maxTokens) => Grammar.ebnf(`root ::= "<" a ">!"\na[max_tokens=${maxTokens}] ::= ${body}`),
  inner: Grammar.ebnf(`root ::= a\na ::= ${body}`),
});

/** Where the rule begins is open: several of its kind, with different tokens left, stand beside each other. */
const afterLoop = (body: string): Case => ({
  ...{ name: `z* ${body}`, opening: 'z', isLoop: true },
  bounded: (maxTokens) => Grammar.ebnf(`root ::= "z"* a ">!"\na[max_tokens=${maxTokens}] ::= ${body}`),
  inner: Grammar.ebnf(`root ::= a\na ::= ${body}`),
});

const CASES = [
  '{"type":"array"}',
  '{"type":"string","minLength":2}',
  '{"type":"number"}',
  '{"type":"object","properties":{"a":{"enum":["x","yé"]},"b":{"type":"array","minItems":2}},"required":["b"]}',
  '{}',
].map(ofSchema);
CASES.push(
  ...['"(" a ")" | "z"', '"(" a ")" | "z" | a "+" a', '"é" a "😀" | a a "a" | "zz"', '("a" a "b")?'].map(
    ofRules,
  ),
  ...['"z" a "y" | "zy"', '"z" a | "zy" | a "u"', '"z" a | "(" a ")" | "y"'].map(afterLoop),
);

/** What is being read: bytes of the text around, of the rule, or of its settled ending. */
type Place =
  | { readonly kind: 'begin' }
  | Reading
  | { readonly kind: 'ending'; readonly rest: readonly number[] }
  | { readonly kind: 'end'; readonly at: number };

interface Reading {
  readonly kind: 'rule';
  readonly text: readonly number[];
  /** Tokens that the rule has left, and whether it had begun before the token in progress. */
  readonly left: number;
  readonly stood: boolean;
}

/** Where a text can be, place by place: `opening` any number of times or once, the rule, `>!`. */
function oracle(
  inner: Grammar,
  compiled: CompiledGrammar,
  maxTokens: number,
  opening: string,
  isLoop: boolean,
) {
  const looks = new Map<string, { viable: boolean; accepted: boolean }>();
  const look = (text: readonly number[]): { viable: boolean; accepted: boolean } => {
    const key = text.join();
    const known = looks.get(key);
    if (known !== undefined) return known;
    const bytes = Uint8Array.from(text);
    const found = { viable: inner.testPrefix(bytes), accepted: inner.test(bytes) };
    looks.set(key, found);
    return found;
  };
  const goOn = (reading: Reading): Place[] => {
    const found = look(reading.text);
    const places: Place[] = found.accepted ? [{ kind: 'end', at: 0 }] : [];
    return found.viable ? [...places, reading] : places;
  };
  const enter = (stood: boolean): Place[] => goOn({ kind: 'rule', text: [], left: maxTokens, stood });
  const step = (place: Place, byte: number): Place[] => {
    switch (place.kind) {
      case 'begin':
        if (byte !== byteOf(opening)) return [];
        return isLoop ? [place, ...enter(false)] : enter(false);
      case 'rule':
        return goOn({ ...place, text: [...place.text, byte] });
      case 'ending':
        if (place.rest[0] !== byte) return [];
        return place.rest.length === 1
          ? [{ kind: 'end', at: 0 }]
          : [{ kind: 'ending', rest: place.rest.slice(1) }];
      case 'end':
        return utf8.encode('>!')[place.at] === byte ? [{ kind: 'end', at: place.at + 1 }] : [];
    }
  };
  const ending = (text: readonly number[]): readonly number[] => {
    const matcher = compiled.matcher();
    matcher.acceptBytes(Uint8Array.from(text));
    return [...(matcher.shortestCompletion()?.bytes ?? [])];
  };
  return {
    begin: [{ kind: 'begin' }, ...(isLoop ? enter(true) : [])] as readonly Place[],
    run(places: readonly Place[], bytes: Iterable<number>): readonly Place[] {
      let now = places;
      for (const byte of bytes) now = now.flatMap((place) => step(place, byte));
      return now;
    },
    border(places: readonly Place[]): readonly Place[] {
      const counted = places.map((place) =>
        place.kind === 'rule'
          ? { ...place, left: place.stood ? Math.max(place.left - 1, 0) : place.left, stood: true }
          : place,
      );
      const mayEnd = counted.some((place) => place.kind === 'end' && place.at === 0);
      return counted.flatMap((place): Place[] => {
        if (place.kind !== 'rule' || place.left > 0) return [place];
        return mayEnd ? [] : [{ kind: 'ending', rest: ending(place.text) }];
      });
    },
  };
}

const TEXTS = Array.from({ length: STOP }, (_, token) => token);

t.test('bounded rules end with their tokens: masks are those of an oracle', async (t) => {
  const random = seededRandom(9);
  let places = 0;
  for (const { name, bounded, inner, opening, isLoop } of CASES) {
    const innerCompiled = compiler.compileSync(inner);
    for (let round = 0; round < 6; round++) {
      const maxTokens = 1 + random.below(5);
      const { begin, run, border } = oracle(inner, innerCompiled, maxTokens, opening, isLoop);
      const matcher = compiler.compileSync(bounded(maxTokens)).matcher();
      let now = begin;
      for (let length = 0; length < 14; length++) {
        const expected = TEXTS.filter((token) => run(now, vocabulary.bytes(token)).length > 0);
        const mask = newMask(vocabulary);
        matcher.fillMask(mask);
        const found = allowed(mask).filter((token) => token < STOP);
        if (found.join() !== expected.join()) {
          t.same(found, expected, `${name}, ${maxTokens} tokens, step ${length}`);
          return;
        }
        places++;
        // Half of the tokens go on with what the rule may repeat.
        const likely = expected.filter((token) => vocabulary.bytes(token)[0] === byteOf(opening));
        const choices = likely.length > 0 && random.chance(0.5) ? likely : expected;
        const token = choices[random.below(choices.length)];
        if (token === undefined) break;
        if (!matcher.accept(token)) t.fail(`${name}: ${token} is allowed and not accepted`);
        now = border(run(now, vocabulary.bytes(token)));
        if (random.chance(0.2)) {
          matcher.rollback(1);
          matcher.accept(token);
        }
      }
    }
  }
  t.ok(places > 400, `${places} places`);
});

t.test('a settled ending is forced, and drafts and validate see it', async (t) => {
  const grammar = Grammar.lark('start: a "!"\na[max_tokens=2]: %json {"type":"array"}');
  const compiled = compiler.deserialize(compiler.compileSync(grammar).serialize());
  const matcher = compiled.matcher();
  const open = byteOf('[');
  t.equal(matcher.validate([open, open, open]), 2);
  const words = newMask(vocabulary).length;
  const masks = new Int32Array(2 * words);
  t.equal(matcher.fillDraftMasks(Int32Array.of(open, open), masks), 2);
  t.same(allowed(masks.subarray(words)), [byteOf(']'), 256 + WORDS.indexOf(']]')]);
  t.ok(matcher.accept(open) && matcher.accept(open));
  t.equal(Buffer.from(matcher.forcedBytes()).toString(), ']]!');
});

t.test('what cannot be bounded is refused', async (t) => {
  const refused = (source: string): string => {
    const error = grammaskError(() => compiler.compileSync(Grammar.ebnf(source)), 'UNSUPPORTED');
    return error.message;
  };
  t.match(refused('root ::= a\na[max_tokens=2] ::= "(" a ")" | <s>'), /tokens or slots/);
  t.match(refused('root ::= a\na[max_tokens=0] ::= "(" a ")" | "x"'), /max_tokens is 0/);
  t.match(refused('root ::= a\na[max_tokens=2] ::= b "x" | "y"\nb ::= a "z" | "u"'), /begins with itself/);
  t.doesNotThrow(() => compiler.compileSync(Grammar.ebnf('root ::= a\na[max_tokens=2] ::= a "x" a | "y"')));
});

t.test('a bounded rule of EBNF is printed and read back', async (t) => {
  const grammar = Grammar.ebnf('root ::= "<" a\na[max_tokens=2] ::= "(" a ")" | "z"');
  const again = Grammar.ebnf(grammar.toString());
  t.match(grammar.toString(), /\[max_tokens=2\]/);
  const matcher = compiler.compileSync(again).matcher();
  for (const letter of '<((') t.ok(matcher.accept(byteOf(letter)));
  t.notOk(matcher.accept(byteOf('(')));
  t.ok(matcher.accept(byteOf('z')));
});
