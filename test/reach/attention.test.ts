import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createRandom } from '../../src/generate/random.js';
import { GrammaskError } from '../../src/index.js';
import { largestSingularValue, type Matrix, rowOf, times } from '../../src/reach/attention/matrix.js';
import { readOnnxTensors } from '../../src/reach/attention/onnx-tensors.js';
import { rotated } from '../../src/reach/attention/rotary.js';
import { readSafetensors } from '../../src/reach/attention/safetensors.js';
import { readTensor } from '../../src/reach/attention/tensor-file.js';
import {
  type AttentionOptions,
  attention,
  readAttentionLayer,
  readFirstInputs,
} from '../../src/reach/index.js';
import { runExample } from './run-example.js';
import { naiveRun, ticketsFolder } from './tickets.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';

type Random = () => number;

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const rowsOf = (count: number, width: number, scale: number, random: Random): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: width }, () => scale * normal(random)));
const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
  data: Float64Array.from(rows.flat()),
});
const length = (row: readonly number[]): number => Math.sqrt(row.reduce((sum, each) => sum + each * each, 0));
const product = (row: readonly number[], matrix: readonly (readonly number[])[]): number[] =>
  (matrix[0] as number[]).map((_, j) =>
    row.reduce((sum, each, i) => sum + each * (matrix[i]?.[j] as number), 0),
  );

interface Layer {
  query: number[][];
  key: number[][];
  value: number[][];
  bias: number[] | undefined;
}

/** What the layer gives to the tokens behind the controls, as somebody would write it who knows nothing of bounds. */
function naive(
  { query, key, value, bias }: Layer,
  controls: number[][],
  inputs: number[][],
  isCausal: boolean,
  theta?: number,
): number[][] {
  const all = [...controls, ...inputs];
  const add = (row: number[]): number[] => row.map((each, i) => each + (bias?.[i] ?? 0));
  const turn = (row: number[], position: number): number[] => {
    if (theta === undefined) return row;
    const half = row.length / 2;
    return row.map((each, i) => {
      const angle = position * theta ** ((-2 * (i % half)) / row.length);
      const other = i < half ? -(row[i + half] as number) : (row[i - half] as number);
      return each * Math.cos(angle) + other * Math.sin(angle);
    });
  };
  const queries = all.map((row, i) => turn(add(product(row, query)), i));
  const keys = all.map((row, i) => turn(add(product(row, key)), i));
  const values = all.map((row) => product(row, value));
  return inputs.map((_, row) => {
    const here = controls.length + row;
    const seen = isCausal ? here + 1 : all.length;
    const logits = keys
      .slice(0, seen)
      .map(
        (each) =>
          each.reduce((sum, x, i) => sum + x * (queries[here]?.[i] as number), 0) / Math.sqrt(each.length),
      );
    const most = Math.max(...logits);
    const weights = logits.map((logit) => Math.exp(logit - most));
    const sum = weights.reduce((a, b) => a + b, 0);
    return (values[0] as number[]).map(
      (_, j) => weights.reduce((total, weight, i) => total + weight * (values[i]?.[j] as number), 0) / sum,
    );
  });
}

function randomCase(random: Random): {
  layer: Layer;
  options: AttentionOptions;
  controls: number[][];
  inputs: number[][];
  isCausal: boolean;
  theta: number | undefined;
} {
  const width = 2 + Math.floor(random() * 7);
  const keyWidth = 2 * (1 + Math.floor(random() * 3));
  const scale = 10 ** (2 * random() - 1.5);
  const layer: Layer = {
    query: rowsOf(width, keyWidth, scale, random),
    key: rowsOf(width, keyWidth, scale, random),
    value: rowsOf(width, 1 + Math.floor(random() * 5), 1, random),
    bias: random() < 0.3 ? (rowsOf(1, keyWidth, scale, random)[0] as number[]) : undefined,
  };
  const inputs = rowsOf(1 + Math.floor(random() * 5), width, 1, random);
  const k = Math.floor(random() * 4);
  const controlNorm = 0.2 + 2 * random();
  // As long as they may be, and as many, so that the bounds are met; some shorter or fewer.
  const controls = rowsOf(random() < 0.8 ? k : Math.floor(random() * (k + 1)), width, 1, random).map(
    (row) => {
      const to = (random() < 0.7 ? 1 : random()) * controlNorm;
      return row.map((each) => (each * to) / length(row));
    },
  );
  const isCausal = random() < 0.7;
  const theta = random() < 0.4 ? 100 : undefined;
  const bias = layer.bias === undefined ? undefined : Float64Array.from(layer.bias);
  const options: AttentionOptions = {
    weights: {
      ...{ query: matrixOf(layer.query), key: matrixOf(layer.key), value: matrixOf(layer.value) },
      ...{ queryBias: bias, keyBias: bias },
    },
    ...{ inputs, k, controlNorm, causal: isCausal, rotary: theta === undefined ? undefined : { theta } },
  };
  return { layer, options, controls, inputs, isCausal, theta };
}

t.test(
  'no output that some control gives is excluded, and the segment excludes what the theorem does',
  (t) => {
    const random = createRandom(8);
    const excluded = { theorem: 0, companion: 0, segment: 0, rowTight: 0 };
    let wrong = 0;
    let undominated = 0;
    for (let round = 0; round < 2400; round++) {
      const { layer, options, controls, inputs, isCausal, theta } = randomCase(random);
      const output = naive(layer, controls, inputs, isCausal, theta);
      const reached = attention({ ...options, output }).excluded;
      if (reached === null || Object.values(reached).some((each) => each)) wrong++;
      const size = Math.max(...output.map(length));
      const wanted = output.map((row) => row.map((each) => each + (0.1 + random()) * size * normal(random)));
      const other = attention({ ...options, output: wanted });
      const found = other.excluded as NonNullable<typeof other.excluded>;
      for (const test of ['theorem', 'companion', 'segment', 'rowTight'] as const)
        excluded[test] += Number(found[test]);
      if ((found.theorem || found.companion) && !found.segment) undominated++;
      if (found.segment && !found.rowTight) undominated++;
      for (const { excess } of other.rows) {
        if (excess === null) continue;
        if (Math.max(excess.theorem, excess.companion) > excess.segment + 1e-9 * size) undominated++;
      }
    }
    t.equal(wrong, 0, '2400 outputs that were reached');
    t.equal(undominated, 0);
    t.comment(JSON.stringify(excluded));
    t.ok(excluded.theorem > 100);
    t.ok(excluded.theorem < excluded.segment);
    t.ok(excluded.companion < excluded.segment && excluded.segment < excluded.rowTight);
    t.end();
  },
);

/** I − 2 v vᵀ, which keeps norms. */
function reflection(size: number, random: Random): number[][] {
  const v = rowsOf(1, size, 1, random)[0] as number[];
  const square = v.reduce((sum, each) => sum + each * each, 0);
  return v.map((a, i) => v.map((b, j) => Number(i === j) - (2 * a * b) / square));
}

/** A matrix with this largest singular value. */
function withLargest(sigma: number, rows: number, columns: number, random: Random): number[][] {
  const middle = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => (i === j ? sigma * (i === 0 ? 1 : random()) : 0)),
  );
  const right = reflection(columns, random);
  return reflection(rows, random).map((row) => product(product(row, middle), right));
}

t.test('the constants of a head of Llama 3 8B', (t) => {
  const random = createRandom(9);
  const [width, keyWidth] = [48, 128];
  const query = withLargest(2.4986, width, keyWidth, random);
  const key = withLargest(3.3606, width, keyWidth, random);
  const value = withLargest(0.6442, width, keyWidth, random);
  // Ten tokens: one of the largest norm, the others with hardly any.
  const [first = []] = rowsOf(1, width, 1, random);
  const largest = first.map((each) => (each * 4.5006) / length(first));
  const inputs = [...rowsOf(9, width, 1e-4, random), largest];
  const weights = { query: matrixOf(query), key: matrixOf(key), value: matrixOf(value) };
  const report = attention({ weights, inputs, k: 3, controlNorm: 3.8823, causal: false });
  t.equal(report.alpha.toFixed(3), '12.968');
  t.equal(report.rows[0]?.beta.toFixed(3), '2.501');
  // k γ of the notes, 3.2e5, is that of a row with g = 9.992.
  const [row] = report.rows;
  t.equal((((row?.kGamma as number) * Math.exp(row?.logSum as number)) / 9.992).toPrecision(2), '3.2e+5');
  t.ok(report.isDiagnostic);
  t.equal(report.excluded, null);
  const { sigma } = report;
  for (const [found, wanted] of [
    [sigma.query, 2.4986],
    [sigma.key, 3.3606],
    [sigma.value, 0.6442],
  ] as const) {
    t.ok(found >= wanted && found < wanted * (1 + 1e-9), `${found} is ${wanted}, from above`);
  }
  t.equal(largestSingularValue(matrixOf([[0, 0]])), 0);
  t.ok(
    Math.abs(
      largestSingularValue(
        matrixOf([
          [3, 0],
          [0, 3],
          [0, 0],
        ]),
      ) - 3,
    ) < 1e-8,
    'two equal ones',
  );
  // Products far beyond what an exponential can be.
  const huge = attention({
    weights,
    inputs,
    k: 3,
    controlNorm: 4000,
    causal: false,
    output: inputs.map(() => first.concat(first, first).slice(0, 128)),
  });
  t.equal(huge.rows[0]?.kGamma, null);
  t.same(huge.excluded, { theorem: false, companion: false, segment: false, rowTight: false });
  t.end();
});

/** A file with these tensors. */
function safetensors(
  tensors: Record<string, { dtype: string; shape: number[]; bytes: Buffer }>,
  more = {},
): Buffer {
  const header: Record<string, object> = { ...more };
  let at = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, ...Object.values(tensors).map(({ bytes }) => bytes)]);
}

const float32 = (numbers: readonly number[]): Buffer => Buffer.from(Float32Array.from(numbers).buffer);
// The upper halves of float32.
const bfloat16 = (numbers: readonly number[]): Buffer =>
  Buffer.concat(numbers.map((each) => float32([each]).subarray(2)));

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Buffer.from(bytes);
  }
};
const field = (number: number, content: Buffer | string): Buffer =>
  Buffer.concat([varint(number * 8 + 2), varint(content.length), Buffer.from(content)]);
const integer = (number: number, value: number): Buffer => Buffer.concat([varint(number * 8), varint(value)]);
const onnx = (...initializers: Buffer[]): Buffer =>
  Buffer.concat([integer(1, 11), field(7, Buffer.concat(initializers.map((each) => field(5, each))))]);

t.test('heads out of files', async (t) => {
  const folder = t.testdir();
  const random = createRandom(10);
  const [width, heads, keyValueHeads, dim] = [6, 4, 2, 3];
  const [query, key, value] = [heads, keyValueHeads, keyValueHeads].map((count) =>
    rowsOf(width, count * dim, 1, random).map((row) => row.map(Math.fround)),
  ) as [number[][], number[][], number[][]];
  const turned = (rows: number[][]): number[] =>
    (rows[0] as number[]).flatMap((_, j) => rows.map((row) => row[j] as number));
  const llama = 'model.layers.7.self_attn';
  const part = (rows: number[][]) => ({
    dtype: 'F32',
    shape: [rows[0]?.length ?? 0, width],
    bytes: float32(turned(rows)),
  });
  const file = join(folder, 'model.safetensors');
  writeFileSync(
    file,
    safetensors(
      {
        [`${llama}.q_proj.weight`]: part(query),
        [`${llama}.k_proj.weight`]: part(key),
        [`${llama}.v_proj.weight`]: part(value),
        'model.layers.7.input_layernorm.weight': {
          dtype: 'BF16',
          shape: [width],
          bytes: bfloat16([1, 1, 2, -3, 1, 1]),
        },
        'other.scales': { dtype: 'I8', shape: [2], bytes: Buffer.alloc(2) },
      },
      { __metadata__: { format: 'pt' } },
    ),
  );
  const options = { file, layer: 7, heads, keyValueHeads };
  const own = join(folder, 'own.onnx');
  const numbers = [query, key, value].map((rows) => float32(rows.flat()));
  writeFileSync(join(folder, 'data.bin'), Buffer.concat([Buffer.alloc(64), ...numbers]));
  const outside = (name: string, value: string): Buffer =>
    field(13, Buffer.concat([field(1, name), field(2, value)]));
  let offset = 64;
  const projections = numbers.map((bytes, index) => {
    const tensor = Buffer.concat([
      field(1, Buffer.concat([width, bytes.length / 4 / width].map(varint))),
      integer(2, 1),
      field(8, `layers.7.${'qkv'[index]}`),
      ...[outside('location', 'data.bin'), outside('offset', String(offset))],
      integer(14, 1),
    ]);
    offset += bytes.length;
    return tensor;
  });
  writeFileSync(
    own,
    onnx(
      ...projections,
      Buffer.concat([integer(1, 2), integer(2, 7), field(8, 'shape'), field(9, Buffer.alloc(16))]),
    ),
  );
  for (let head = 0; head < heads; head++) {
    const read = await readAttentionLayer({ ...options, head });
    const columns = (rows: number[][], index: number): number[] =>
      rows.flatMap((row) => row.slice(index * dim, (index + 1) * dim));
    const group = Math.floor(head / 2);
    t.same([...read.weights.query.data], columns(query, head));
    t.same([...read.weights.key.data], columns(key, group));
    t.same([...read.weights.value.data], columns(value, group));
    t.equal(read.controlNorm, 3 * Math.sqrt(width));
    const same = await readAttentionLayer({ ...options, file: own, head });
    t.same(same.weights, read.weights, 'the same out of an ONNX file with its numbers beside it');
    t.equal(same.controlNorm, null);
  }
  const gpt = join(folder, 'gpt2.safetensors');
  const bias = Array.from({ length: 36 }, (_, i) => i);
  writeFileSync(
    gpt,
    safetensors({
      'h.0.attn.c_attn.weight': {
        dtype: 'F64',
        shape: [2, 36],
        bytes: Buffer.from(Float64Array.from({ length: 72 }, (_, i) => i / 7).buffer),
      },
      'h.0.attn.c_attn.bias': { dtype: 'F32', shape: [36], bytes: float32(bias) },
    }),
  );
  const second = await readAttentionLayer({ file: gpt, layer: 0, head: 1, heads: 3 });
  t.same([...(second.weights.keyBias ?? [])], [16, 17, 18, 19]);
  t.same(
    [...second.weights.key.data],
    [16, 17, 18, 19, 52, 53, 54, 55].map((i) => i / 7),
  );

  const bad = (more: object, wanted: { code: string; message?: RegExp }) =>
    t.rejects(readAttentionLayer({ ...options, head: 0, ...more }), wanted as object as Error);
  await bad({ head: 4 }, { code: 'ARGUMENT' });
  await bad({ heads: 5, keyValueHeads: 5 }, { code: 'MODEL', message: /are not 5 heads/ });
  await bad({ keyValueHeads: 3 }, { code: 'ARGUMENT' });
  await bad({ layer: 6 }, { code: 'MODEL', message: /no tensors of the layer 6/ });
  await bad({ file: join(folder, 'none.onnx') }, { code: 'ARGUMENT' });
  await bad({ file: folder }, { code: 'UNSUPPORTED' });
  await bad(
    { names: { query: 'x', key: 'y', value: 'z', rowIs: 'input' } },
    { code: 'MODEL', message: /no tensor x/ },
  );

  // A file of a stranger names any file of the machine.
  const elsewhere = t.testdir({ inner: {} });
  for (const location of ['../secret.bin', '/etc/hostname', '', 'link.bin', '.']) {
    const path = join(elsewhere, 'inner', 'model.onnx');
    writeFileSync(join(elsewhere, 'secret.bin'), Buffer.alloc(4096));
    mkdirSync(join(elsewhere, 'inner'), { recursive: true });
    if (location === 'link.bin') symlinkSync('../secret.bin', join(elsewhere, 'inner', 'link.bin'));
    const place = field(13, Buffer.concat([field(1, 'location'), field(2, location)]));
    writeFileSync(
      path,
      onnx(Buffer.concat([integer(1, 4), integer(2, 1), field(8, 'w'), place, integer(14, 1)])),
    );
    await t.rejects(readOnnxTensors(path), { code: 'MODEL' }, `not ${location}`);
  }
});

t.test('a head of a trained model', async (t) => {
  const file = join(ticketsFolder, 'onnx', 'model.onnx');
  const { weights, controlNorm } = await readAttentionLayer({
    file,
    layer: 0,
    head: 1,
    heads: 2,
    keyValueHeads: 1,
  });
  t.same([weights.query.rows, weights.query.columns, weights.value.columns], [32, 16, 16]);
  const every = await readFirstInputs({ file, tokens: Array.from({ length: 192 }, (_, token) => token) });
  // The runtime's own keys and values of the layer.
  const run = await naiveRun();
  const some = [50, 7, 120, 33];
  const inputs = await readFirstInputs({ file, tokens: some });
  const close = (found: Matrix | Float64Array, wanted: Float32Array): boolean =>
    ('data' in found ? found.data : found).every((each, i) => Math.abs(each - (wanted[i] as number)) < 1e-4);
  t.ok(close(times(inputs, weights.value), await run(some, 'present.0.value')));
  const keys = times(inputs, weights.key);
  const turned = some.flatMap((_, row) => [...rotated(Float64Array.from(rowOf(keys, row)), row, {})]);
  t.ok(close(Float64Array.from(turned), await run(some, 'present.0.key')));
  await t.rejects(readFirstInputs({ file, tokens: [192] }), { code: 'TOKEN_RANGE' });
  await t.rejects(readFirstInputs({ file, tokens: [] }), { code: 'ARGUMENT' });
  const input = (token: number): number[] => [...every.data.subarray(32 * token, 32 * token + 32)];
  const random = createRandom(11);
  const layer = Object.fromEntries(
    (['query', 'key', 'value'] as const).map((name) => {
      const { rows, columns, data } = weights[name];
      return [
        name,
        Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]),
      ];
    }),
  ) as unknown as Layer;
  const tokens = (count: number): number[][] =>
    Array.from({ length: count }, () => input(2 + Math.floor(random() * 190)));
  for (let round = 0; round < 20; round++) {
    const [controls, inputs] = [tokens(2), tokens(6)];
    t.ok(controls.every((row) => length(row) <= (controlNorm as number)));
    const rotary = { theta: 10_000 };
    const options = { weights, inputs, k: 2, controlNorm: controlNorm as number, rotary };
    const output = naive(layer, controls, inputs, true, 10_000);
    t.same(Object.values(attention({ ...options, output }).excluded ?? {}), [false, false, false, false]);
  }
});

t.test('the page', async (t) => t.equal(await runExample(t, 'attention.md'), 'false true'));

t.test('files that somebody made to break their reader', async (t) => {
  const folder = t.testdir();
  const random = createRandom(12);
  const path = (kind: string): string => join(folder, `fuzz.${kind}`);
  const small = safetensors({
    a: { dtype: 'F32', shape: [2, 2], bytes: float32([1, 2, 3, 4]) },
    b: { dtype: 'F16', shape: [3], bytes: Buffer.alloc(6) },
  });
  const graph = onnx(
    Buffer.concat([
      field(1, Buffer.from([2, 2])),
      integer(2, 1),
      field(8, 'a'),
      field(9, float32([1, 2, 3, 4])),
    ]),
    Buffer.concat([integer(1, 3), integer(2, 10), field(8, 'b'), field(9, Buffer.alloc(6))]),
  );
  let read = 0;
  const attempt = async (kind: 'safetensors' | 'onnx', bytes: Buffer): Promise<void> => {
    writeFileSync(path(kind), bytes);
    try {
      const table = await (kind === 'onnx' ? readOnnxTensors(path(kind)) : readSafetensors(path(kind)));
      for (const place of table.values()) await readTensor(path(kind), place);
      read++;
    } catch (error) {
      if (!GrammaskError.isInstance(error)) throw error;
    }
  };
  for (let round = 0; round < (full ? 4000 : 100); round++) {
    for (const [kind, whole] of [
      ['safetensors', small],
      ['onnx', graph],
    ] as const) {
      const bytes = Buffer.from(whole);
      for (let change = 0; change <= random() * 4; change++)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      await attempt(kind, random() < 0.3 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes);
    }
  }
  t.ok(read > 0, `${read} were read all the same`);
  const refused = async (kind: 'safetensors' | 'onnx', bytes: Buffer): Promise<void> => {
    writeFileSync(path(kind), bytes);
    const reading = kind === 'onnx' ? readOnnxTensors(path(kind)) : readSafetensors(path(kind));
    await t.rejects(reading, { code: 'MODEL' });
  };
  const long = Buffer.alloc(16);
  long.writeBigUInt64LE(2n ** 63n);
  await refused('safetensors', long);
  await refused('safetensors', Buffer.alloc(3));
  for (const header of [
    '[]',
    '{"a":1}',
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}',
    '{"a":{"dtype":"F32","shape":[9007199254740991],"data_offsets":[0,99]}}',
    '{"__proto__":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}',
  ]) {
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(header.length));
    await refused('safetensors', Buffer.concat([size, Buffer.from(header), Buffer.alloc(4)]));
  }
  await refused('onnx', Buffer.alloc(0));
  await refused('onnx', Buffer.alloc(100, 255));
  await refused('onnx', onnx(Buffer.concat([integer(1, 4), integer(2, 1), field(8, 'x'.repeat(600))])));
  await refused('onnx', onnx(Buffer.concat(Array.from({ length: 40 }, () => integer(1, 1)))));
  await refused('onnx', Buffer.concat([field(7, ''), field(7, '')]));
  // A shape as large as the address space, with no numbers.
  await refused(
    'onnx',
    onnx(Buffer.concat([integer(1, 100), integer(2, 1), field(8, 'a'), field(9, Buffer.alloc(4))])),
  );
});

t.test('what cannot be tested', (t) => {
  const weights = { query: matrixOf([[1], [0]]), key: matrixOf([[1], [0]]), value: matrixOf([[1], [0]]) };
  const good: AttentionOptions = { weights, inputs: [[1, 2]], k: 1, controlNorm: 1 };
  t.equal(attention(good).kind, 'attention');
  t.equal(attention({ ...good, k: 0, output: [[1]] }).excluded?.theorem, false, 'what it gives without any');
  t.equal(attention({ ...good, k: 0, output: [[1.1]] }).excluded?.segment, true);
  const bad = (more: object, message: RegExp): void => {
    t.throws(() => attention({ ...good, ...more }), { code: 'ARGUMENT', message } as object as Error);
  };
  bad({ inputs: [] }, /no rows/);
  bad({ inputs: [[1, 2], [1]] }, /not as long/);
  bad({ inputs: [[1, Number.NaN]] }, /a number that is none/);
  bad({ inputs: [[1]] }, /is 2 × 1/);
  bad({ output: [[1, 2]] }, /`output` is 1 × 2/);
  bad({ k: -1 }, /at least 0/);
  bad({ controlNorm: Number.POSITIVE_INFINITY }, /at least 0/);
  bad({ rotary: {} }, /even width/);
  bad({ weights: { ...weights, keyBias: new Float64Array(2) } }, /has 2 numbers/);
  bad({ tokens: 1 }, /no option/);
  t.end();
});
