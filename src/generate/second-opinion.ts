// `verify: 'ajv'`. ajv shares nothing with the engine, so that where the two differ, one of them is wrong. It is no part of
// the package: whoever asks for it installs it. It compiles schemas to functions and searches with the patterns of V8,
// without a bound of time.
import { GrammaskError } from '../errors.js';
import type { SchemaRequest } from './constraint.js';

/** @throws GrammaskError `VERIFY` for a value that is found wrong */
export type SecondOpinion = (value: unknown) => void;

interface Validate {
  (value: unknown): boolean | Promise<unknown>;
  errors?: readonly { instancePath?: string; message?: string }[] | null | undefined;
}

interface Ajv {
  compile(schema: object | boolean): Validate;
  compileAsync(schema: object): Promise<Validate>;
}

type AjvClass = new (options: object) => Ajv;

const modules = {
  '2020-12': () => import('ajv/dist/2020.js').then((ajv) => ajv.Ajv2020),
  '2019-09': () => import('ajv/dist/2019.js').then((ajv) => ajv.Ajv2019),
  '7': () => import('ajv').then((ajv) => ajv.Ajv),
  '6': () => import('ajv').then((ajv) => ajv.Ajv),
};

/**
 * Lets ajv read the JSON Schema.
 *
 * @throws GrammaskError `ARGUMENT` where ajv is not installed, `UNSUPPORTED` where it cannot read the schema
 */
export async function openSecondOpinion({ jsonSchema, options }: SchemaRequest): Promise<SecondOpinion> {
  const { resolve, formats } = options;
  let validate: Validate;
  try {
    const schema = typeof jsonSchema === 'string' ? JSON.parse(jsonSchema) : jsonSchema;
    const Ajv = await ajvFor(draftOf(schema, options.draft));
    const ajv = new Ajv({
      strict: false,
      logger: false,
      // The front end has checked it.
      validateSchema: false,
      // 0.3 is a multiple of 0.1, whatever doubles make of it.
      multipleOfPrecision: 9,
      validateFormats: formats !== 'annotate',
      loadSchema: async (uri: string) => resolve?.(uri),
    });
    if (formats !== 'annotate') await addFormats(ajv);
    validate =
      resolve === undefined || typeof schema === 'boolean'
        ? ajv.compile(schema)
        : await ajv.compileAsync(schema);
  } catch (cause) {
    if (GrammaskError.isInstance(cause)) throw cause;
    throw new GrammaskError('UNSUPPORTED', `ajv cannot read the schema: ${messageOf(cause)}`, {
      hint: 'leave `verify` out for this schema',
      location: { pointer: '', keyword: '' },
      cause,
    });
  }
  return (value) => {
    let isValid: unknown;
    try {
      isValid = validate(value);
    } catch (cause) {
      throw differs(`ajv threw: ${messageOf(cause)}`, { value, error: cause });
    }
    if (isValid === true) return;
    const errors = validate.errors ?? [];
    const [first] = errors;
    const why = first === undefined ? '' : `: ${first.instancePath ?? ''} ${first.message ?? ''}`;
    throw differs(`ajv finds the value wrong${why}`, { value, errors });
  };
}

function differs(why: string, cause: object): GrammaskError {
  return new GrammaskError('VERIFY', `the second opinion differs: ${why}`, {
    hint: 'one of the two is wrong about the schema; docs/generation.md lists where it is ajv',
    cause,
  });
}

type Draft = keyof typeof modules | '4';

function draftOf(schema: unknown, given: string | undefined): Draft {
  const uri = typeof schema === 'object' && schema !== null && '$schema' in schema ? schema.$schema : '';
  const named = /\/draft[/-](2020-12|2019-09|0[467])\//.exec(String(uri))?.[1];
  return (named?.replace(/^0/, '') ?? given ?? '2020-12') as Draft;
}

async function ajvFor(draft: Draft): Promise<AjvClass> {
  if (draft === '4') {
    throw new GrammaskError('UNSUPPORTED', 'ajv does not know draft 4', {
      hint: 'leave `verify` out for this schema',
    });
  }
  try {
    return (await modules[draft]()) as unknown as AjvClass;
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', "verify: 'ajv' needs the package ajv, which is not installed", {
      hint: 'npm install ajv ajv-formats',
      cause,
    });
  }
}

/** Formats are judged where ajv-formats is installed too. */
async function addFormats(ajv: Ajv): Promise<void> {
  const found = await import('ajv-formats').catch(() => undefined);
  if (found === undefined) return;
  const { default: exported } = found;
  const add = (typeof exported === 'function' ? exported : exported.default) as unknown as (ajv: Ajv) => void;
  add(ajv);
}

function messageOf(error: unknown): string {
  return (error as Error)?.message ?? String(error);
}
