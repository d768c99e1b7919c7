import type { BuildBudget } from '../build-budget.js';
import { sourceError } from '../source-location.js';
import {
  CONTAINER_WORDS,
  type JsonArray,
  type JsonObject,
  type JsonScalar,
  type JsonValue,
  wordsOf,
} from './json-value.js';

interface OpenContainer {
  container: JsonArray | JsonObject;
  /** Name of the member being read, in an object. */
  name: string;
}

/**
 * Reads JSON text exactly as RFC 8259 defines it: numbers keep their spelling, members their order, and a duplicate
 * member name is an error. It keeps its own stack, so that depth costs memory and nothing else.
 *
 * @throws {GrammaskError} `SYNTAX` with line, column and excerpt; `MEMORY`, `DEADLINE` past the limits
 */
export function parseJsonText(text: string, budget: BuildBudget): JsonValue {
  const scanner = createScanner(text);
  const open: OpenContainer[] = [];

  for (;;) {
    // A value begins here.
    scanner.skipSpace();
    let value: JsonValue;
    const code = scanner.peek();
    if (code === BRACE_OPEN || code === BRACKET_OPEN) {
      budget.add(CONTAINER_WORDS);
      scanner.advance();
      scanner.skipSpace();
      const container: JsonArray | JsonObject =
        code === BRACE_OPEN ? { kind: 'object', members: new Map() } : { kind: 'array', items: [] };
      if (scanner.peek() !== closerOf(container)) {
        const entry = { container, name: '' };
        if (container.kind === 'object') entry.name = readName(scanner, container, budget);
        open.push(entry);
        continue;
      }
      scanner.advance();
      value = container;
    } else {
      const scalar = readScalar(scanner, code);
      budget.add(wordsOf(scalar));
      value = scalar;
    }

    // A value ended: it goes into its container, which may end in turn.
    for (;;) {
      scanner.skipSpace();
      const top = open.at(-1);
      if (top === undefined) {
        if (!scanner.atEnd()) scanner.fail('expected the end of the text after the value');
        return value;
      }
      const { container } = top;
      if (container.kind === 'array') container.items.push(value);
      else container.members.set(top.name, value);
      const next = scanner.peek();
      if (next === COMMA) {
        scanner.advance();
        if (container.kind === 'object') {
          scanner.skipSpace();
          top.name = readName(scanner, container, budget);
        }
        break;
      }
      if (next !== closerOf(container)) {
        scanner.fail(container.kind === 'array' ? 'expected `,` or `]`' : 'expected `,` or `}`');
      }
      scanner.advance();
      open.pop();
      value = container;
    }
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const COLON = 0x3a;
const BRACKET_OPEN = 0x5b;
const BACKSLASH = 0x5c;
const BRACKET_CLOSE = 0x5d;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const BYTE_ORDER_MARK = 0xfeff;
const SIMPLE_ESCAPES = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }),
);

interface Scanner {
  /** The code unit here, NaN at the end. */
  peek(): number;
  advance(): void;
  atEnd(): boolean;
  skipSpace(): void;
  position(): number;
  readString(): string;
  readNumber(): string;
  readWord(word: string): boolean;
  fail(message: string, at?: number, hint?: string): never;
}

function closerOf(container: JsonArray | JsonObject): number {
  return container.kind === 'array' ? BRACKET_CLOSE : BRACE_CLOSE;
}

function readName(scanner: Scanner, object: JsonObject, budget: BuildBudget): string {
  if (scanner.peek() !== QUOTE) scanner.fail('expected a member name in double quotes');
  const start = scanner.position();
  const name = scanner.readString();
  if (object.members.has(name)) {
    scanner.fail(`the member name ${quoteShort(name)} occurs twice in this object`, start);
  }
  budget.add(name.length >> 1);
  scanner.skipSpace();
  if (scanner.peek() !== COLON) scanner.fail('expected `:` after the member name');
  scanner.advance();
  return name;
}

function readScalar(scanner: Scanner, code: number): JsonScalar {
  if (code === QUOTE) return { kind: 'string', value: scanner.readString() };
  if (code === MINUS || isDigit(code)) return { kind: 'number', text: scanner.readNumber() };
  if (scanner.readWord('true')) return { kind: 'boolean', value: true };
  if (scanner.readWord('false')) return { kind: 'boolean', value: false };
  if (scanner.readWord('null')) return { kind: 'null' };
  if (code === BYTE_ORDER_MARK) {
    scanner.fail('JSON text begins with a byte-order mark', undefined, 'remove U+FEFF from the start');
  }
  return scanner.fail(scanner.atEnd() ? 'the text ends where a value should begin' : 'expected a JSON value');
}

function createScanner(text: string): Scanner {
  let at = 0;

  function fail(
    message: string,
    place = at,
    hint = 'a schema given as text must be JSON; a JavaScript object is taken as it is',
  ): never {
    throw sourceError('SYNTAX', text, place, `the schema is not JSON: ${message}`, hint);
  }

  // Most strings have no escape. Their loop keeps its place in a local variable: the shared one costs a store a character.
  function readString(): string {
    const from = at + 1;
    for (let i = from; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) {
        at = i + 1;
        return text.slice(from, i);
      }
      if (code === BACKSLASH || code < 0x20) {
        at = i;
        return readRest(from);
      }
    }
    at = text.length;
    return fail('the text ends inside a string');
  }

  /** The rest of a string, which has begun before. */
  function readRest(begin: number): string {
    let from = begin;
    let parts = '';
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        const part = text.slice(from, at);
        at += 1;
        return parts + part;
      }
      if (code === BACKSLASH) {
        parts += text.slice(from, at) + readEscape();
        from = at;
      } else if (code < 0x20) {
        fail('a control character stands in a string', at, 'write it as an escape such as \\n');
      } else if (Number.isNaN(code)) {
        fail('the text ends inside a string');
      } else {
        at += 1;
      }
    }
  }

  function readEscape(): string {
    const letter = text.charAt(at + 1);
    const simple = SIMPLE_ESCAPES.get(letter);
    if (simple !== undefined) {
      at += 2;
      return simple;
    }
    if (letter !== 'u') fail('this is no escape of JSON');
    const digits = text.slice(at + 2, at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) fail('expected four hexadecimal digits after \\u');
    at += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  function readDigits(): void {
    if (!isDigit(text.charCodeAt(at))) fail('expected a digit');
    while (isDigit(text.charCodeAt(at))) at += 1;
  }

  function readNumber(): string {
    const from = at;
    if (text.charCodeAt(at) === MINUS) at += 1;
    if (text.charAt(at) === '0') {
      at += 1;
      if (isDigit(text.charCodeAt(at))) fail('a number has a leading zero', from);
    } else {
      readDigits();
    }
    if (text.charCodeAt(at) === POINT) {
      at += 1;
      readDigits();
    }
    const letter = text.charAt(at);
    if (letter === 'e' || letter === 'E') {
      at += 1;
      const sign = text.charAt(at);
      if (sign === '+' || sign === '-') at += 1;
      readDigits();
    }
    return text.slice(from, at);
  }

  return {
    peek: () => text.charCodeAt(at),
    advance: () => {
      at += 1;
    },
    atEnd: () => at >= text.length,
    skipSpace: () => {
      for (;;) {
        const code = text.charCodeAt(at);
        if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
        at += 1;
      }
    },
    position: () => at,
    readString,
    readNumber,
    readWord: (word) => {
      if (!text.startsWith(word, at)) return false;
      at += word.length;
      return true;
    },
    fail,
  };
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** A name for a message, cut where it is long. */
export function quoteShort(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
