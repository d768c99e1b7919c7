import t from 'tap';
import { applyMask, sample } from '../../src/index.js';

t.test('a mask takes logits away, in place', async (t) => {
  const logits = Float32Array.from({ length: 40 }, (_, i) => i);
  const mask = Int32Array.of(1 << 3, 1 << 7);
  applyMask(logits, mask);
  logits.forEach((logit, i) => {
    t.equal(logit, i === 3 || i === 39 ? i : Number.NEGATIVE_INFINITY);
  });
  const half = new Uint16Array(40).fill(0x3c00);
  applyMask(half, mask);
  t.same([half[3], half[39], half[0]], [0x3c00, 0x3c00, 0xfc00]);
});

t.test('drawing', async (t) => {
  const logits = Float32Array.of(0, 3, 1, 3);
  t.equal(sample(logits, null, { temperature: 0 }), 1, 'of equals the smallest id');
  t.equal(sample(logits, Int32Array.of(0b1101), { temperature: 0 }), 3);
  t.equal(sample(logits, Int32Array.of(0b0100)), 2, 'the only one');
  t.equal(sample(logits, null, { topK: 1, random: 0.9 }), 1);
  t.equal(sample(logits, null, { bias: new Map([[0, 10]]), temperature: 0 }), 0);
  t.equal(sample(logits, null, { repetitionPenalty: 10, seen: [1, 3], temperature: 0 }), 2);
  t.equal(sample(Float32Array.of(0, 0), null, { random: 0.4 }), 0);
  t.equal(sample(Float32Array.of(0, 0), null, { random: 0.6 }), 1);
  const drawn = new Set(Array.from({ length: 200 }, () => sample(Float32Array.of(0, 0, 0), null)));
  t.equal(drawn.size, 3, 'without `random` a new number each time');
  t.same([...logits], [0, 3, 1, 3], 'the logits stay');
});

t.test('bad arguments and bad logits', async (t) => {
  const logits = new Float32Array(40);
  const cases: [() => unknown, string][] = [
    [() => sample(logits, Int32Array.of(1)), 'ARGUMENT'],
    [() => sample(new Float64Array(4) as never, null), 'ARGUMENT'],
    [() => sample(logits, undefined as never), 'ARGUMENT'],
    [() => sample(logits, null, 5 as never), 'ARGUMENT'],
    [() => sample(logits, null, { temperature: Number.NaN }), 'ARGUMENT'],
    [() => sample(logits, null, { topK: 1.5 }), 'ARGUMENT'],
    [() => sample(logits, null, { topk: 5 } as never), 'ARGUMENT'],
    [() => sample(logits, null, [] as never), 'ARGUMENT'],
    [() => sample(logits, null, { topP: 2 }), 'ARGUMENT'],
    [() => sample(logits, null, { minP: -1 }), 'ARGUMENT'],
    [() => sample(logits, null, { random: 1 }), 'ARGUMENT'],
    [() => sample(logits, null, { bias: [[1, 2]] as never }), 'ARGUMENT'],
    [() => sample(logits, null, { bias: new Map([[1, Number.NaN]]) }), 'ARGUMENT'],
    [() => sample(logits, null, { bias: new Map([[40, 1]]) }), 'TOKEN_RANGE'],
    [() => sample(logits, null, { repetitionPenalty: 2 }), 'ARGUMENT'],
    [() => sample(logits, null, { repetitionPenalty: 2, seen: [99] }), 'TOKEN_RANGE'],
    [() => applyMask(logits, Int32Array.of(1)), 'ARGUMENT'],
    [() => applyMask([] as never, Int32Array.of(1)), 'ARGUMENT'],
    [() => sample(Float32Array.of(Number.NaN, 1), null), 'LOGITS'],
    [() => sample(Float32Array.of(Number.POSITIVE_INFINITY, 1), null), 'LOGITS'],
    [() => sample(new Float32Array(4).fill(Number.NEGATIVE_INFINITY), null), 'LOGITS'],
    [() => sample(Float32Array.of(1, 2), Int32Array.of(0)), 'LOGITS'],
  ];
  for (const [call, code] of cases) t.throws(call, { code }, String(call));
});
