// A YAML or JSON text from somebody else: its value, bounded, and where in the text each part of it stands.
import { isAlias, isMap, isNode, isScalar, type Node } from 'yaml';
import { type ErrorLocation, GrammaskError } from '../../errors.js';
import { locate, sourceError } from '../../frontends/source-location.js';
import { loadYaml } from '../../suites/table-suite.js';
import { checkNesting } from '../../suites/yaml-nesting.js';

/** Bytes of a text at most. */
export const MOST_BYTES = 1 << 20;
// Aliases make a value larger than its text.
const MOST_VALUES = 100_000;
const MOST_CHARACTERS = 8 << 20;

export type TextPlace = Extract<ErrorLocation, { line: number }>;

/** A document that was read. */
export interface LocatedDocument {
  /** Only what JSON has: plain objects, arrays, strings, numbers, booleans, null. */
  readonly value: unknown;
  /** The place of a value, of its nearest parent where it has none of its own, or of a key in it. */
  placeOf(path: readonly (string | number)[], key?: string): TextPlace;
}

/**
 * Reads YAML, which JSON is a part of.
 *
 * @param path for messages
 * @throws GrammaskError `SYNTAX` with line and column; for what is larger than an audit can be, and for what JSON has not
 */
export function readLocated(source: string, path: string): LocatedDocument {
  const yaml = loadYaml(path);
  if (Buffer.byteLength(source) > MOST_BYTES) throw tooLarge(path, `more than ${MOST_BYTES} bytes`);
  checkNesting(yaml, source, path);
  const document = yaml.parseDocument(source, { prettyErrors: false });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    throw sourceError('SYNTAX', source, problem.pos[0], `${path}: ${problem.message.split('\n', 1)[0]}`);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new GrammaskError('SYNTAX', `${path} cannot be read: ${(cause as Error).message}`, {
      hint: 'write what is repeated out, or into a file of its own',
      location: { path },
      cause,
    });
  }
  checkPlain(value, path);
  return {
    value,
    placeOf(to, key) {
      let node: unknown = document.contents;
      for (const part of to) {
        const next = childOf(node, part);
        if (next === undefined) break;
        node = next;
      }
      return locate(source, offsetOf(node, key));
    },
  };

  function childOf(node: unknown, part: string | number): Node | undefined {
    const at = isAlias(node) ? node.resolve(document) : node;
    if (!isNode(at) || !('get' in at) || typeof at.get !== 'function') return undefined;
    const child: unknown = at.get(part, true);
    return isNode(child) ? child : undefined;
  }
}

function offsetOf(node: unknown, key: string | undefined): number {
  if (!isNode(node)) return 0;
  if (key !== undefined && isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    if (isNode(pair?.key)) return pair.key.range?.[0] ?? 0;
  }
  return node.range?.[0] ?? 0;
}

function checkPlain(value: unknown, path: string): void {
  const open = [value];
  let values = 0;
  let characters = 0;
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') characters += next.length;
    if (++values > MOST_VALUES || characters > MOST_CHARACTERS) {
      throw tooLarge(path, 'more values than an audit has, or a value that holds itself');
    }
    if (next === null || ['string', 'boolean'].includes(typeof next) || Number.isFinite(next)) continue;
    const isPlain =
      Array.isArray(next) || (typeof next === 'object' && Object.getPrototypeOf(next) === Object.prototype);
    if (!isPlain) {
      throw new GrammaskError('SYNTAX', `${path} has a value that JSON does not have`, {
        hint: 'no tags, no .nan and no .inf',
        location: { path },
      });
    }
    for (const [name, member] of Object.entries(next as object)) {
      characters += name.length;
      open.push(member);
    }
  }
}

function tooLarge(path: string, why: string): GrammaskError {
  return new GrammaskError('SYNTAX', `${path} is too large: ${why}`, {
    hint: 'schemas and grammars may stand in files of their own; an audit may be split in several',
    location: { path },
  });
}
