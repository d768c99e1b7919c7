import { canonicalDecimal, compareDecimals } from '../../../src/frontends/json-schema/decimal.js';
import type { JsonValue } from '../../../src/frontends/json-schema/json-value.js';
import type { SchemaRecord } from '../../../src/frontends/program-format.js';
import { type ProgramData, readProgram } from '../../../src/frontends/program-reader.js';
import { decodePunycode } from '../../support/punycode.js';

/** Whether a value satisfies a schema program, read word for word as docs/program.md defines the records. Recursive. */
export function validate(bytes: Uint8Array, value: JsonValue): boolean {
  const program = readProgram(bytes);
  const symbol = program.rules[program.root]?.alternatives[0]?.[0];
  if (symbol?.kind !== 'schema') throw new Error('not a schema program');
  return satisfiesNode(program, program.roots[symbol.root]!.node, value);
}

function satisfiesNode(program: ProgramData, node: number, value: JsonValue): boolean {
  return program.nodes[node]!.every((record) => satisfies(program, record, value));
}

function satisfies(program: ProgramData, record: SchemaRecord, value: JsonValue): boolean {
  const holds = (node: number, part: JsonValue) => satisfiesNode(program, node, part);
  switch (record.tag) {
    case 'types':
      return (record.bits & typesOf(value)) !== 0;
    case 'scalars':
      if (value.kind === 'null') return (record.bits & 1) !== 0;
      if (value.kind === 'boolean') return (record.bits & (value.value ? 2 : 4)) !== 0;
      if (value.kind === 'string') {
        return record.strings !== undefined && matches(program, record.strings, value.value);
      }
      if (value.kind !== 'number') return false;
      return record.numbers!.some((number) => program.strings[number] === canonicalDecimal(value.text));
    case 'number': {
      if (value.kind !== 'number') return true;
      const decimal = canonicalDecimal(value.text)!;
      const order = (bound: number) => compareDecimals(decimal, program.strings[bound]!);
      return (
        (record.minimum === undefined || order(record.minimum) >= 0) &&
        (record.exclusiveMinimum === undefined || order(record.exclusiveMinimum) > 0) &&
        (record.maximum === undefined || order(record.maximum) <= 0) &&
        (record.exclusiveMaximum === undefined || order(record.exclusiveMaximum) < 0) &&
        (record.multipleOf === undefined || isMultiple(decimal, program.strings[record.multipleOf]!))
      );
    }
    case 'string': {
      if (value.kind !== 'string') return true;
      const length = Array.from(value.value).length;
      if (length < record.minLength! || length > (record.maxLength ?? Number.POSITIVE_INFINITY)) return false;
      return record.pattern === undefined || matches(program, record.pattern, value.value);
    }
    case 'array': {
      if (value.kind !== 'array') return true;
      const length = value.items.length;
      if (length < record.minItems! || length > (record.maxItems ?? Number.POSITIVE_INFINITY)) return false;
      if (record.uniqueItems && new Set(value.items.map(keyOf)).size < length) return false;
      return value.items.every((item, index) => {
        const node = record.prefixItems?.[index] ?? record.items;
        return node === undefined || holds(node, item);
      });
    }
    case 'object': {
      if (value.kind !== 'object') return true;
      const nodes = new Map(record.properties!.map(([name, node]) => [program.strings[name], node]));
      if (!record.required!.every((name) => value.members.has(program.strings[name]!))) return false;
      const { size } = value.members;
      if (size < record.minProperties! || size > (record.maxProperties ?? Number.POSITIVE_INFINITY))
        return false;
      return [...value.members].every(([name, member]) => {
        if (record.names !== undefined && !holds(record.names, { kind: 'string', value: name })) return false;
        const selected = record
          .patterns!.filter(([expr]) => matches(program, expr, name))
          .map(([, node]) => node);
        const own = nodes.get(name);
        if (own !== undefined) selected.push(own);
        if (selected.length === 0 && record.additional !== undefined) selected.push(record.additional);
        return selected.every((node) => holds(node, member));
      });
    }
    case 'allOf':
      return record.nodes.every((node) => holds(node, value));
    case 'anyOf':
      return record.nodes.some((node) => holds(node, value));
    case 'oneOf':
      return record.nodes.filter((node) => holds(node, value)).length === 1;
    case 'not':
      return !holds(record.node, value);
    case 'contains': {
      if (value.kind !== 'array') return true;
      const count = value.items.filter((item) => holds(record.node, item)).length;
      return count >= record.minimum! && count <= (record.maximum ?? Number.POSITIVE_INFINITY);
    }
  }
}

function isMultiple(decimal: string, of: string): boolean {
  const [digits, exponent] = decimal.split('e') as [string, string];
  const [ofDigits, ofExponent] = of.split('e') as [string, string];
  const shift = Number(exponent) - Number(ofExponent);
  const scale = 10n ** BigInt(Math.abs(shift));
  return shift >= 0
    ? (BigInt(digits) * scale) % BigInt(ofDigits) === 0n
    : BigInt(digits) % (BigInt(ofDigits) * scale) === 0n;
}

/** A text that equal JSON values share. */
function keyOf(value: JsonValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'number':
      return canonicalDecimal(value.text)!;
    case 'array':
      return `[${value.items.map(keyOf).join()}]`;
    case 'object':
      return `{${Array.from(value.members, ([name, part]) => `${JSON.stringify(name)}:${keyOf(part)}`)
        .sort()
        .join()}}`;
    default:
      return JSON.stringify(value.value);
  }
}

function typesOf(value: JsonValue): number {
  if (value.kind === 'number') {
    if (canonicalDecimal(value.text)!.includes('e-')) return 4;
    return /^-?[0-9]+$/.test(value.text) ? 4 | 64 | 128 : 4 | 64;
  }
  return { null: 1, boolean: 2, string: 8, array: 16, object: 32 }[value.kind];
}

function matches(program: ProgramData, expr: number, text: string): boolean {
  const points = Array.from(text);
  const memo = new Map<number, ReadonlySet<number>>();

  /** Where a match of the expression may end that starts at a position. */
  function ends(id: number, from: number): ReadonlySet<number> {
    const key = id * (points.length + 1) + from;
    let result = memo.get(key);
    if (result === undefined) {
      result = computeEnds(id, from);
      memo.set(key, result);
    }
    return result;
  }

  function endsOfAll(id: number, froms: Iterable<number>): Set<number> {
    const result = new Set<number>();
    for (const from of froms) for (const end of ends(id, from)) result.add(end);
    return result;
  }

  function computeEnds(id: number, from: number): ReadonlySet<number> {
    const node = program.exprs[id]!;
    switch (node.op) {
      case 'empty':
        return new Set();
      case 'epsilon':
        return new Set([from]);
      case 'set': {
        const point = points[from]?.codePointAt(0);
        const isIn = point !== undefined && node.ranges.some(([lo, hi]) => point >= lo && point <= hi);
        return new Set(isIn ? [from + 1] : []);
      }
      case 'literal': {
        const literal = Array.from(node.text);
        return new Set(literal.every((char, i) => points[from + i] === char) ? [from + literal.length] : []);
      }
      case 'concat':
        return node.parts.reduce((froms, part) => endsOfAll(part, froms), new Set([from]));
      case 'union':
        return new Set(node.parts.flatMap((part) => [...ends(part, from)]));
      case 'intersect':
        return new Set(
          [...ends(node.parts[0]!, from)].filter((end) =>
            node.parts.every((part) => ends(part, from).has(end)),
          ),
        );
      case 'complement': {
        const inner = ends(node.expr, from);
        return new Set(
          Array.from({ length: points.length + 1 - from }, (_, i) => from + i).filter(
            (end) => !inner.has(end),
          ),
        );
      }
      case 'repeat': {
        // After as many rounds as there are characters nothing changes any more.
        const enough = points.length + 1;
        let now: ReadonlySet<number> = new Set([from]);
        const result = new Set<number>();
        for (let round = 0; round <= Math.min(node.min, enough) + enough; round++) {
          if (round >= Math.min(node.min, enough)) for (const end of now) result.add(end);
          if (round >= (node.max ?? Number.POSITIVE_INFINITY)) break;
          now = endsOfAll(node.expr, now);
        }
        return result;
      }
      case 'bytes':
        throw new Error('no schema has expressions of bytes');
      case 'punycode': {
        const result = new Set<number>();
        for (let end = from + 1; end <= Math.min(from + node.max, points.length); end++) {
          const decoded = decodePunycode(points.slice(from, end).join(''));
          if (decoded !== undefined && matches(program, node.expr, String.fromCodePoint(...decoded)))
            result.add(end);
        }
        return result;
      }
    }
  }
  return ends(expr, 0).has(points.length);
}
