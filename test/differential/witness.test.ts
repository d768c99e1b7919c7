import t from 'tap';
import { type CompiledGrammar, Compiler, Grammar, type Matcher } from '../../src/index.js';
import { naiveValidator, type Validator } from '../oracle/validator.js';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';
import { showTokens } from './compare.js';
import { documentOf, randomFullSchema } from './random-full-schema.js';
import { randomInstance, writeFreely } from './random-instance.js';
import { randomUniverse } from './random-universe.js';
import { allowedTokens, isAllowed, smallTestVocabulary } from './test-vocabulary.js';

// Schemas with values without end, which no list can decide. What is allowed too much is seen by its witness: behind each token
// that a mask allows, the engine has a completion, and the naive validator judges it. What is allowed too little is seen by
// valid texts, of which each beginning must be allowed.

const full = process.env.GRAMMASK_TEST_FULL === '1';
const schemas = Number(process.env.GRAMMASK_TEST_COUNT ?? (full ? 4_000 : 150));
const firstSeed = Number(process.env.GRAMMASK_TEST_SEED ?? 1);
const timeout = full ? 3_600_000 : 300_000;
t.setTimeout(timeout);

const vocabulary = smallTestVocabulary();
const mask = new Int32Array(Math.ceil(vocabulary.engine.size / 32));
const STEPS = 14;
const TOKENS = 6;
const INSTANCES = 10;

interface Counts {
  completions: number;
  beginnings: number;
  undecided: number;
}

/** Draws a text through masks, and asks for a completion behind some of the tokens that are allowed at each step. */
function drawn(compiled: CompiledGrammar, naive: Validator, random: SeededRandom, counts: Counts): void {
  const matcher = compiled.matcher();
  const written: number[] = [];
  const textOf = (tokens: readonly number[]): Uint8Array =>
    Buffer.concat(tokens.map((id) => vocabulary.tokens[id] as Uint8Array));
  for (let step = 0; step < STEPS; step++) {
    matcher.fillMask(mask);
    const ends = vocabulary.stopTokens.some((id) => isAllowed(mask, id));
    const shown = showTokens(written, vocabulary);
    if (ends !== matcher.isAccepting) throw new Error(`${shown}: the end in the mask and isAccepting differ`);
    if (ends !== naive.text(Buffer.from(textOf(written)).toString())) {
      throw new Error(`${shown}: the end is ${ends ? '' : 'not '}allowed`);
    }
    const allowed = allowedTokens(mask).filter((id) => !vocabulary.stopTokens.includes(id));
    if (allowed.length === 0) {
      if (!ends && step > 0 && matcher.stats.undecided === 0) throw new Error(`${shown}: a dead end`);
      break;
    }
    for (let round = 0; round < TOKENS; round++) {
      const token = random.pick(allowed);
      if (!matcher.accept(token)) throw new Error(`${shown}: ${token} is in the mask and not accepted`);
      const completion = matcher.shortestCompletion();
      const isUndecided = matcher.stats.undecided > 0;
      matcher.rollback(1);
      if (isUndecided) counts.undecided += 1;
      if (completion === null) {
        if (isUndecided) continue;
        throw new Error(`${showTokens([...written, token], vocabulary)}: no completion`);
      }
      counts.completions += 1;
      const text = Buffer.concat([textOf([...written, token]), completion.bytes]).toString();
      if (!naive.text(text)) {
        throw new Error(`${showTokens([...written, token], vocabulary)}: completed wrongly as ${text}`);
      }
    }
    // Structure would be lost among the letters.
    const structure = allowed.filter((id) =>
      /^[[{\]},:"\d]/.test(showTokens([id], vocabulary).slice(1).replace(/^\\/, '')),
    );
    const next = random.pick(structure.length > 0 && random.chance(0.7) ? structure : allowed);
    matcher.accept(next);
    written.push(next);
  }
  matcher.dispose();
}

/** Each beginning of a valid text is allowed, and its end; an invalid one does not get there. */
function followed(matcher: Matcher, text: string, valid: boolean, counts: Counts): void {
  const bytes = Buffer.from(text);
  for (const [at, byte] of bytes.entries()) {
    matcher.fillMask(mask);
    const token = vocabulary.tokens.findIndex((each) => each?.length === 1 && each[0] === byte);
    const allowed = isAllowed(mask, token);
    if (valid && !allowed) throw new Error(`${text} is valid, and ${bytes.subarray(0, at + 1)} not allowed`);
    if (allowed !== matcher.accept(token)) throw new Error(`${text}: mask and accept differ at ${at}`);
    if (!allowed) return;
    counts.beginnings += 1;
  }
  if (matcher.isAccepting !== valid) throw new Error(`${text} is ${valid ? 'valid' : 'invalid'}`);
}

t.test('what masks allow can be completed, and what is valid is allowed', { timeout }, async (t) => {
  const counts: Counts = { completions: 0, beginnings: 0, undecided: 0 };
  const wrong: string[] = [];
  const compiler = new Compiler(vocabulary.engine);
  for (let seed = firstSeed; seed < firstSeed + schemas && wrong.length < 5; seed++) {
    const random = seededRandom(seed);
    const draft = random.pick(['2020-12', '2020-12', '2019-09', '7', '6', '4'] as const);
    const universe = randomUniverse(random);
    const text = documentOf(randomFullSchema(random, { draft, universe }));
    const naive = naiveValidator(text, { draft });
    try {
      using compiled = compiler.compileSync(Grammar.jsonSchema(text, { draft }), { timeoutMs: 20_000 });
      for (let round = 0; round < 2; round++) drawn(compiled, naive, random, counts);
      for (let round = 0; round < INSTANCES; round++) {
        const instance = writeFreely(random, randomInstance(random, universe));
        using matcher = compiled.matcher();
        followed(matcher, instance, naive.text(instance), counts);
      }
    } catch (error) {
      wrong.push(`seed ${seed}, draft ${draft}: ${text}: ${String(error)}`);
    }
  }
  compiler.dispose();
  t.comment(JSON.stringify(counts));
  t.strictSame(wrong, []);
  t.ok(counts.completions > schemas * 20 && counts.beginnings > schemas * 20);
});
