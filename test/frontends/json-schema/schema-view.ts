import { type ProgramData, readProgram } from '../../../src/frontends/program-reader.js';

/** A node as nested plain data: names for indexes, the word `again` where a node contains itself. */
export type NodeView = readonly unknown[] | 'again';

export interface SchemaView {
  style: unknown;
  root: NodeView;
  nodes: number;
}

const TYPES = ['null', 'boolean', 'number', 'string', 'array', 'object', 'integer', 'plain integer'];

/** Decodes a schema program, checking that it is one rule `root` of one schema. */
export function viewOf(bytes: Uint8Array): SchemaView {
  const program = readProgram(bytes);
  const rule = program.rules[program.root];
  const symbol = rule?.alternatives[0]?.[0];
  if (rule?.name !== 'root' || rule.alternatives.length !== 1 || symbol?.kind !== 'schema') {
    throw new Error('not a schema program');
  }
  const root = program.roots[symbol.root]!;
  return { style: root.style, root: viewNode(program, root.node, new Set()), nodes: program.nodes.length };
}

function viewNode(program: ProgramData, id: number, open: Set<number>): NodeView {
  if (open.has(id)) return 'again';
  open.add(id);
  const node = (child: number) => viewNode(program, child, open);
  const string = (index: number) => program.strings[index];
  const view = program.nodes[id]!.map((record) => {
    switch (record.tag) {
      case 'types':
        return ['types', ...TYPES.filter((_, bit) => record.bits & (1 << bit))];
      case 'scalars':
        return clean({
          tag: 'scalars',
          words: ['null', 'true', 'false'].filter((_, bit) => record.bits & (1 << bit)),
          strings: record.strings === undefined ? undefined : textsOf(program, record.strings),
          numbers: record.numbers?.map(string),
        });
      case 'number':
        return clean({
          tag: 'number',
          minimum: record.minimum === undefined ? undefined : string(record.minimum),
          exclusiveMinimum:
            record.exclusiveMinimum === undefined ? undefined : string(record.exclusiveMinimum),
          maximum: record.maximum === undefined ? undefined : string(record.maximum),
          exclusiveMaximum:
            record.exclusiveMaximum === undefined ? undefined : string(record.exclusiveMaximum),
          multipleOf: record.multipleOf === undefined ? undefined : string(record.multipleOf),
        });
      case 'string':
        return clean({ ...record, pattern: record.pattern === undefined ? undefined : 'expression' });
      case 'array':
        return clean({
          ...record,
          items: record.items === undefined ? undefined : node(record.items),
          uniqueItems: record.uniqueItems || undefined,
          prefixItems: record.prefixItems?.map(node),
        });
      case 'object':
        return clean({
          tag: 'object',
          additional: record.additional === undefined ? undefined : node(record.additional),
          additionalIsSchema: record.additionalIsSchema || undefined,
          minProperties: record.minProperties || undefined,
          maxProperties: record.maxProperties,
          names: record.names === undefined ? undefined : node(record.names),
          properties: record.properties?.map(([name, child]) => [string(name), node(child)]),
          patterns: record.patterns?.map(([, child]) => ['expression', node(child)]),
          required: record.required?.map(string),
        });
      case 'not':
        return ['not', node(record.node)];
      case 'contains':
        return clean({ ...record, node: node(record.node) });
      default:
        return [record.tag, ...record.nodes.map(node)];
    }
  });
  open.delete(id);
  return view;
}

const LISTS = new Set(['words', 'numbers', 'prefixItems', 'properties', 'patterns', 'required']);

/** Without what is undefined, and without empty lists. */
function clean(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).filter(
      ([name, value]) => value !== undefined && !(LISTS.has(name) && (value as unknown[]).length === 0),
    ),
  );
}

/** The texts of a finite union of literals, with single characters read from sets. */
function textsOf(program: ProgramData, id: number): string[] {
  const expr = program.exprs[id]!;
  switch (expr.op) {
    case 'epsilon':
      return [''];
    case 'literal':
      return [expr.text];
    case 'set':
      return expr.ranges.flatMap(([lo, hi]) =>
        Array.from({ length: hi - lo + 1 }, (_, i) => String.fromCodePoint(lo + i)),
      );
    case 'union':
      return expr.parts.flatMap((part) => textsOf(program, part)).sort();
    default:
      throw new Error(`not a union of literals: ${expr.op}`);
  }
}
