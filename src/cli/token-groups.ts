import { characterLength, readableBytes } from '../readable-bytes.js';

/** Tokens that begin alike. */
export interface TokenGroup {
  /** What all of them begin with, as it may be read; bytes that are no character as `\xHH`. */
  prefix: string;
  count: number;
  /** The shortest of them. */
  tokens: { id: number; text: string }[];
}

interface Token {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/**
 * Groups tokens by their first character, each group under the longest prefix that its tokens share; the largest groups
 * come first.
 *
 * @param examples how many tokens of each group are kept
 */
export function groupTokens(tokens: readonly Token[], examples: number): TokenGroup[] {
  const byFirst = new Map<string, Token[]>();
  for (const token of tokens) {
    const first = firstCharacter(token.bytes);
    const group = byFirst.get(first);
    if (group === undefined) byFirst.set(first, [token]);
    else group.push(token);
  }
  return [...byFirst.values()]
    .map((group): TokenGroup => {
      const shortest = [...group].sort((a, b) => a.bytes.length - b.bytes.length || a.id - b.id);
      return {
        prefix: readableBytes(commonPrefix(group)),
        count: group.length,
        tokens: shortest.slice(0, examples).map(({ id, bytes }) => ({ id, text: readableBytes(bytes) })),
      };
    })
    .sort((a, b) => b.count - a.count || (a.prefix < b.prefix ? -1 : 1));
}

function firstCharacter(bytes: Uint8Array): string {
  return readableBytes(bytes.subarray(0, characterLength(bytes, 0)));
}

function commonPrefix(group: readonly Token[]): Uint8Array {
  const [first, ...others] = group as [Token, ...Token[]];
  let length = first.bytes.length;
  for (const { bytes } of others) {
    let same = 0;
    while (same < length && same < bytes.length && bytes[same] === first.bytes[same]) same += 1;
    length = same;
  }
  return first.bytes.subarray(0, length);
}
