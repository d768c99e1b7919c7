const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Bytes as they may be read: invisible characters as escapes, bytes that are no character as `\xHH`. */
export function readableBytes(bytes: Uint8Array): string {
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

/** Bytes of the character at a place; 1 where there is none. */
export function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
  for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 1;
  // Spelled too long, half of a pair, or beyond the last one.
  const isOne = length === 1 || new TextDecoder().decode(bytes.subarray(at, at + length)).length <= 2;
  return isOne ? length : 1;
}
