import t from 'tap';
import { Compiler, Grammar, sample, Vocabulary } from '../../src/index.js';
import {
  halfToNumber,
  maskAllows,
  type ReferenceOptions,
  referenceSample,
} from '../support/reference-sampler.js';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';

// Widths around the ends of mask words and vector registers, and a few wide ones.
const widths = [1, 2, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 300, 1000, 4097];
const fraction = (random: SeededRandom): number => random.below(2 ** 30) / 2 ** 30;

/** Close to each other, far apart, many equal, or with a few far above the rest; some −∞. */
function randomLogits(random: SeededRandom, width: number): Float32Array {
  const spread = random.pick([0.01, 1, 5, 30, 1000]);
  const steps = random.pick([0, 0, 3, 17]);
  const peaks = random.chance(0.3) ? random.below(4) : 0;
  const holes = random.chance(0.3) ? 0.3 : 0;
  const logits = Float32Array.from({ length: width }, () => {
    if (random.chance(holes)) return Number.NEGATIVE_INFINITY;
    const value = (fraction(random) - 0.5) * 2;
    return (steps > 0 ? Math.round(value * steps) / steps : value) * spread;
  });
  for (let peak = 0; peak < peaks; peak++) logits[random.below(width)] = spread * (1 + fraction(random));
  return logits;
}

/** Bits of the float16 nearest to a number, or one of its neighbours: which one does not matter here. */
function toHalf(value: number): number {
  if (value === 0) return 0;
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const bits = Math.round((size / 2 ** exponent) * 1024) + (exponent + 14) * 1024;
  return sign | Math.min(bits, 0x7bff);
}

function randomMask(random: SeededRandom, width: number): Int32Array | null {
  const kind = random.below(4);
  if (kind === 0) return null;
  const words = new Int32Array(Math.ceil(width / 32) + random.below(2));
  if (kind === 1) return words.fill(-1);
  const density = random.pick([0.02, 0.5, 0.98]);
  for (let token = 0; token < width; token++) {
    if (random.chance(density)) words[token >> 5] = (words[token >> 5] as number) | (1 << (token & 31));
  }
  return words;
}

function randomOptions(random: SeededRandom, width: number): ReferenceOptions {
  const tokens = (): number[] => Array.from({ length: 1 + random.below(20) }, () => random.below(width));
  return {
    temperature: random.pick([0, 0.01, 0.3, 0.7, 1, 1.3, 4, 50]),
    random: fraction(random),
    ...(random.chance(0.4) ? { topK: random.pick([0, 1, 2, 5, 40, 5000]) } : {}),
    ...(random.chance(0.4) ? { topP: random.pick([0.05, 0.3, 0.9, 0.999, 1]) } : {}),
    ...(random.chance(0.3) ? { minP: random.pick([0, 0.01, 0.2, 0.9]) } : {}),
    ...(random.chance(0.3)
      ? {
          bias: new Map(
            tokens().map((token) => [
              token,
              random.chance(0.1) ? Number.NEGATIVE_INFINITY : (fraction(random) - 0.5) * 20,
            ]),
          ),
        }
      : {}),
    ...(random.chance(0.3) ? { repetitionPenalty: random.pick([0.5, 1.1, 3]), seen: tokens() } : {}),
  };
}

t.test('the sampler draws the tokens of its definition', async (t) => {
  const random = seededRandom(2024);
  const counts = { cases: 0, half: 0, nearBorder: 0, nothing: 0 };
  const differences: string[] = [];
  for (let index = 0; index < 4000; index++) {
    const width = random.chance(0.02) ? 32_000 : random.pick(widths);
    const wide = randomLogits(random, width);
    const logits = random.chance(0.4) ? Uint16Array.from(wide, toHalf) : wide;
    const mask = randomMask(random, width);
    const options = randomOptions(random, width);
    const before = logits.slice();
    const expected = referenceSample(logits, mask, options);
    let token: number | undefined;
    try {
      token = sample(logits, mask, options);
    } catch (error) {
      if ((error as { code?: string }).code !== 'LOGITS') throw error;
    }
    counts.cases += 1;
    counts.half += logits instanceof Uint16Array ? 1 : 0;
    counts.nearBorder += expected.nearBorder ? 1 : 0;
    counts.nothing += expected.token === undefined ? 1 : 0;
    const shown = `case ${index}: width ${width}, ${JSON.stringify({ ...options, bias: [...(options.bias ?? [])] })}`;
    if (before.some((value, at) => value !== logits[at])) differences.push(`${shown}: the logits changed`);
    if (token !== expected.token && !(expected.nearBorder && token !== undefined && isPossible(token))) {
      differences.push(`${shown}: ${token}, not ${expected.token}`);
    }
    function isPossible(id: number): boolean {
      const logit = logits instanceof Uint16Array ? halfToNumber(logits[id] ?? 0) : (logits[id] ?? 0);
      return maskAllows(mask, id) && logit > Number.NEGATIVE_INFINITY;
    }
  }
  t.comment(JSON.stringify(counts));
  t.same(differences, []);
  t.ok(counts.nearBorder < counts.cases / 20, 'hardly ever is it too close to compare');
  t.ok(counts.nothing > 0 && counts.nothing < counts.cases / 5);
});

t.test('step draws as sample does with the mask of its state', async (t) => {
  const random = seededRandom(7);
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const vocabulary = Vocabulary.fromTokens([...bytes, 'ab', '":', '</s>'], {
    stopTokens: [258],
    logitsSize: 270,
  });
  const matcher = new Compiler(vocabulary).compileSync(Grammar.json()).matcher();
  const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
  const differences: string[] = [];
  for (let index = 0; index < 1500; index++) {
    if (matcher.isTerminated || index % 40 === 0) matcher.reset();
    matcher.fillMask(mask);
    const logits = randomLogits(random, vocabulary.size).map((logit) => Math.max(logit, -2000));
    const { bias: _, ...rest } = randomOptions(random, vocabulary.size);
    // Without a bias of −∞, something is always left.
    const expected = referenceSample(logits, mask, rest);
    const drawn = sample(logits, mask, rest);
    const token = matcher.step(logits, rest);
    if (token !== drawn) differences.push(`step ${index}: ${token}, sample draws ${drawn}`);
    if (token !== expected.token && !expected.nearBorder) {
      differences.push(`step ${index}: ${token}, not ${expected.token}`);
    }
  }
  t.same(differences, []);
});
