import t from 'tap';
import { type CompiledGrammar, Compiler, Grammar, Vocabulary } from '../../src/index.js';
import { grammaskError } from '../support/frontend-errors.js';
import { seededRandom } from '../support/seeded-random.js';
import { allowed, newMask } from './small-vocabulary.js';

// Bounds on the tokens of what is not regular, against texts of the rule itself and its shortest endings.

const WORDS = '<[|[1|, 2|]>|"é|"]|"}|((|<(|z)|))|)>!|>!|{"|":|b":|a|zz|+z|é(|😀>'.split('|');
const BYTES = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
const STOP = 256 + WORDS.length;
const vocabulary = Vocabulary.fromTokens([...BYTES, ...WORDS, '</s>'], { stopTokens: [STOP] });
const byteOf = (char: string): number => char.charCodeAt(0);
const compiler = new Compiler(vocabulary);
const utf8 = new TextEncoder();
const END = 'S';

/** A grammar `"<" a ">!"` in which `a` has a bound, and `a` alone. */
interface Case {
  readonly name: string;
  bounded(maxTokens: number): Grammar;
  readonly inner: Grammar;
}

const ofSchema = (schema: string): Case => ({
  name: schema,
  bounded: (maxTokens) => Grammar.lark(`start: "<" a ">!"\na[max_tokens=${maxTokens}]: %json ${schema}`),
  inner: Grammar.lark(`start: %json ${schema}`),
});
const ofRules = (body: string): Case => ({
  name: body,
  bounded: (maxTokens) => Grammar.ebnf(`root ::= "<" a ">!"\na[max_tokens=${maxTokens}] ::= ${body}`),
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
);

/** What is being read: bytes of the text around, of the rule, or of its settled ending. */
type Place =
  | { readonly kind: 'begin' }
  | { readonly kind: 'rule'; readonly text: readonly number[] }
  | { readonly kind: 'ending'; readonly rest: readonly number[] }
  | { readonly kind: typeof END; readonly at: number };

interface State {
  readonly places: readonly Place[];
  /** Tokens that the rule has left, and whether it had begun before the token in progress. */
  readonly left: number;
  readonly stood: boolean;
}

function oracle(inner: Grammar, compiled: CompiledGrammar, maxTokens: number) {
  const begin: State = { places: [{ kind: 'begin' }], left: maxTokens, stood: false };
  const viable = new Map<string, { viable: boolean; accepted: boolean }>();
  const look = (text: readonly number[]): { viable: boolean; accepted: boolean } => {
    const key = text.join();
    const known = viable.get(key);
    if (known !== undefined) return known;
    const bytes = Uint8Array.from(text);
    const found = { viable: inner.testPrefix(bytes), accepted: inner.test(bytes) };
    viable.set(key, found);
    return found;
  };
  const enter = (text: readonly number[]): Place[] => {
    const found = look(text);
    const places: Place[] = found.accepted ? [{ kind: END, at: 0 }] : [];
    if (found.viable) places.push({ kind: 'rule', text });
    return places;
  };
  const step = (place: Place, byte: number): Place[] => {
    switch (place.kind) {
      case 'begin':
        return byte === byteOf('<') ? enter([]) : [];
      case 'rule':
        return enter([...place.text, byte]);
      case 'ending':
        if (place.rest[0] !== byte) return [];
        return place.rest.length === 1
          ? [{ kind: END, at: 0 }]
          : [{ kind: 'ending', rest: place.rest.slice(1) }];
      case END:
        return utf8.encode('>!')[place.at] === byte ? [{ kind: END, at: place.at + 1 }] : [];
    }
  };
  const ending = (text: readonly number[]): readonly number[] => {
    const matcher = compiled.matcher();
    matcher.acceptBytes(Uint8Array.from(text));
    return [...(matcher.shortestCompletion()?.bytes ?? [])];
  };
  return {
    begin,
    run(state: State, bytes: Iterable<number>): State | undefined {
      let places = state.places;
      for (const byte of bytes) places = places.flatMap((place) => step(place, byte));
      return places.length === 0 ? undefined : { ...state, places };
    },
    border(state: State): State {
      const rule = state.places.find((place) => place.kind === 'rule');
      if (rule === undefined) return state;
      const left = state.stood ? Math.max(state.left - 1, 0) : state.left;
      if (left > 0) return { ...state, left, stood: true };
      const others = state.places.filter((place) => place !== rule);
      if (others.some((place) => place.kind === END)) return { ...state, places: others };
      return { ...state, left, places: [...others, { kind: 'ending', rest: ending(rule.text) }] };
    },
  };
}

t.test('bounded rules end with their tokens: masks are those of an oracle', async (t) => {
  const random = seededRandom(9);
  const texts = Array.from({ length: STOP }, (_, token) => token);
  let places = 0;
  for (const { name, bounded, inner } of CASES) {
    const innerCompiled = compiler.compileSync(inner);
    for (let round = 0; round < 6; round++) {
      const maxTokens = 1 + random.below(5);
      const { begin, run, border } = oracle(inner, innerCompiled, maxTokens);
      const matcher = compiler.compileSync(bounded(maxTokens)).matcher();
      let state = begin;
      for (let step = 0; step < 14; step++) {
        const expected = texts.filter((token) => run(state, vocabulary.bytes(token)) !== undefined);
        const mask = newMask(vocabulary);
        matcher.fillMask(mask);
        const found = allowed(mask).filter((token) => token < STOP);
        if (found.join() !== expected.join()) {
          t.same(found, expected, `${name}, ${maxTokens} tokens, step ${step}`);
          return;
        }
        places++;
        const token = expected[random.below(expected.length)];
        if (token === undefined) break;
        if (!matcher.accept(token)) t.fail(`${name}: ${token} is allowed and not accepted`);
        const bytes = vocabulary.bytes(token);
        state = border(run(state, bytes) as State);
        if (random.chance(0.2)) {
          matcher.rollback(1);
          matcher.accept(token);
        }
      }
    }
  }
  t.ok(places > 300, `${places} places`);
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
