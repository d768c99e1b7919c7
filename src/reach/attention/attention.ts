// A diagnostic of one head of one layer: which outputs can no control of k tokens give it? It speaks of vectors of that layer, not of
// the tokens of a model.
import { checkOptions, expected } from '../../engine/arguments.js';
import {
  dot,
  largestSingularValue,
  type Matrix,
  norm,
  rowOf,
  rowTimes,
  transposed,
  type Vector,
} from './matrix.js';
import { readHead, readRows, shapeError, shapeOf } from './read-head.js';
import { type Rotary, rotated } from './rotary.js';
import { type RowBounds, type RowExcess, rowBounds, rowExcess } from './segment.js';

/** The weights of a head, each to multiply a row from the right: inputs × width of the key, or of the value. */
export interface AttentionWeights {
  readonly query: Matrix;
  readonly key: Matrix;
  readonly value: Matrix;
  /** What is added, as long as a row of the products. Default: nothing. */
  readonly queryBias?: Vector | undefined;
  readonly keyBias?: Vector | undefined;
  readonly valueBias?: Vector | undefined;
}

/** Rows of numbers of one length. */
export type Rows = Matrix | readonly (readonly number[] | Vector)[];

/** The options of `attention`. */
export interface AttentionOptions {
  weights: AttentionWeights;
  /** What the layer reads of the prompt without controls, behind its normalisation: a row a token. */
  inputs: Rows;
  /** Controls at most, all before those tokens. */
  k: number;
  /** The largest norm that a row of a control may have, behind the normalisation. */
  controlNorm: number;
  /** A wanted output of the head, a row a token, before the projection of the output. Default: only the constants are told. */
  output?: Rows | undefined;
  /** Whether a token attends only to itself and those before it. Default true. */
  causal?: boolean | undefined;
  /** Where queries and keys are rotated by their positions. Norms stay; the constants of a row are a little wider then. */
  rotary?: Rotary | undefined;
  /** What the products of queries and keys are multiplied with. Default 1 / √(width of the key). */
  scale?: number | undefined;
  /** A row is excluded if it misses by more than this part of the norms of y and ŷ: for outputs of float32, 1e-5. Default 1e-9. */
  slack?: number | undefined;
}

/** The tests, each weaker than the next but the two in the middle, of which neither implies the other. */
export interface AttentionVerdicts {
  /** The theorem of the paper, final version. */
  readonly theorem: boolean;
  readonly companion: boolean;
  /** The segment, with the paper's α for all rows. */
  readonly segment: boolean;
  /** The segment, with each row's own α. */
  readonly rowTight: boolean;
}

/** The constants of a row of the inputs. */
export interface AttentionRow {
  /** ln of the sum of the row's own exponentials: ln g. */
  readonly logSum: number;
  /** The norm of the output without controls. */
  readonly outputNorm: number;
  /** The row's own α: no product of its query with a control's key is above. */
  readonly alpha: number;
  /** k γ = k e^α σ_v M_u / g with the paper's α; null: more than a number can be. */
  readonly kGamma: number | null;
  /** β = t_hi σ_v M_u, with the paper's α. */
  readonly beta: number;
  /** Of the wanted output: what it misses by, with the paper's α, and on the segment with the row's own. */
  readonly excess: (RowExcess & { readonly rowTight: number }) | null;
}

/** What is known of a head. */
export interface AttentionReport {
  readonly kind: 'attention';
  readonly format: 1;
  /** Always: no token is shown to be reachable or not by this. */
  readonly isDiagnostic: true;
  readonly k: number;
  /** Largest singular values, from above. */
  readonly sigma: { readonly query: number; readonly key: number; readonly value: number };
  /** M_u and M_x: the largest norms of a control and of a row of the inputs. */
  readonly controlNorm: number;
  readonly stateNorm: number;
  /** The paper's α = σ_q σ_key M_u M_x · scale. */
  readonly alpha: number;
  readonly rows: readonly AttentionRow[];
  /** Whether no controls give the wanted output; null where none was given. */
  readonly excluded: AttentionVerdicts | null;
}

const names = ['weights', 'inputs', 'k', 'controlNorm', 'output', 'causal', 'rotary', 'scale', 'slack'];

/**
 * The constants of the attention theorem for a head, and whether a wanted output is out of reach of k controls.
 *
 * Covered: one head with softmax, causal or not, rotary positions, biases. Not covered: several layers, what stands between them,
 * logits.
 *
 * @throws GrammaskError `ARGUMENT` for shapes that do not fit, and numbers that are none
 */
export function attention(options: AttentionOptions): AttentionReport {
  if (typeof options !== 'object' || options === null) throw expected('an object', 'options', options);
  checkOptions(options, names);
  const { k, causal = true, rotary, slack = 1e-9 } = options;
  if (!Number.isSafeInteger(k) || k < 0) throw expected('a whole number of at least 0', 'k', k);
  if (typeof causal !== 'boolean') throw expected('true or false', 'causal', causal);
  if (typeof slack !== 'number' || !(slack >= 0)) throw expected('a number of at least 0', 'slack', slack);
  const head = readHead(options);
  const { query, key, value, inputs, controlNorm, scale } = head;
  const sigma = {
    query: largestSingularValue(query),
    key: largestSingularValue(key),
    value: largestSingularValue(value),
  };
  const rowCount = inputs.rows;
  const at = (matrix: Matrix, row: number): Float64Array => rowTimes(rowOf(inputs, row), matrix);
  const every = <Made>(make: (row: number) => Made): Made[] =>
    Array.from({ length: rowCount }, (_, row) => make(row));
  const plainQueries = every((row) => at(query, row));
  const queries = plainQueries.map((each, row) => rotated(each, row, rotary));
  const keys = every((row) => rotated(at(key, row), row, rotary));
  const values = every((row) => at(value, row));
  const keyTurned = transposed(key);
  const stateNorm = Math.max(...every((row) => norm(rowOf(inputs, row))));
  const alpha = sigma.query * sigma.key * controlNorm * stateNorm * scale;
  const largestValue = sigma.value * controlNorm;
  const output = options.output === undefined ? undefined : readRows(options.output, 'output');
  if (output !== undefined && (output.rows !== rowCount || output.columns !== value.columns)) {
    throw shapeError(`\`output\` is ${shapeOf(output)}, and the head gives ${rowCount} × ${value.columns}`);
  }
  // Without controls nothing is drawn from a row.
  const boundsOf = (logSum: number, rowAlpha: number): RowBounds =>
    rowBounds(largestValue, logSum, Math.log(k) + rowAlpha);

  const rows = every((row): AttentionRow & { own: Float64Array } => {
    const seen = causal ? row + 1 : rowCount;
    const logits = Float64Array.from(
      { length: seen },
      (_, other) => scale * dot(queries[row] as Vector, keys[other] as Vector),
    );
    const { logSum, mean } = softmax(logits, values);
    const plain = plainQueries[row] as Vector;
    // A rotation between query and key leaves only the norms.
    const reach = rotary === undefined ? norm(rowTimes(plain, keyTurned)) : norm(plain) * sigma.key;
    const rowAlpha = Math.min(alpha, reach * controlNorm * scale * (1 + 1e-12));
    const wide = boundsOf(logSum, alpha);
    const kGamma = k === 0 ? 0 : Math.exp(Math.log(k) + alpha - logSum) * largestValue;
    let excess: AttentionRow['excess'] = null;
    if (output !== undefined) {
      const wanted = rowOf(output, row);
      const tight = rowExcess(wanted, mean, boundsOf(logSum, rowAlpha));
      excess = { ...rowExcess(wanted, mean, wide), rowTight: tight.segment };
    }
    return {
      ...{ logSum, outputNorm: norm(mean), alpha: rowAlpha, beta: wide.most * largestValue, excess },
      kGamma: Number.isFinite(kGamma) ? kGamma : null,
      own: mean,
    };
  });
  return {
    ...{ kind: 'attention', format: 1, isDiagnostic: true, k, sigma, controlNorm, stateNorm, alpha },
    rows: rows.map(({ own: _own, ...row }) => row),
    excluded: output === undefined ? null : verdicts(rows, output, slack),
  };
}

function verdicts(
  rows: readonly (AttentionRow & { own: Float64Array })[],
  output: Matrix,
  slack: number,
): AttentionVerdicts {
  const some = (test: keyof AttentionVerdicts): boolean =>
    rows.some(({ excess, outputNorm }, row) => {
      const least = slack * (norm(rowOf(output, row)) + outputNorm);
      return excess !== null && excess[test] > least;
    });
  return {
    theorem: some('theorem'),
    companion: some('companion'),
    segment: some('segment'),
    rowTight: some('rowTight'),
  };
}

/** ln of the sum of exponentials, and the mean of rows with those weights. */
function softmax(logits: Float64Array, values: readonly Vector[]): { logSum: number; mean: Float64Array } {
  const most = Math.max(...logits);
  let sum = 0;
  const mean = new Float64Array((values[0] as Vector).length);
  for (const [row, logit] of logits.entries()) {
    const weight = Math.exp(logit - most);
    sum += weight;
    const value = values[row] as Vector;
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + weight * (value[i] as number);
  }
  for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) / sum;
  return { logSum: most + Math.log(sum), mean };
}
