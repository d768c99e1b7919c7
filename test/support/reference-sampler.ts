// The sampler's definition in plain steps: all probabilities, full sorts, Math.exp. For comparison only.

export interface ReferenceOptions {
  temperature?: number;
  topK?: number;
  topP?: number;
  minP?: number;
  bias?: ReadonlyMap<number, number>;
  repetitionPenalty?: number;
  /** The ids that the repetition penalty touches. */
  seen?: readonly number[];
  random?: number;
}

export interface ReferenceDraw {
  /** The token, `undefined` where there is nothing to draw from. */
  token: number | undefined;
  /**
   * Whether a choice was so close that rounding may decide it otherwise: the random number within 1e-6 of a border,
   * or the cut of topP or minP within 1e-9.
   */
  nearBorder: boolean;
}

/** Whether a mask of one bit a token allows a token. */
export function maskAllows(mask: Int32Array | null, token: number): boolean {
  return mask === null || (((mask[token >> 5] ?? 0) >>> (token & 31)) & 1) === 1;
}

/** The value of a float16 given as its bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

export function referenceSample(
  logits: Float32Array | Uint16Array,
  mask: Int32Array | null,
  options: ReferenceOptions = {},
): ReferenceDraw {
  const { temperature = 1, topK = 0, topP = 1, minP = 0, repetitionPenalty = 1, random = 0 } = options;
  const scores =
    logits instanceof Uint16Array ? Float32Array.from(logits, halfToNumber) : Float32Array.from(logits);
  for (const id of new Set(options.seen ?? [])) {
    const score = scores[id] ?? 0;
    scores[id] = score > 0 ? score / repetitionPenalty : score * repetitionPenalty;
  }
  for (const [id, bias] of options.bias ?? []) scores[id] = (scores[id] ?? 0) + Math.fround(bias);
  const score = (id: number): number => scores[id] ?? Number.NEGATIVE_INFINITY;

  let ids = Array.from(scores.keys()).filter(
    (id) => maskAllows(mask, id) && score(id) > Number.NEGATIVE_INFINITY,
  );
  ids.sort((a, b) => score(b) - score(a) || a - b);
  const best = ids[0];
  if (best === undefined || temperature === 0) return { token: best, nearBorder: false };
  if (topK > 0) ids = ids.slice(0, topK);

  const weight = (id: number): number => Math.exp((score(id) - score(best)) / temperature);
  const total = (some: readonly number[]): number =>
    [...some].sort((a, b) => a - b).reduce((sum, id) => sum + weight(id), 0);
  let nearBorder = false;
  if (topP < 1) {
    const all = total(ids);
    let sum = 0;
    let kept = 0;
    while (kept < ids.length && (kept === 0 || sum < topP * all)) {
      sum += weight(ids[kept] ?? best);
      kept++;
      nearBorder ||= Math.abs(sum - topP * all) < 1e-9 * all;
    }
    ids = ids.slice(0, kept);
  }
  if (minP > 0) {
    nearBorder ||= ids.some((id) => Math.abs(weight(id) - minP) < 1e-9);
    ids = ids.filter((id) => weight(id) >= minP);
  }

  ids.sort((a, b) => a - b);
  const all = total(ids);
  const target = random * all;
  nearBorder ||= target < 1e-6 * all;
  let sum = 0;
  let token: number | undefined;
  for (const id of ids) {
    sum += weight(id);
    nearBorder ||= Math.abs(sum - target) < 1e-6 * all;
    if (token === undefined && sum > target) token = id;
  }
  return { token: token ?? ids.at(-1), nearBorder };
}
