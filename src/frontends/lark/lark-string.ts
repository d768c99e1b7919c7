import { sourceError } from '../source-location.js';

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
/** Characters that stand for themselves. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they must be escaped.
const PLAIN = /[^"\\\0-\x1f\x7f]+/y;
const HEX_ESCAPE = /u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})/y;

/** The text in quotes at `start`, in the syntax of JSON strings with `\xHH`, and the flag `i` that may stand behind it. */
export function readLarkString(
  source: string,
  start: number,
  step: () => void,
): { text: string; ignoreCase: boolean; end: number } {
  const parts: string[] = [];
  let at = start + 1;
  for (;;) {
    step();
    const char = source[at];
    if (char === '"') break;
    if (char === undefined || char === '\n' || char === '\r') {
      const hint = 'write \\n for a line end';
      throw sourceError('SYNTAX', source, start, 'a text without its closing quote', hint);
    }
    if (char < ' ' || char === '\x7f') {
      const hint = `write \\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
      throw sourceError('SYNTAX', source, at, 'a control character stands in a text', hint);
    }
    if (char !== '\\') {
      PLAIN.lastIndex = at;
      PLAIN.test(source);
      parts.push(source.slice(at, PLAIN.lastIndex));
      at = PLAIN.lastIndex;
      continue;
    }
    const simple = SIMPLE_ESCAPES.get(source[at + 1] ?? '');
    if (simple !== undefined) {
      parts.push(simple);
      at += 2;
      continue;
    }
    HEX_ESCAPE.lastIndex = at + 1;
    const hex = HEX_ESCAPE.exec(source);
    if (hex === null) {
      const hint = 'the escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX \\xHH';
      throw sourceError('SYNTAX', source, at, 'this is no escape of a text', hint);
    }
    parts.push(String.fromCharCode(Number.parseInt(hex[1] ?? hex[2] ?? '', 16)));
    at += 1 + hex[0].length;
  }
  const text = parts.join('');
  if (!text.isWellFormed()) {
    const hint = 'write both halves of the pair, or the character itself';
    throw sourceError('SYNTAX', source, start, 'a text holds half of a surrogate pair', hint);
  }
  const ignoreCase = source[at + 1] === 'i' && !/[A-Za-z0-9_]/.test(source[at + 2] ?? '');
  return { text, ignoreCase, end: at + (ignoreCase ? 2 : 1) };
}
