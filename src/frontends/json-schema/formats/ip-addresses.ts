/** IP addresses as patterns: RFC 2673 §3.2 (dotted quads) and RFC 4291 §2.2, no zone. */

const DECIMAL_BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';

export const IPV4 = `(?:${DECIMAL_BYTE}(?:\\.${DECIMAL_BYTE}){3})`;

const GROUP = '[0-9a-fA-F]{1,4}';
const LAST_32_BITS = `(?:${GROUP}:${GROUP}|${IPV4})`;

/** The grammar of RFC 3986, which spells out how many groups may stand on each side of `::`. */
function ipv6Pattern(): string {
  const alternatives = [`(?:${GROUP}:){6}${LAST_32_BITS}`];
  for (let before = 0; before <= 7; before++) {
    const head = before === 0 ? '' : `(?:(?:${GROUP}:){0,${before - 1}}${GROUP})?`;
    const after = 7 - before - 2;
    // What follows `::` has exactly `after` groups and the last 32 bits; near the end less is left than 32 bits.
    if (after >= 0) alternatives.push(`${head}::(?:${GROUP}:){${after}}${LAST_32_BITS}`);
    else alternatives.push(before === 6 ? `${head}::${GROUP}` : `${head}::`);
  }
  return `(?:${alternatives.join('|')})`;
}

export const IPV6 = ipv6Pattern();
