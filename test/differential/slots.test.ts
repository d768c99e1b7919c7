import t from 'tap';
import { Compiler, Grammar, type Matcher, Vocabulary } from '../../src/index.js';
import { seededRandom } from '../support/seeded-random.js';
import { type Derivation, derivationsOf, randomSlotGrammar, toSource } from './slot-language.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const timeout = full ? 3_600_000 : 300_000;
t.setTimeout(timeout);

// Every text of up to three letters is a token, so that names begin, end and are crossed anywhere.
const letters = ['a', 'b', '.', ' '];
const texts = letters.flatMap((a) => [
  a,
  ...letters.flatMap((b) => [a + b, ...letters.map((c) => a + b + c)]),
]);
const stop = texts.length;
const vocabulary = Vocabulary.fromTokens([...texts, '</s>'], { stopTokens: [stop] });
const words = Math.ceil(vocabulary.size / 32);

/** What the host said: by slot and the text before the name. */
type Answers = ReadonlyMap<string, ReadonlySet<string> | null>;
const keyOf = (name: string, before: string): string => `${name} ${before}`;

function isAllowed({ text, slots }: Derivation, answers: Answers): boolean {
  return slots.every(({ name, from, to }) => {
    const names = answers.get(keyOf(name, text.slice(0, from)));
    return names === undefined || names === null || names.has(text.slice(from, to));
  });
}

class Oracle {
  constructor(
    readonly derivations: readonly Derivation[],
    readonly written: string,
    readonly answers: Answers,
  ) {}
  get left(): Derivation[] {
    return this.derivations.filter(
      (one) => one.text.startsWith(this.written) && isAllowed(one, this.answers),
    );
  }
  /** Slots without an answer, as [name, before, typed]. */
  requests(): string[] {
    const found = new Set<string>();
    const here = this.written.length;
    for (const { text, slots } of this.left) {
      for (const { name, from, to } of slots) {
        if (this.answers.has(keyOf(name, text.slice(0, from)))) continue;
        if (from <= here && here < to) found.add(`${name}||${this.written.slice(from)}`);
        if (from > here && from <= here + 2) found.add(`${name}|${text.slice(here, from)}|`);
      }
    }
    return [...found].sort();
  }
}

function check(seed: number): number {
  const random = seededRandom(seed);
  const grammar = randomSlotGrammar(random);
  const source = toSource(grammar);
  const derivations = derivationsOf(grammar);
  const matcher = new Compiler(vocabulary).compileSync(Grammar.ebnf(source)).matcher();
  const where = (oracle: Oracle): string =>
    `seed ${seed}, behind ${JSON.stringify(oracle.written)}, answers ${JSON.stringify([...oracle.answers].map(([key, names]) => [key, names && [...names]]))}, in\n${source}`;

  const compare = (matcher: Matcher, oracle: Oracle): number[] => {
    const { left, written } = oracle;
    const mask = new Int32Array(words);
    matcher.fillMask(mask);
    const starts = new Set(
      left.flatMap(({ text }) => [1, 2, 3].map((n) => text.slice(0, written.length + n))),
    );
    const allowed: number[] = [];
    texts.forEach((text, token) => {
      const expected = starts.has(written + text);
      const bit = (((mask[token >> 5] as number) >>> (token & 31)) & 1) === 1;
      if (bit !== expected)
        throw new Error(`the mask has ${bit} for ${JSON.stringify(text)}, ${where(oracle)}`);
      if ((matcher.validate([token]) === 1) !== expected)
        throw new Error(`accept has ${!expected} for ${JSON.stringify(text)}, ${where(oracle)}`);
      if (expected) allowed.push(token);
    });
    const ends = left.some(({ text }) => text === written);
    if (matcher.isAccepting !== ends) throw new Error(`the end is ${!ends}, ${where(oracle)}`);
    if (matcher.isDead !== (allowed.length === 0 && !ends)) throw new Error(`dead or not, ${where(oracle)}`);
    const completion = matcher.shortestCompletion();
    if (completion !== null) {
      const whole = written + Buffer.from(completion.bytes).toString();
      if (!left.some(({ text }) => text === whole))
        throw new Error(`the completion ${whole}, ${where(oracle)}`);
    } else if (left.length > 0) throw new Error(`no completion, ${where(oracle)}`);
    const requests = matcher.slots().map(({ name, before, typed }) => `${name}|${before}|${typed}`);
    if (JSON.stringify([...requests].sort()) !== JSON.stringify(oracle.requests()))
      throw new Error(`slots ${requests}, expected ${oracle.requests()}, ${where(oracle)}`);
    return allowed;
  };

  const before: Oracle[] = [];
  let oracle = new Oracle(derivations, '', new Map());
  let places = 0;
  for (let step = 0; step < 12; step++) {
    let allowed = compare(matcher, oracle);
    places++;
    // Some of the slots are answered, in any order, some of them late.
    const requests = matcher.slots();
    for (const request of requests) {
      if (random.below(3) === 0) continue;
      const start = oracle.written.slice(0, oracle.written.length - request.typed.length) + request.before;
      const names = new Set<string>();
      for (const { text, slots } of derivations) {
        for (const { name, from, to } of slots) {
          if (name === request.name && text.slice(0, from) === start && random.below(3) === 0)
            names.add(text.slice(from, to));
        }
      }
      const answer = random.below(5) === 0 ? null : names;
      const unknown = ['zz', '', '.'];
      matcher.provide(request.id, answer === null ? null : [...answer, ...unknown]);
      oracle = new Oracle(
        derivations,
        oracle.written,
        new Map(oracle.answers).set(keyOf(request.name, start), answer),
      );
      allowed = compare(matcher, oracle);
      places++;
    }
    if (random.below(4) === 0) compare(matcher.fork(), oracle);
    if (before.length > 0 && (allowed.length === 0 || random.below(4) === 0)) {
      const units = 1 + random.below(Math.min(3, before.length));
      matcher.rollback(units);
      oracle = before.splice(before.length - units)[0] as Oracle;
      continue;
    }
    const token = allowed[random.below(allowed.length)];
    if (token === undefined) break;
    before.push(oracle);
    const text = texts[token] as string;
    const taken = random.below(2) === 0 ? matcher.accept(token) : matcher.acceptBytes(text);
    if (!taken) throw new Error(`${JSON.stringify(text)} was not taken, ${where(oracle)}`);
    oracle = new Oracle(derivations, oracle.written + text, oracle.answers);
  }
  matcher.dispose();
  return places;
}

t.test(
  'with answers at any time, masks, accept, ends and slots are those of an enumeration',
  { timeout },
  async (t) => {
    const first = Number(process.env.GRAMMASK_SEED ?? 1);
    const count = full ? 4000 : 120;
    let places = 0;
    for (let seed = first; seed < first + count; seed++) places += check(seed);
    t.comment(`${count} grammars, ${places} places`);
    t.ok(places > count * 5);
  },
);
