import t from 'tap';
import { applyMask, Compiler, Grammar, MaskHandle, sample, Vocabulary } from '../../src/index.js';

const letters = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
const tokens = [
  ...letters,
  ...['", "', '"}', 'abc', 'ab"', 'é', '12', 'true', ' '].map((text) => Buffer.from(text)),
];
const stop = tokens.length;
const vocabulary = Vocabulary.fromTokens([...tokens, ''], { stopTokens: [stop], logitsSize: stop + 30 });
const words = Math.ceil(vocabulary.size / 32);
const schema = { type: 'object', properties: { a: { type: 'string' }, b: { enum: ['x', 'yy'] } } };
const compiled = new Compiler(vocabulary).compileSync(Grammar.jsonSchema(schema));
const text = '{"a": "abc\\n, é", "b": "yy"}';

/** Numbers that are the same in each run. */
function* numbers(): Generator<number> {
  for (let state = 1; ; state = (state * 48_271) % 0x7fff_ffff) yield state / 0x7fff_ffff;
}

t.test('a handle is the mask at every position', async (t) => {
  const matcher = compiled.matcher();
  const [mask, copied, inLogits] = [
    new Int32Array(words),
    new Int32Array(words + 3),
    new Float32Array(vocabulary.size),
  ];
  const handle = new MaskHandle();
  const random = numbers();
  for (const byte of [...Buffer.from(text), stop]) {
    for (let again = 0; again < 3; again++) {
      const limits = matcher.fillMask(mask);
      t.equal(matcher.fillMask(handle), limits);
      t.equal(handle.size, vocabulary.size);
      t.equal(handle.all, !limits);
      handle.copyTo(copied, 3);
      t.same(copied.subarray(3), mask);
    }
    inLogits.fill(1);
    applyMask(inLogits, handle);
    for (let token = 0; token < vocabulary.size; token++) {
      const isAllowed = (((mask[token >> 5] as number) >>> (token & 31)) & 1) === 1;
      if (handle.has(token) !== isAllowed || (inLogits[token] === 1) !== isAllowed) t.fail(`token ${token}`);
    }
    const logits = Float32Array.from({ length: vocabulary.size }, () => 8 * (random.next().value as number));
    const halves = Uint16Array.from(logits, (logit) => 0x3c00 + Math.floor(logit * 100));
    for (const options of [
      { temperature: 0 },
      { random: 0.3 },
      { topK: 5, random: 0.9 },
      { topP: 0.8, random: 0.5 },
    ]) {
      t.equal(sample(logits, handle, options), sample(logits, mask, options));
      t.equal(sample(halves, handle, options), sample(halves, mask, options));
    }
    t.ok(matcher.accept(byte));
  }
  matcher.fillMask(handle);
  t.equal(handle.all, false);
  t.notOk(
    Array.from({ length: vocabulary.size }, (_, token) => token).some((token) => handle.has(token)),
    'nothing follows a stop token',
  );
  t.throws(() => sample(inLogits, handle), { code: 'LOGITS' });
});

t.test('it stays as it is when the matcher goes on, and after it', async (t) => {
  const matcher = compiled.matcher();
  const [first, second] = [new MaskHandle(), new MaskHandle()];
  matcher.fillMask(first);
  matcher.acceptBytes('{"a": "');
  matcher.fillMask(second);
  matcher.dispose();
  t.equal(first.has('{'.charCodeAt(0)), true);
  t.equal(first.has('z'.charCodeAt(0)), false);
  t.equal(second.has('z'.charCodeAt(0)), true);
});

t.test('a pending mask', async (t) => {
  const matcher = compiled.matcher();
  const handle = new MaskHandle();
  for (const text of ['', '{"a": "', 'b']) {
    matcher.acceptBytes(text);
    const pending = matcher.fillMaskAsync(handle);
    t.equal(await pending, true);
    const mask = new Int32Array(words);
    matcher.fillMask(mask);
    const copied = new Int32Array(words);
    handle.copyTo(copied);
    t.same(copied, mask);
  }
});

t.test('wrong use', async (t) => {
  const handle = new MaskHandle();
  t.equal(handle.size, 0);
  handle.copyTo(new Int32Array(0));
  const logits = new Float32Array(vocabulary.size);
  t.throws(() => sample(logits, handle), { code: 'ARGUMENT', hint: /fill the handle first/ });
  t.throws(() => handle.has(0), { code: 'TOKEN_RANGE' });
  const matcher = compiled.matcher();
  matcher.fillMask(handle);
  t.throws(() => sample(new Float32Array(vocabulary.size + 1), handle), {
    code: 'ARGUMENT',
    hint: /logitsSize/,
  });
  t.throws(() => handle.copyTo(new Int32Array(words - 1)), { code: 'ARGUMENT' });
  t.throws(() => handle.has(vocabulary.size), { code: 'TOKEN_RANGE' });
  t.throws(() => matcher.fillMask({} as never), {
    code: 'ARGUMENT',
    message: /an Int32Array or a MaskHandle/,
  });
  t.throws(() => matcher.fillMask(undefined as never), { code: 'ARGUMENT' });
  t.throws(() => sample(logits, {} as never), { code: 'ARGUMENT' });
  const late = compiled.matcher();
  late.dispose();
  t.throws(() => late.fillMask(handle), { code: 'DISPOSED' });
});
