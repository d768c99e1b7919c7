import t from 'tap';
import { Compiler, Grammar, GrammaskError, type Matcher, Vocabulary } from '../../src/index.js';
import { type ByteOracle, byteOracle, nullable } from '../oracle/byte-language.js';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';
import { BYTES_OPTION, randomByteGrammar, randomByteTerminal, type Written } from './random-byte-grammar.js';

// Grammars of bytes: every mask is that of an oracle of its own, which takes derivatives over bytes.

const encoder = new TextEncoder();
const PIECES = ['é', 'éé', 'aé', '€', '😀', 'Kk', 'ab', 'a\n'].map((text) => encoder.encode(text));
const BROKEN = [
  [0xc3, 0xc3],
  [0xa9, 0x61],
  [0xfe, 0xfd, 0xfe],
  [0x61, 0xc3],
  [0xa9, 0xc3],
  [0xe2, 0x82],
  [0xac, 0xfe],
  [0xc3, 0xa9, 0xe9],
].map((list) => Uint8Array.from(list));
const tokens = [...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)), ...PIECES, ...BROKEN];
const STOP = tokens.length;
const vocabulary = Vocabulary.fromTokens([...tokens, null], { stopTokens: [STOP] });
const words = Math.ceil((STOP + 1) / 32);

const full = process.env.GRAMMASK_TEST_FULL === '1';
const count = full ? 4000 : 20;

interface Tally {
  grammars: number;
  masks: number;
  empty: number;
  undecided: number;
  readonly differences: string[];
}

/** Walks a few texts through masks; each bit must be the oracle's, and so must accept, test and the end. The difference, if any. */
function compare(compiler: Compiler, seed: number, written: Written, tally: Tally): string | undefined {
  const oracle = byteOracle(written.language);
  const grammar = Grammar.lark(written.text);
  const lives = oracle.lives(oracle.start);
  if (lives === undefined) tally.undecided++;
  if (lives === false) {
    tally.empty++;
    return grammar.testPrefix('') ? 'an empty language begins' : undefined;
  }
  if (lives !== true) return undefined;
  tally.grammars++;
  using compiled = compiler.compileSync(grammar);
  const random = seededRandom(seed * 7 + 1);
  for (let walk = 0; walk < 3; walk++) {
    using matcher = compiled.matcher();
    const difference = walkOnce(grammar, matcher, oracle, random, tally);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function walkOnce(
  grammar: Grammar,
  matcher: Matcher,
  oracle: ByteOracle,
  random: SeededRandom,
  tally: Tally,
): string | undefined {
  const mask = new Int32Array(words);
  const has = (token: number): boolean => (((mask[token >> 5] as number) >>> (token & 31)) & 1) === 1;
  const text: number[] = [];
  let state = oracle.start;
  for (let step = 0; step < 6; step++) {
    matcher.fillMask(mask);
    tally.masks++;
    const allowed: number[] = [];
    for (const [token, bytes] of tokens.entries()) {
      const wanted = oracle.lives(oracle.after(state, bytes));
      if (wanted === undefined) tally.undecided++;
      else if (has(token) !== wanted)
        return `${hex(text)}: token ${hex(bytes)} is ${wanted ? 'not ' : ''}allowed`;
      if (has(token)) allowed.push(token);
    }
    const isText = nullable(state);
    if ([has(STOP), matcher.isAccepting, grammar.test(Uint8Array.from(text))].some((end) => end !== isText))
      return `${hex(text)} ${isText ? 'is' : 'is not'} a text`;
    const refused = random.below(STOP);
    if (!has(refused) && matcher.accept(refused)) return `${hex(text)}: accepts ${refused}`;
    const rest = matcher.shortestCompletion()?.bytes;
    if (rest === undefined || !nullable(oracle.after(state, rest)))
      return `${hex(text)}: the completion ${rest === undefined ? 'is missing' : hex(rest)}`;
    const forced = matcher.forcedBytes();
    if (forced.length > 0 && (isText || hex(rest.subarray(0, forced.length)) !== hex(forced)))
      return `${hex(text)}: ${hex(forced)} is not forced`;
    if (allowed.length === 0) return undefined;
    const token = random.pick(allowed);
    if (!matcher.accept(token)) return `${hex(text)}: token ${token} is allowed and not accepted`;
    state = oracle.after(state, tokens[token] as Uint8Array);
    text.push(...(tokens[token] as Uint8Array));
  }
  return undefined;
}

const hex = (bytes: Iterable<number>): string => Buffer.from([...bytes]).toString('hex');

function run(of: (seed: number) => Written, first: number): Tally {
  const tally: Tally = { grammars: 0, masks: 0, empty: 0, undecided: 0, differences: [] };
  using compiler = new Compiler(vocabulary, { threads: 1 });
  for (let seed = first; seed < first + count && tally.differences.length < 5; seed++) {
    const written = of(seed);
    let difference: string | undefined;
    try {
      difference = compare(compiler, seed, written, tally);
    } catch (error) {
      if (!GrammaskError.isInstance(error)) throw error;
      difference = `${error.code} ${error.message}`;
    }
    if (difference !== undefined) tally.differences.push(`seed ${seed}: ${difference}\n${written.text}`);
  }
  return tally;
}

t.setTimeout(full ? 3_600_000 : 300_000);

t.test('terminals that read bytes: masks, accept and test are those of the oracle', async (t) => {
  const tally = run((seed) => {
    const { text, language } = randomByteTerminal(seededRandom(seed), 2);
    return { text: `${BYTES_OPTION}start: T\nT: ${text}\n`, language };
  }, 1);
  t.comment(JSON.stringify({ ...tally, differences: undefined }));
  t.strictSame(tally.differences, []);
  t.ok(tally.grammars > count / 2, `${tally.grammars} grammars`);
});

t.test('rules, lazy terminals, marks, ignored texts and grammars of characters beside them', async (t) => {
  const tally = run((seed) => randomByteGrammar(seededRandom(seed)), 10_000);
  t.comment(JSON.stringify({ ...tally, differences: undefined }));
  t.strictSame(tally.differences, []);
  t.ok(tally.grammars > count / 2, `${tally.grammars} grammars`);
});
