import t from 'tap';
import {
  clearBit,
  isWithin,
  maskOf,
  maskOfFirst,
  NO_TOKEN,
  SEVERAL_TOKENS,
  setBit,
  soleToken,
} from '../../src/generate/mask-bits.js';
import { createPartialJson } from '../../src/generate/partial-json.js';
import { createRandom } from '../../src/generate/random.js';
import { createTextAssembler } from '../../src/generate/text-assembler.js';

t.test('masks: the only token, subsets, the first ones', async (t) => {
  t.equal(soleToken(new Int32Array(3)), NO_TOKEN);
  for (const token of [0, 31, 32, 63, 95]) t.equal(soleToken(maskOf([token], 96)), token);
  t.equal(soleToken(maskOf([3, 4], 96)), SEVERAL_TOKENS);
  t.equal(soleToken(maskOf([31, 95], 96)), SEVERAL_TOKENS);
  t.equal(isWithin(maskOf([5], 96), maskOf([5, 70], 96)), true);
  t.equal(isWithin(maskOf([5, 71], 96), maskOf([5, 70], 96)), false);
  t.same(
    maskOfFirst(40, 96),
    maskOf(
      Array.from({ length: 40 }, (_, index) => index),
      96,
    ),
  );
  t.same(
    maskOfFirst(64, 96),
    maskOf(
      Array.from({ length: 64 }, (_, index) => index),
      96,
    ),
  );
  const mask = maskOf([], 32);
  setBit(mask, 31);
  t.equal(soleToken(mask), 31);
  clearBit(mask, 31);
  t.equal(soleToken(mask), NO_TOKEN);
});

t.test('random numbers: the same for a seed, in range, evenly spread', async (t) => {
  const draw = (seed: number): number[] => Array.from({ length: 5 }, createRandom(seed));
  t.same(draw(42), draw(42));
  t.notSame(draw(42), draw(43));
  t.notSame(draw(1), draw(1 + 2 ** 32));
  t.notSame(Array.from({ length: 5 }, createRandom()), Array.from({ length: 5 }, createRandom()));
  const random = createRandom(-7);
  const buckets = new Array(10).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const value = random();
    buckets[Math.floor(value * 10)]++;
  }
  t.ok(buckets.length === 10 && buckets.every((count) => count > 850 && count < 1150), String(buckets));
});

t.test('text: characters over several tokens, and stop texts', async (t) => {
  const bytes = Buffer.from('aé𝄞');
  const split = createTextAssembler();
  t.same(
    [...bytes].map((byte) => split.push(Uint8Array.of(byte))),
    ['a', '', 'é', '', '', '', '𝄞'],
  );
  t.equal(split.end() + split.text, 'aé𝄞');

  const stop = createTextAssembler(['END', 'NOW!']);
  t.equal(stop.push(Buffer.from('so EN')), 'so ');
  t.equal(stop.push(Buffer.from('NO')), 'EN');
  t.equal(stop.push(Buffer.from('W! rest')), '');
  t.equal(stop.isStopped, true);
  t.equal(stop.push(Buffer.from('more')) + stop.end(), '');
  t.equal(stop.text, 'so EN');

  const cut = createTextAssembler(['END']);
  cut.push(Buffer.from('aE'));
  cut.push(bytes.subarray(1, 2));
  t.equal(cut.end(), 'E', 'without the character that is not whole');
  t.equal(cut.text, 'aE');
});

t.test('partial JSON: every prefix of a text gives a value, the whole text its own', async (t) => {
  const values = [
    { a: [1, -2.5e-7, { b: null }], 'k"e\\y': 'x\n\u00e9\ud834\udd1e"\\', c: [[], {}], d: true, e: false },
    ['\u0001', 10.25, 'a\\u0041'],
    'text',
    -0.5,
    null,
  ];
  for (const value of values) {
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
      const partial = createPartialJson();
      let last: unknown;
      for (const unit of text) last = partial.push(unit);
      t.same(last, value);
    }
  }
  const escaped = createPartialJson();
  t.same(escaped.push('{"a":"\\ud83'), { a: '' });
  t.same(escaped.push('4'), { a: '' });
  t.same(escaped.push('\\udd1e\\n'), { a: '𝄞\n' });
  t.equal(createPartialJson().push(''), undefined);
  t.same(createPartialJson().push('{"a":1,"b'), { a: 1 });
  t.same(createPartialJson().push('{"a":t'), { a: true });
  t.same(createPartialJson().push('[1,-'), [1]);
  t.same(createPartialJson().push('[1,2.'), [1, 2]);
});

t.test('partial JSON: depth costs no stack, and "__proto__" is a member like any other', async (t) => {
  const deep = createPartialJson();
  t.ok(deep.push('['.repeat(50_000)));
  const value = createPartialJson().push('{"__proto__":{"polluted":true}') as object;
  t.same(Object.keys(value), ['__proto__']);
  t.equal(({} as { polluted?: boolean }).polluted, undefined);
});
