// The little linear algebra that the attention test needs, in double precision. A library's singular values are estimates; what
// is wanted here is a number that is surely not below the largest one.

/** Numbers row by row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array | Float32Array;
}

export type Vector = Float64Array | Float32Array;

export function rowOf({ data, columns }: Matrix, row: number): Vector {
  return data.subarray(row * columns, (row + 1) * columns);
}

export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

export function norm(a: Vector): number {
  // By the largest element, so that no square overflows.
  let most = 0;
  for (const each of a) most = Math.max(most, Math.abs(each));
  if (most === 0 || !Number.isFinite(most)) return most;
  let sum = 0;
  for (const each of a) sum += (each / most) ** 2;
  return most * Math.sqrt(sum);
}

/** a + factor · b */
export function plus(a: Vector, factor: number, b: Vector): Float64Array {
  const sum = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) sum[i] = (a[i] as number) + factor * (b[i] as number);
  return sum;
}

/** A row times a matrix. */
export function rowTimes(row: Vector, matrix: Matrix): Float64Array {
  const product = new Float64Array(matrix.columns);
  for (let i = 0; i < matrix.rows; i++) {
    const factor = row[i] as number;
    if (factor === 0) continue;
    const other = rowOf(matrix, i);
    for (let j = 0; j < product.length; j++)
      product[j] = (product[j] as number) + factor * (other[j] as number);
  }
  return product;
}

export function times(a: Matrix, b: Matrix): Matrix {
  const data = new Float64Array(a.rows * b.columns);
  for (let row = 0; row < a.rows; row++) data.set(rowTimes(rowOf(a, row), b), row * b.columns);
  return { rows: a.rows, columns: b.columns, data };
}

export function transposed({ rows, columns, data }: Matrix): Matrix {
  const turned = new Float64Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = data[row * columns + column] as number;
    }
  }
  return { rows: columns, columns: rows, data: turned };
}

// The power of the trace is doubled so often at most: n^(1/2^40) is 1 to twelve digits.
const mostDoublings = 40;

/**
 * The largest singular value, from above: at least it, and hardly more (of 4096 × 128 numbers, a part in 10^9).
 *
 * With G = WᵀW, σ² ≤ tr(G^p)^(1/p) for every p, since a trace of G^p is the sum of the powers of its eigenvalues, none of which
 * is below 0. Squaring G doubles p; each step divides by the trace, so that nothing overflows.
 */
export function largestSingularValue(matrix: Matrix): number {
  const { rows, columns } = matrix;
  const turned = transposed(matrix);
  let power = rows < columns ? times(matrix, turned) : times(turned, matrix);
  let logOfSquare = 0;
  let exponent = 1;
  for (let step = 0; step < mostDoublings; step++) {
    const trace = traceOf(power);
    if (!(trace > 0)) return 0;
    logOfSquare += Math.log(trace) / exponent;
    for (let i = 0; i < power.data.length; i++) power.data[i] = (power.data[i] as number) / trace;
    // One eigenvalue is left: what comes adds nothing. Each addition is below 0, so that ending early stays above.
    if (step > 0 && Math.abs(trace - 1) < 1e-13) break;
    power = times(power, power);
    exponent *= 2;
  }
  // What rounding can have taken from the products that G is made of.
  const rounding = 1 + Number.EPSILON * (16 + rows * columns);
  return Math.exp(logOfSquare / 2) * rounding;
}

function traceOf({ rows, columns, data }: Matrix): number {
  let trace = 0;
  for (let i = 0; i < rows; i++) trace += data[i * columns + i] as number;
  return trace;
}
