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
        prefix: readable(commonPrefix(group)),
        count: group.length,
        tokens: shortest.slice(0, examples).map(({ id, bytes }) => ({ id, text: readable(bytes) })),
      };
    })
    .sort((a, b) => b.count - a.count || (a.prefix < b.prefix ? -1 : 1));
}

function firstCharacter(bytes: Uint8Array): string {
  return readable(bytes.subarray(0, characterLength(bytes, 0)));
}

/** Bytes of the character at a place; 1 where there is none. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
  for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 1;
  return length;
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

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Bytes as they may be read: invisible characters as escapes, bytes that are no character as `\xHH`. */
export function readable(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    const piece = bytes.subarray(at, at + length);
    const first = piece[0] as number;
    if (length === 1 && (first >= 0x80 || first < 0x20 || first === 0x7f)) {
      text += NAMED[String.fromCharCode(first)] ?? `\\x${first.toString(16).padStart(2, '0').toUpperCase()}`;
    } else {
      const character = new TextDecoder().decode(piece);
      text += /^[\p{C}\p{Zl}\p{Zp}]$/u.test(character)
        ? `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`
        : character;
    }
    at += length;
  }
  return text;
}
