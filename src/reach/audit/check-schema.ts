// Whether a value from somebody else has the form that a schema of the package gives, and in words where not.
import { readFileSync } from 'node:fs';
import { describe } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';

/** What is wrong with a value, and where in it. */
export interface Fault {
  readonly path: readonly (string | number)[];
  /** The key at which it is wrong, of the object at `path`. */
  readonly key?: string | undefined;
  readonly message: string;
  readonly hint?: string | undefined;
}

type SchemaName = 'reach-audit' | 'reach-report';

interface SchemaFile {
  readonly $id: string;
  readonly oneOf?: readonly { readonly $ref: string }[];
}

interface AjvError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string | undefined;
  readonly parentSchema?:
    | { readonly description?: unknown; readonly properties?: unknown; readonly required?: unknown }
    | undefined;
}

/**
 * The first fault of a value; undefined where it fits.
 *
 * @throws GrammaskError `UNSUPPORTED` where ajv is not installed
 */
export async function faultOf(name: SchemaName, value: unknown): Promise<Fault | undefined> {
  const validate = (await validatorsOf(name))(value);
  if (validate(value)) return undefined;
  // Of a choice between forms the last error tells the most: that none fits.
  const error = (validate.errors ?? []).at(-1) as AjvError | undefined;
  return error === undefined ? { path: [], message: 'it has another form' } : inWords(error, value);
}

type Validate = ((value: unknown) => boolean) & { errors?: unknown[] | null };

// Schemas are compiled once.
const validators = new Map<SchemaName, Promise<(value: unknown) => Validate>>();

function validatorsOf(name: SchemaName): Promise<(value: unknown) => Validate> {
  const known = validators.get(name) ?? compile(name);
  validators.set(name, known);
  return known;
}

/** Of the kind that it says it is, a report is told what is wrong with it. */
async function compile(name: SchemaName): Promise<(value: unknown) => Validate> {
  const { Ajv2020 } = await import('ajv/dist/2020.js').catch((cause: unknown) => {
    throw new GrammaskError(
      'UNSUPPORTED',
      'audits and reports are checked with the package ajv, which is not installed',
      {
        hint: 'npm install ajv',
        cause,
      },
    );
  });
  const file = new URL(`../../../schemas/${name}.schema.json`, import.meta.url);
  const schema = JSON.parse(readFileSync(file, 'utf8')) as SchemaFile;
  const ajv = new Ajv2020({ strict: false, verbose: true, logger: false });
  ajv.addSchema(schema);
  return (value) => {
    const kind = (value as { kind?: unknown } | null)?.kind;
    const own = `#/$defs/${String(kind)}`;
    const id = schema.oneOf?.some(({ $ref }) => $ref === own) === true ? schema.$id + own : schema.$id;
    return ajv.getSchema(id) as Validate;
  };
}

function inWords({ instancePath, keyword, params, message, parentSchema }: AjvError, value: unknown): Fault {
  const path = pathOf(instancePath, value);
  const description = parentSchema?.description;
  const hint = typeof description === 'string' ? description : undefined;
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const known = Object.keys((parentSchema?.properties ?? {}) as object);
      return {
        path,
        key,
        message: `there is no member ${JSON.stringify(key)} here`,
        hint: `the members are ${known.join(', ')}`,
      };
    }
    case 'required':
      return { path, message: `the member ${JSON.stringify(params.missingProperty)} is missing`, hint };
    case 'oneOf':
      if (path.length === 2 && path[0] === 'templates')
        return { path, message: 'expected either prompt or messages' };
      return { path, message: 'this has none of the forms that it can have', hint };
    case 'not':
      return { path, message: 'characters and tokens do not go together' };
    case 'if':
    case 'false schema':
      return { path, message: 'a rule flip has no atMost, and a rule share needs it and has no to' };
    case 'enum':
      return { path, message: `expected one of ${(params.allowedValues as unknown[]).join(', ')}`, hint };
    case 'const':
      return { path, message: `expected ${JSON.stringify(params.allowedValue)}`, hint };
    case 'type':
      return { path, message: typeWords(params.type, at(value, path), parentSchema), hint };
    default:
      return { path, message: `this ${message ?? 'has another form'}`, hint };
  }
}

const kinds: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  integer: 'a whole number',
  null: 'null',
};

/** What a value of another type should be; of an object also with what. */
function typeWords(type: unknown, received: unknown, schema: AjvError['parentSchema']): string {
  const names = [type].flat().map((name) => kinds[String(name)] ?? `a ${name}`);
  const needed = type === 'object' && Array.isArray(schema?.required) ? schema.required : [];
  const members = needed.length === 0 ? '' : ` with ${needed.join(' and ')}`;
  const here =
    received === null || received === undefined ? 'there is nothing here' : `this is ${describe(received)}`;
  return `expected ${names.join(' or ')}${members}, and ${here}`;
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, part) => (inner as Record<string | number, unknown>)[part], value);
}

/** A JSON pointer as names and indexes. */
function pathOf(pointer: string, value: unknown): (string | number)[] {
  let at = value;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const key = Array.isArray(at) ? Number(name) : name;
      at = (at as Record<string | number, unknown>)[key];
      return key;
    });
}
