// Grammars of one compiler share rules, and masks where their rules differ in what no token reads.
import t from 'tap';
import { Compiler, type Grammar, type Matcher } from '../../src/index.js';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';
import { changedRules, grammarOfRules, randomRules } from './random-rules.js';
import { allowedTokens, isAllowed, smallTestVocabulary } from './test-vocabulary.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
/** Among the first are some whose completions once depended on the grammars before. */
const FIRST_SEED = 97;
const { engine: vocabulary } = smallTestVocabulary();

/** A place of a text in the grammar of a compiler that knows related ones, and in one of a compiler that knows it alone. */
interface Place {
  readonly shared: Matcher;
  readonly alone: Matcher;
  readonly dispose: () => void;
}

function related(random: SeededRandom): Grammar[] {
  const all = [randomRules(random)];
  while (all.length < 8) all.push(changedRules(random, random.pick(all)));
  return all.map(grammarOfRules);
}

function placesOf(compiler: Compiler, grammars: readonly Grammar[]): Place[] {
  return grammars.flatMap((grammar) => {
    const compiled = compiler.compileSync(grammar);
    const own = new Compiler(vocabulary, { threads: 1 });
    const alone = own.compileSync(grammar);
    if (!alone.satisfiable) return [];
    return [{ shared: compiled.matcher(), alone: alone.matcher(), dispose: () => own.dispose() }];
  });
}

function maskOf(matcher: Matcher): Int32Array {
  const mask = new Int32Array(Math.ceil(vocabulary.size / 32)).fill(-1);
  matcher.fillMask(mask);
  return mask;
}

function acceptDiffers(matcher: Matcher, mask: Int32Array): number | undefined {
  for (let token = 0; token < vocabulary.size; token++) {
    const accepted = matcher.accept(token);
    if (accepted) matcher.rollback(1);
    if (accepted !== isAllowed(mask, token)) return token;
  }
  return undefined;
}

function bytesToEnd(matcher: Matcher): string | undefined {
  const completion = matcher.shortestCompletion();
  return completion === null ? undefined : Buffer.from(completion.bytes).toString('latin1');
}

/** Answers a slot now and then. False where the two matchers have different ones. */
function answerSlot(random: SeededRandom, { shared, alone }: Place): boolean {
  const [mine, theirs] = [shared.slots(), alone.slots()];
  const what = (slots: typeof mine) => slots.map(({ name, before, typed }) => [name, before, typed]);
  if (JSON.stringify(what(mine)) !== JSON.stringify(what(theirs))) return false;
  if (mine.length === 0 || random.chance(0.6)) return true;
  const at = random.below(mine.length);
  const names = random.pick([['a'], ['ab', 'b'], null]);
  shared.provide(mine[at]?.id as number, names);
  alone.provide(theirs[at]?.id as number, names);
  return true;
}

/** One look at a place, and a step to the next. What was different, if anything. */
function look(random: SeededRandom, place: Place, round: number): string | undefined {
  const { shared, alone } = place;
  if (shared.isTerminated || shared.isDead) {
    shared.reset();
    alone.reset();
  }
  const mask = maskOf(shared);
  const expected = maskOf(alone);
  if (Buffer.compare(Buffer.from(mask.buffer), Buffer.from(expected.buffer)) !== 0) return 'mask';
  if (round % 5 === 0) {
    // Both, since a completion may take another one of equal ways where the same matcher was elsewhere before.
    for (const matcher of [shared, alone]) {
      const token = acceptDiffers(matcher, mask);
      if (token !== undefined) return `accept of ${token}`;
    }
  }
  if (bytesToEnd(shared) !== bytesToEnd(alone)) return 'shortest completion';
  if (Buffer.compare(shared.forcedBytes(), alone.forcedBytes()) !== 0) return 'forced bytes';
  if (!answerSlot(random, place)) return 'slots';
  const tokens = allowedTokens(maskOf(alone));
  if (tokens.length === 0) {
    shared.reset();
    alone.reset();
    return undefined;
  }
  const long = tokens.filter((token) => token >= 256);
  const token = random.pick(long.length > 0 && random.chance(0.6) ? long : tokens);
  return shared.accept(token) && alone.accept(token) ? undefined : 'step';
}

t.test('what else a compiler knows changes no mask and no completion', { timeout: 900_000 }, async (t) => {
  const differences: string[] = [];
  let places = 0;
  const families = full ? 600 : 20;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + families; seed++) {
    const random = seededRandom(seed);
    const compiler = new Compiler(vocabulary, {
      threads: 1,
      cacheBytes: random.chance(0.25) ? 10_000 : undefined,
    });
    const all = placesOf(compiler, related(random));
    for (let round = 0; all.length > 0 && round < 60; round++) {
      places++;
      const different = look(random, random.pick(all), round);
      if (different === undefined) continue;
      differences.push(`seed ${seed}, round ${round}: ${different}`);
      break;
    }
    for (const place of all) place.dispose();
    compiler.dispose();
  }
  t.comment(`${places} places`);
  t.strictSame(differences, []);
  t.ok(places > 40 * families);
});
