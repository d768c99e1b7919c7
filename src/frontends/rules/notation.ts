/** How a dialect writes what a hint proposes. */
export interface Notation {
  /** A rule with its body. */
  readonly rule: (name: string, body: string) => string;
  /** Something, from `min` to `max` times. */
  readonly repeat: (body: string, min: number, max: number) => string;
  /** One of some characters, by their code points. */
  readonly set: (points: readonly number[]) => string;
  /** How to take a word out of what reads it too. */
  readonly exclude: string;
}

/** How white space is written in a set in brackets. */
const WHITE: ReadonlyMap<number, string> = new Map([
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\x0b'],
  [12, '\\x0c'],
  [13, '\\r'],
]);

function inBrackets(points: readonly number[], escaped: (hex: string) => string): string {
  const written = (point: number): string => {
    if (point > 0x7e) return escaped(point.toString(16).toUpperCase());
    return WHITE.get(point) ?? String.fromCodePoint(point);
  };
  return `[${points.map(written).join('')}]`;
}

const OPERATORS = 'take the word out of what reads it too, as with & and ~, if it must win';

export const ebnfNotation: Notation = {
  rule: (name, body) => `${name} ::= ${body}`,
  repeat: (body, min, max) => `${body}{${min},${max}}`,
  set: (points) => inBrackets(points, (hex) => `\\u${hex.padStart(4, '0')}`),
  exclude: OPERATORS,
};

export const larkNotation: Notation = {
  rule: (name, body) => `${name}: ${body}`,
  repeat: (body, min, max) => `${body}{${min},${max}}`,
  set: (points) => `/${inBrackets(points, (hex) => `\\u{${hex}}`)}/`,
  exclude: OPERATORS,
};

export const abnfNotation: Notation = {
  rule: (name, body) => `${name} = ${body}`,
  repeat: (body, min, max) => `${min === 0 ? '' : min}*${max}${body}`,
  set: (points) =>
    `(${points.map((point) => `%x${point.toString(16).toUpperCase().padStart(2, '0')}`).join(' / ')})`,
  exclude: 'leave the word out, or write out what reads it too without it: ABNF has no operator for that',
};
