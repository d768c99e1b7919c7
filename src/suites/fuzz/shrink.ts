/** Longer pieces are not tried alone. */
const MAX_PIECE = 12;

/**
 * A smaller text that still fails: pieces are left out as long as that goes, halves first (ddmin), then characters are made
 * plain.
 *
 * @param budget how often `fails` may be asked
 */
export async function shrink(
  text: string,
  fails: (text: string) => Promise<boolean>,
  budget: number,
): Promise<string> {
  let chars = Array.from(text);
  let left = budget;
  const tries = async (candidate: readonly string[]): Promise<boolean> => {
    left -= 1;
    return left >= 0 && (await fails(candidate.join('')));
  };
  for (let size = Math.ceil(chars.length / 2); size >= 1 && left > 0; ) {
    let isSmaller = false;
    for (let at = 0; at < chars.length && left > 0; ) {
      const candidate = [...chars.slice(0, at), ...chars.slice(at + size)];
      if (await tries(candidate)) {
        chars = candidate;
        isSmaller = true;
      } else at += size;
    }
    // What could not go before may go now.
    if (size > 1) size = Math.ceil(size / 2);
    else if (!isSmaller) break;
  }
  await shortestPiece();
  for (let at = 0; at < chars.length && left > 0; at++) {
    for (const plain of ['a', '0']) {
      if (chars[at] === plain || /^[a0\s]$/.test(chars[at] as string)) break;
      const candidate = chars.with(at, plain);
      if (!(await tries(candidate))) continue;
      chars = candidate;
      break;
    }
  }
  return chars.join('');

  /** What stands around may be balanced, so that no piece of it can go alone, and still not be needed at all. */
  async function shortestPiece(): Promise<void> {
    for (let length = 1; length < Math.min(chars.length, MAX_PIECE); length++) {
      for (let from = 0; from + length <= chars.length; from++) {
        const piece = chars.slice(from, from + length);
        if (!(await tries(piece))) continue;
        chars = piece;
        return;
      }
    }
  }
}
