import type { BuildBudget } from '../build-budget.js';
import { throwingSink } from '../json-schema/issue-sink.js';
import { lowerJsonSchema } from '../json-schema/json-schema-program.js';
import type { JsonValue } from '../json-schema/json-value.js';
import type { LoweredDocument } from '../json-schema/lower-document.js';
import type { SchemaNode } from '../json-schema/lowering.js';
import type { JsonSchemaOptions } from '../json-schema/types.js';
import type { ProgramBuilder, SchemaRecord } from '../program-builder.js';
import { TypeBits } from '../program-format.js';

/** A JSON Schema in the builder: its root, and what every node of it says. */
export interface InsertedSchema {
  readonly root: number;
  readonly records: ReadonlyMap<number, readonly SchemaRecord[]>;
  /** The texts of the names in the records, by string index. */
  readonly names: ReadonlyMap<number, string>;
}

type ObjectRecord = SchemaRecord & { readonly tag: 'object' };
type ArrayRecord = SchemaRecord & { readonly tag: 'array' };

/**
 * Adds a schema to a builder. With `closed`, undeclared members will be off by the style; then what declares nothing
 * (`true`, `{"type": "object"}`) and what says `additionalProperties: true` is marked as open, so that it stays so.
 */
export function insertSchema(
  builder: ProgramBuilder,
  budget: BuildBudget,
  schema: JsonValue,
  options: JsonSchemaOptions,
  closed: boolean,
): InsertedSchema {
  const records = new Map<number, readonly SchemaRecord[]>();
  const names = new Map<number, string>();
  // Records are kept back until all of them are known.
  const collecting: ProgramBuilder = {
    ...builder,
    string(text) {
      const index = builder.string(text);
      names.set(index, text);
      return index;
    },
    setNode(node, of) {
      builder.step();
      records.set(node, of);
    },
  };
  const document = lowerJsonSchema(schema, options, {
    builder: collecting,
    budget,
    issues: throwingSink,
  }) as LoweredDocument;
  if (closed) openWhatDeclaresNothing(builder, document, records);
  for (const [node, of] of records) builder.setNode(node, of);
  return { root: document.root.id, records, names };
}

function openWhatDeclaresNothing(
  builder: ProgramBuilder,
  document: LoweredDocument,
  records: Map<number, readonly SchemaRecord[]>,
): void {
  let made: number | undefined;
  const any = (): number => {
    if (made === undefined) {
      made = builder.reserveNode();
      records.set(made, [openObject(made), { tag: 'array', items: made }]);
    }
    return made;
  };
  const explicit = new Set(document.nodes.filter(saysAnyMember).map(({ id }) => id));
  for (const [node, of] of [...records]) records.set(node, opened(of, explicit.has(node), any));
}

const openObject = (any: number): ObjectRecord => ({
  tag: 'object',
  additional: any,
  additionalIsSchema: true,
});

function saysAnyMember({ value }: SchemaNode): boolean {
  const said = value.kind === 'object' ? value.members.get('additionalProperties') : undefined;
  return said?.kind === 'boolean' && said.value;
}

const IN_PLACE: ReadonlySet<SchemaRecord['tag']> = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'scalars']);

function opened(
  records: readonly SchemaRecord[],
  saysAny: boolean,
  any: () => number,
): readonly SchemaRecord[] {
  const object = records.find((record): record is ObjectRecord => record.tag === 'object');
  const array = records.find((record): record is ArrayRecord => record.tag === 'array');
  // What is composed in place declares by its parts.
  const composed = records.some(({ tag }) => IN_PLACE.has(tag));
  const types = records.find((record) => record.tag === 'types')?.bits ?? TypeBits.object | TypeBits.array;
  const result: SchemaRecord[] = records.map((record): SchemaRecord => {
    if (record === object && saysAny) return { ...object, additional: any(), additionalIsSchema: true };
    if (record === object && object.additional === undefined && !composed && declaresNothing(object)) {
      return { ...object, additional: any(), additionalIsSchema: true };
    }
    if (record === array && array.items === undefined) return { ...array, items: any() };
    return record;
  });
  if (composed) return result;
  if (object === undefined && (types & TypeBits.object) !== 0) result.push(openObject(any()));
  if (array === undefined && (types & TypeBits.array) !== 0) result.push({ tag: 'array', items: any() });
  return result;
}

function declaresNothing({ properties = [], patterns = [], required = [] }: ObjectRecord): boolean {
  return properties.length === 0 && patterns.length === 0 && required.length === 0;
}
