import { Ajv2020 } from 'ajv/dist/2020.js';

/** Whether a JSON text fits a schema, by a validator that has nothing to do with the engine. */
export type JsonValidator = (text: string) => boolean;

/**
 * Draft 2020-12, formats off. Undefined where the validator cannot read the schema (a reference that leads nowhere, a
 * pattern that is none).
 */
export function jsonValidator(schema: string): JsonValidator | undefined {
  const value = JSON.parse(schema) as unknown;
  if (typeof value === 'object' && value !== null && '$async' in value) delete value.$async;
  // Without the flag `u` only: escapes such as `\'`.
  return compiled(value, true) ?? compiled(value, false);
}

function compiled(schema: unknown, unicodeRegExp: boolean): JsonValidator | undefined {
  // One instance each: a schema with `$id` would stay in it.
  const ajv = new Ajv2020({
    meta: false,
    validateSchema: false,
    strict: false,
    validateFormats: false,
    ownProperties: true,
    unicodeRegExp,
    logger: false,
  });
  // The name of `$id` in old dialects: an error there, no keyword at all here.
  ajv.removeKeyword('id');
  try {
    const validate = ajv.compile(schema as object);
    return (text) => validate(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const STRING = /"(?:[^"\\]|\\.)*"/gs;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/** Whether every number of a text keeps its value as a double: the engine counts exactly, the validator does not. */
export function hasOnlyPlainNumbers(text: string): boolean {
  return (text.replace(STRING, '').match(NUMBER) ?? []).every((number) => {
    const [digits = '', exponent = '0'] = number.toLowerCase().split('e');
    const significant = digits.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
    return significant.length <= 15 && Math.abs(Number(exponent)) <= 200 && digits.length <= 60;
  });
}
