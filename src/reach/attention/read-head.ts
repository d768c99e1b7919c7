// A head as it was given, checked: shapes that fit, numbers that are some.
import { expected } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import type { AttentionOptions, Rows } from './attention.js';
import type { Matrix, Vector } from './matrix.js';

/** A head whose shapes fit. Biases are a row of the weights, and inputs have a 1 for it. */
interface Head {
  readonly query: Matrix;
  readonly key: Matrix;
  readonly value: Matrix;
  readonly inputs: Matrix;
  readonly controlNorm: number;
  readonly scale: number;
}

export function readHead(options: AttentionOptions): Head {
  const { weights, controlNorm } = options;
  if (typeof weights !== 'object' || weights === null)
    throw expected('query, key and value', 'weights', weights);
  const inputs = readRows(options.inputs, 'inputs');
  if (inputs.rows === 0) throw shapeError('`inputs` has no rows');
  const [query, key, value] = (['query', 'key', 'value'] as const).map((name) => {
    const matrix = readRows(weights[name], `weights.${name}`);
    if (matrix.rows === inputs.columns && matrix.columns > 0) return matrix;
    throw shapeError(`\`weights.${name}\` is ${shapeOf(matrix)}, and \`inputs\` ${shapeOf(inputs)}`);
  }) as [Matrix, Matrix, Matrix];
  if (query.columns !== key.columns) {
    throw shapeError(`\`weights.query\` is ${shapeOf(query)}, and \`weights.key\` ${shapeOf(key)}`);
  }
  if (typeof controlNorm !== 'number' || !(controlNorm >= 0) || controlNorm === Number.POSITIVE_INFINITY) {
    throw expected('a number of at least 0', 'controlNorm', controlNorm);
  }
  const { scale = 1 / Math.sqrt(key.columns) } = options;
  if (typeof scale !== 'number' || !(scale > 0) || !Number.isFinite(scale))
    throw expected('a number above 0', 'scale', scale);
  const { queryBias, keyBias, valueBias } = weights;
  if (queryBias === undefined && keyBias === undefined && valueBias === undefined) {
    return { query, key, value, inputs, controlNorm, scale };
  }
  // x W + b is (x, 1) times W with b below it: all rows have one more element, which is 1.
  return {
    query: withBias(query, queryBias, 'queryBias'),
    key: withBias(key, keyBias, 'keyBias'),
    value: withBias(value, valueBias, 'valueBias'),
    inputs: withOnes(inputs),
    controlNorm: Math.hypot(controlNorm, 1),
    scale,
  };
}

function withBias(matrix: Matrix, bias: Vector | undefined, name: string): Matrix {
  const { rows, columns } = matrix;
  const data = new Float64Array((rows + 1) * columns);
  data.set(matrix.data);
  if (bias !== undefined) {
    if (bias.length !== columns)
      throw shapeError(`\`weights.${name}\` has ${bias.length} numbers, not ${columns}`);
    if (!bias.every(Number.isFinite)) throw shapeError(`\`weights.${name}\` has a number that is none`);
    data.set(bias, rows * columns);
  }
  return { rows: rows + 1, columns, data };
}

function withOnes({ rows, columns, data }: Matrix): Matrix {
  const wider = new Float64Array(rows * (columns + 1)).fill(1);
  for (let row = 0; row < rows; row++) {
    wider.set(data.subarray(row * columns, (row + 1) * columns), row * (columns + 1));
  }
  return { rows, columns: columns + 1, data: wider };
}

export function readRows(rows: Rows | undefined, name: string): Matrix {
  let matrix: Matrix;
  if (Array.isArray(rows)) {
    const list = rows as readonly ArrayLike<number>[];
    const columns = list[0]?.length ?? 0;
    const data = new Float64Array(list.length * columns);
    for (const [row, numbers] of list.entries()) {
      if (numbers?.length !== columns)
        throw shapeError(`\`${name}[${row}]\` is not as long as the first row`);
      data.set(numbers, row * columns);
    }
    matrix = { rows: list.length, columns, data };
  } else {
    matrix = rows as Matrix;
    const { rows: count, columns, data } = Object(matrix) as Matrix;
    const isWhole =
      Number.isSafeInteger(count) && Number.isSafeInteger(columns) && count >= 0 && columns >= 0;
    const isTyped = data instanceof Float64Array || data instanceof Float32Array;
    if (!isWhole || !isTyped || data.length !== count * columns) {
      throw expected('rows of numbers, or { rows, columns, data },', name, rows);
    }
  }
  if (!matrix.data.every(Number.isFinite)) throw shapeError(`\`${name}\` has a number that is none`);
  return matrix;
}

export function shapeOf({ rows, columns }: Matrix): string {
  return `${rows} × ${columns}`;
}

export function shapeError(message: string): GrammaskError {
  return new GrammaskError('ARGUMENT', message);
}
