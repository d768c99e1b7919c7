import { TypeBits } from '../program-format.js';
import { canonicalDecimal } from './decimal.js';
import { quoteShort } from './json-text.js';
import type { JsonValue } from './json-value.js';
import { type Lowering, type SchemaObject, warn } from './lowering.js';

const NUMBERS = TypeBits.number | TypeBits.integer | TypeBits.plainInteger;

/** The bits of the types that a value has. */
export function typesOfValue(value: JsonValue): number {
  switch (value.kind) {
    case 'number': {
      const decimal = canonicalDecimal(value.text);
      if (decimal?.includes('e-')) return TypeBits.number;
      return /[.eE]/.test(value.text) ? TypeBits.number | TypeBits.integer : NUMBERS;
    }
    default:
      return TypeBits[value.kind];
  }
}

/** Warns of values of `enum` or `const` that the schema's own `type` excludes. */
export function warnWrongTypes(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  values: readonly JsonValue[],
): void {
  if (!lowering.issues.takesNotes) return;
  const wrong = values.filter((value) => (typesOfValue(value) & schema.types) === 0);
  const [first] = wrong;
  if (first === undefined) return;
  const message =
    wrong.length === values.length
      ? `no value satisfies both \`type\` and \`${keyword}\``
      : `${describe(first)} in \`${keyword}\` is not of the schema's \`type\``;
  warn(lowering, schema, keyword, message);
}

function describe(value: JsonValue): string {
  switch (value.kind) {
    case 'string':
      return quoteShort(value.value);
    case 'number':
      return value.text.length > 40 ? `${value.text.slice(0, 40)}…` : value.text;
    case 'null':
      return 'null';
    case 'boolean':
      return String(value.value);
    default:
      return `an ${value.kind}`;
  }
}
