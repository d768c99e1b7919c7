/** How many tokens two texts begin with in common. */
export function sharedLength(a: Int32Array, b: Int32Array): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

/** Rows of tokens, each with the same run behind it. */
export function extended(tokens: Int32Array, rows: number, run: readonly number[]): Int32Array {
  const width = tokens.length / rows;
  const wide = width + run.length;
  const out = new Int32Array(rows * wide);
  for (let row = 0; row < rows; row++) {
    out.set(tokens.subarray(row * width, (row + 1) * width), row * wide);
    out.set(run, row * wide + width);
  }
  return out;
}

/** Some of so many rows of tokens. */
export function pickedRows(tokens: Int32Array, rows: number, members: readonly number[]): Int32Array {
  const width = tokens.length / rows;
  const out = new Int32Array(members.length * width);
  for (const [place, row] of members.entries())
    out.set(tokens.subarray(row * width, (row + 1) * width), place * width);
  return out;
}
