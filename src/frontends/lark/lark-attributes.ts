import type { LarkReader } from './lark-reader.js';
import type { LarkAttributes, LarkMark } from './lark-tree.js';
import { isTerminalName } from './lark-tree.js';

const NAMES = [
  'lazy',
  'suffix',
  'stop',
  'max_tokens',
  'max_chars',
  'temperature',
  'capture',
  'stop_capture',
] as const;
const CAPTURE_NAME = /^[A-Za-z0-9_.-]+$/;
const MAX_CHARS = 2 ** 31 - 1;
const MAX_TOKENS = 2 ** 32 - 2;

/** The attributes in brackets behind the name of a rule. */
export function parseAttributes(reader: LarkReader, rule: string): LarkAttributes {
  const offset = reader.offset();
  const seen = new Set<string>();
  const found: { -readonly [K in keyof LarkAttributes]: LarkAttributes[K] } = {
    lazy: false,
    suffix: undefined,
    stop: undefined,
    maxTokens: undefined,
    maxChars: undefined,
    temperature: undefined,
    capture: undefined,
    stopCapture: undefined,
    offset,
  };
  reader.expect('[', 'the [ of attributes');
  do {
    const at = reader.offset();
    const { name } = reader.expect('name', 'the name of an attribute');
    if (seen.has(name))
      reader.fail('SYNTAX', at, `the attribute ${name} stands twice`, 'leave one of them out');
    seen.add(name);
    switch (name) {
      case 'lazy':
        found.lazy = true;
        break;
      case 'suffix':
      case 'stop':
        reader.expect('=', `the = of ${name}`);
        found[name] = mark(reader, name);
        break;
      case 'max_tokens':
        found.maxTokens = integer(reader, name, MAX_TOKENS);
        break;
      case 'max_chars':
        found.maxChars = integer(reader, name, MAX_CHARS);
        break;
      case 'temperature':
        found.temperature = temperature(reader);
        break;
      case 'capture':
        found.capture = reader.is('=') ? captureName(reader, name) : rule;
        break;
      case 'stop_capture':
        found.stopCapture = captureName(reader, name);
        break;
      default:
        reader.fail(
          'SYNTAX',
          at,
          `a rule has no attribute ${name}`,
          `the attributes are ${NAMES.join(', ')}`,
        );
    }
  } while (reader.takes(','));
  reader.expect(']', 'the ] of attributes');
  check(reader, found);
  return found;
}

function check(reader: LarkReader, attributes: LarkAttributes): void {
  const { stop, suffix, stopCapture, offset } = attributes;
  if (stop !== undefined && suffix !== undefined) {
    reader.fail('SYNTAX', offset, 'a rule has either stop or suffix', 'leave one of them out');
  }
  if (stopCapture !== undefined && stop === undefined && suffix === undefined) {
    reader.fail('SYNTAX', offset, 'stop_capture needs stop or suffix', 'add suffix="…", or leave it out');
  }
}

/** A text, a pattern or the name of a terminal. */
function mark(reader: LarkReader, name: string): LarkMark {
  const token = reader.next();
  const { offset } = token;
  const span = { from: offset, to: token.end };
  switch (token.kind) {
    case 'string':
      return {
        offset,
        body: [{ kind: 'text', text: token.text, ignoreCase: token.ignoreCase, offset, span }],
      };
    case 'pattern':
      return {
        offset,
        body: [{ kind: 'pattern', pattern: token.pattern, flags: token.flags, offset, span }],
      };
    case 'name':
      if (isTerminalName(token.name)) {
        return { offset, body: [{ kind: 'name', name: token.name, parameter: undefined, offset, span }] };
      }
      break;
    default:
  }
  return reader.fail('SYNTAX', offset, `expected a text, a pattern or a terminal for ${name}`);
}

function integer(reader: LarkReader, name: string, most: number): number {
  reader.expect('=', `the = of ${name}`);
  const { text, offset } = reader.expect('number', `a number for ${name}`);
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value > most) {
    reader.fail('SYNTAX', offset, `${name} is a number from 0 to ${most}`);
  }
  return value;
}

function temperature(reader: LarkReader): number {
  reader.expect('=', 'the = of temperature');
  const { text, offset } = reader.expect('number', 'a number for temperature');
  const value = Number(text);
  if (!(Number.isFinite(value) && value >= 0)) {
    reader.fail('SYNTAX', offset, 'temperature is a number of 0 or more');
  }
  return value;
}

function captureName(reader: LarkReader, attribute: string): string {
  reader.expect('=', `the = of ${attribute}`);
  const { text, ignoreCase, offset } = reader.expect('string', `a name in quotes for ${attribute}`);
  if (ignoreCase || !CAPTURE_NAME.test(text)) {
    reader.fail(
      'SYNTAX',
      offset,
      `${JSON.stringify(text)} is no name of a capture`,
      'use letters, digits, _, - and .',
    );
  }
  return text;
}
