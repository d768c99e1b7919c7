import { decimalOf, digitsOf } from './decimal.js';
import type { JsonTree } from './json-tree.js';

const SPACE = /[ \t\n\r]*/y;
const LITERAL = /null|true|false/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
/** Half of a surrogate pair. */
const HALF = /\p{Cs}/u;

/**
 * Reads a JSON text: RFC 8259, and nothing else. Null where the text is none, where an object names a member twice, and where
 * a string holds half of a surrogate pair.
 */
export function parseJson(text: string): JsonTree | null {
  let at = 0;

  /** What the pattern matches here, behind white space. */
  function take(pattern: RegExp): string | null {
    SPACE.lastIndex = at;
    const from = at + (SPACE.exec(text)?.[0].length ?? 0);
    pattern.lastIndex = from;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return null;
    at = from + found.length;
    return found;
  }
  function string(): string | null {
    const found = take(STRING);
    if (found === null) return null;
    const value = JSON.parse(found) as string;
    return HALF.test(value) ? null : value;
  }
  function value(): JsonTree | null {
    if (take(/\[/y) !== null) return array();
    if (take(/\{/y) !== null) return object();
    const literal = take(LITERAL);
    if (literal === 'null') return { kind: 'null' };
    if (literal !== null) return { kind: 'boolean', value: literal === 'true' };
    const number = take(NUMBER);
    if (number !== null) return { kind: 'number', text: number };
    const content = string();
    return content === null ? null : { kind: 'string', value: content };
  }
  function array(): JsonTree | null {
    const items: JsonTree[] = [];
    if (take(/\]/y) !== null) return { kind: 'array', items };
    for (;;) {
      const item = value();
      if (item === null) return null;
      items.push(item);
      if (take(/\]/y) !== null) return { kind: 'array', items };
      if (take(/,/y) === null) return null;
    }
  }
  function object(): JsonTree | null {
    const members: [string, JsonTree][] = [];
    if (take(/\}/y) !== null) return { kind: 'object', members };
    for (;;) {
      const name = string();
      if (name === null || members.some(([other]) => other === name) || take(/:/y) === null) return null;
      const member = value();
      if (member === null) return null;
      members.push([name, member]);
      if (take(/\}/y) !== null) return { kind: 'object', members };
      if (take(/,/y) === null) return null;
    }
  }

  const tree = value();
  return tree !== null && take(/$/y) !== null && at === text.length ? tree : null;
}

/** A key of the value: two values are equal as JSON if and only if their keys are. */
export function equalityKey(tree: JsonTree): string {
  switch (tree.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(tree.value);
    case 'string':
      return JSON.stringify(tree.value);
    case 'number': {
      const value = decimalOf(tree.text);
      const { digits, position } = digitsOf(value);
      return `${value.mantissa < 0n ? '-' : ''}${digits}e${position}`;
    }
    case 'array':
      return `[${tree.items.map(equalityKey).join()}]`;
    case 'object': {
      const members = tree.members.map(([name, member]) => `${JSON.stringify(name)}:${equalityKey(member)}`);
      return `{${members.sort().join()}}`;
    }
  }
}

/** The text of a value, without white space; numbers keep their spelling. */
export function writeJson(tree: JsonTree): string {
  switch (tree.kind) {
    case 'null':
      return 'null';
    case 'number':
      return tree.text;
    case 'array':
      return `[${tree.items.map(writeJson).join()}]`;
    case 'object':
      return `{${tree.members.map(([name, member]) => `${JSON.stringify(name)}:${writeJson(member)}`).join()}}`;
    default:
      return JSON.stringify(tree.value);
  }
}
