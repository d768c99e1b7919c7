/** The natural logarithm of a token's probability under a row of logits; float16 as its bits. */
export function logProbability(logits: Float32Array | Uint16Array, token: number): number {
  const valueAt =
    logits instanceof Float32Array
      ? (index: number): number => logits[index] as number
      : (index: number): number => halfValue(logits[index] as number);
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) most = Math.max(most, valueAt(i));
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(valueAt(i) - most);
  return valueAt(token) - most - Math.log(sum);
}

/** The number that the bits of a float16 mean. */
export function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
