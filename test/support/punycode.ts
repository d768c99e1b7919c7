/** Punycode by the letter of RFC 3492 §6.2: the code points, ASCII letters in lower case; undefined for what is no code. */
export function decodePunycode(text: string): number[] | undefined {
  const delimiter = text.lastIndexOf('-');
  const basic = delimiter > 0 ? text.slice(0, delimiter) : '';
  const digits = delimiter > 0 ? text.slice(delimiter + 1) : text;
  if (!/^[A-Za-z0-9-]*$/.test(basic)) return undefined;
  const output = Array.from(basic.toLowerCase(), (char) => char.charCodeAt(0));
  let n = 0x80;
  let i = 0;
  let bias = 72;
  let first = true;
  for (let at = 0; at < digits.length; ) {
    const before = i;
    for (let w = 1, k = 36; ; k += 36) {
      const digit = 'abcdefghijklmnopqrstuvwxyz0123456789'.indexOf(digits.charAt(at++).toLowerCase() || '?');
      if (digit < 0) return undefined;
      i += digit * w;
      if (i > 2 ** 40) return undefined;
      const t = Math.min(Math.max(k - bias, 1), 26);
      if (digit < t) break;
      w *= 36 - t;
    }
    const length = output.length + 1;
    let delta = Math.floor((i - before) / (first ? 700 : 2));
    first = false;
    delta += Math.floor(delta / length);
    bias = 0;
    for (; delta > 455; bias += 36) delta = Math.floor(delta / 35);
    bias += Math.floor((36 * delta) / (delta + 38));
    n += Math.floor(i / length);
    i %= length;
    if (n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff)) return undefined;
    output.splice(i++, 0, n);
  }
  return output.some((point) => point >= 0x80) ? output : undefined;
}
