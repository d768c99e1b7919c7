// Random, mutated and hostile schemas: each is a Grammar or a GrammaskError within the limits. A grammar is walked through
// masks of 300 tokens: mask and accept agree, there is no dead end, and each finished text is valid for another validator.
import { createContext, runInContext } from 'node:vm';
import {
  Compiler,
  Grammar,
  GrammaskError,
  generationStyle,
  type JsonSchemaOptions,
} from '../../src/index.js';
import { hasOnlyPlainNumbers, jsonValidator } from '../corpus/json-validator.js';
import { randomPattern } from '../differential/random-regex.js';
import { randomSchema } from '../differential/random-schema.js';
import { smallTestVocabulary } from '../differential/test-vocabulary.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { mutateJson, mutateText } from './mutate.js';
import { Finding, runFuzz } from './run-fuzz.js';
import { checkFinished, isLimit, randomWalk, timed, WalkError, type Walked } from './walk.js';

const vocabulary = smallTestVocabulary();
const compiler = new Compiler(vocabulary.engine, { cacheBytes: 32 << 20 });
const names = [
  'type',
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'exclusiveMaximum',
  'anyOf',
  'allOf',
  '$ref',
  '$defs',
  'not',
  'format',
  'a',
  'kind',
  'string',
  'integer',
];
const pieces = [
  ...names.map((name) => `"${name}"`),
  ...'{}[],:"-0\\',
  '{}',
  'true',
  'false',
  '1e999999999999',
  '0.1',
  '"#/$defs/d0"',
  '"#"',
  '\\ud800',
  '"__proto__":{}',
];
const refusals = new Set(['SYNTAX', 'SCHEMA', 'UNSUPPORTED', 'STYLE_EMPTY', 'DEADLINE', 'MEMORY']);
const limits = { timeoutMs: 1000, memoryBytes: 128 << 20 };

/** Schemas that are big, deep or counted beyond measure. */
function hostileSchema(random: SeededRandom): string {
  const count = random.pick([20, 200, 3000]);
  const many = (make: (index: number) => string): string =>
    Array.from({ length: count }, (_, i) => make(i)).join();
  const nested = (open: string, inner: string, close: string): string =>
    open.repeat(count) + inner + close.repeat(count);
  const big = random.pick(['4294967295', '4294967296', '9007199254740993', '1e9', '1e30', '65536']);
  switch (random.below(16)) {
    case 0:
      return nested('{"items":', '{"type":"string"}', '}');
    case 1:
      return nested('{"anyOf":[{"type":"array","items":', 'false', '},{"type":"null"}]}');
    case 2:
      return nested('{"allOf":[', randomSchema(random), ']}');
    case 3:
      return `{"type":"string","minLength":${big},"maxLength":${big}}`;
    case 4:
      return `{"type":"array","minItems":${big},"items":${random.chance(0.5) ? 'true' : '{"const":1}'}}`;
    case 5:
      return `{"enum":[${many((i) => JSON.stringify({ id: i, name: `n${i % 7}` }))}]}`;
    case 6:
      return `{"anyOf":[${many((i) => `{"minimum":${i},"maximum":${i * 3}}`)}]}`;
    case 7:
      return `{"allOf":[${many((i) => `{"anyOf":[{"required":["p${i % 40}"]},{"properties":{"p${i % 41}":{"minimum":${i}}}}]}`)}]}`;
    case 8:
      return `{"type":"object","properties":{${many((i) => `"p${i}":{"type":"integer"}`)}},"required":[${many((i) => `"p${i}"`)}],"additionalProperties":false}`;
    case 9:
      return `{"pattern":${JSON.stringify(`${random.pick(['', '^'])}(${randomPattern(random).replace(/[$^]/g, '')}){${random.pick([9, 99, 999])},${random.pick([999, 5000])}}${random.pick(['', '$'])}`)}}`;
    case 10:
      return `{"pattern":"a.{${count}}$","minLength":${count}}`;
    case 11:
      return `{"allOf":[${Array.from({ length: 12 }, () => `{"pattern":${JSON.stringify(randomPattern(random))}}`).join()}]}`;
    case 12:
      return `{"$ref":"#/$defs/d0","$defs":{${many((i) => `"d${i}":{"type":"array","items":{"$ref":"#/$defs/d${(i * 7 + 1) % count}"},"minItems":${i % 2}}`)}}}`;
    case 13:
      return `{"minimum":1e-${count}0,"maximum":${'9'.repeat(count)}.${'1'.repeat(count)}}`;
    case 14:
      return `{"$ref":"#/$defs/a","$defs":{"a":{"type":"object","properties":{"l":{"$ref":"#/$defs/a"},"r":{"$ref":"#/$defs/a"}},"required":["l","r"]}}}`;
    default:
      return `{"properties":{"a":${nested('{"allOf":[{"properties":{"b":true}},', 'true', ']}')}},"maximum":-${big}}`;
  }
}

function randomSource(random: SeededRandom): { kind: string; text: string } {
  const choice = random.below(10);
  if (choice < 4) return { kind: 'random', text: randomSchema(random) };
  if (choice < 7)
    return {
      kind: 'mutated',
      text: JSON.stringify(mutateJson(JSON.parse(randomSchema(random)), random, names)),
    };
  if (choice < 9) return { kind: 'text', text: mutateText(randomSchema(random), random, pieces) };
  return { kind: 'hostile', text: hostileSchema(random) };
}

function oneCase(random: SeededRandom): string {
  const { kind, text } = randomSource(random);
  const style = random.pick([undefined, undefined, generationStyle, { keyOrder: 'schema' } as const]);
  const options: JsonSchemaOptions = {
    formats: 'annotate',
    limits,
    ...(style === undefined ? {} : { style }),
  };
  const input = `${text}\nstyle ${JSON.stringify(style)}`;
  try {
    const outcome = checkSchema(text, options, random);
    return `${kind} ${outcome}`;
  } catch (error) {
    if (error instanceof Finding) throw error;
    throw new Finding(error instanceof WalkError ? error.message : 'an unexpected error', input, error);
  }
}

function checkSchema(text: string, options: JsonSchemaOptions, random: SeededRandom): string {
  let grammar: Grammar;
  try {
    grammar = timed('reading', () => Grammar.jsonSchema(text, options));
  } catch (error) {
    if (!GrammaskError.isInstance(error) || !refusals.has(error.code)) throw error;
    const placed = error.location !== undefined || ['STYLE_EMPTY', 'DEADLINE', 'MEMORY'].includes(error.code);
    if (!placed) throw new WalkError(`${error.code} without a place`, { cause: error });
    return 'refused';
  }
  try {
    using compiled = timed('compile', () => compiler.compileSync(grammar, limits));
    if (!compiled.satisfiable) return 'empty';
    // The validator takes minutes to read a schema of thousands of parts.
    const isReadable = text.length < 20_000 && hasOnlyPlainNumbers(text);
    const validate = isReadable ? jsonValidator(text) : undefined;
    for (let walk = 0; walk < 2; walk++) {
      const walked = randomWalk(compiled, vocabulary, random, { length: 30, timeMs: 3000 });
      if (walked === null) return 'at a limit';
      checkFinished(grammar, walked);
      checkValid(walked, validate);
    }
    return 'walked';
  } catch (error) {
    if (!isLimit(error)) throw error;
    return 'at a limit';
  }
}

function checkValid(walked: Walked, validate: ((text: string) => boolean) | undefined): void {
  const text = walked.text.toString();
  if (!Buffer.from(text).equals(walked.text)) throw new WalkError('a finished text is no UTF-8');
  JSON.parse(text);
  if (validate === undefined || !hasOnlyPlainNumbers(text)) return;
  if (!isValid(validate, text))
    throw new WalkError(`the finished text ${text.slice(0, 500)} does not fit the schema`);
}

const sandbox = createContext({ validate: () => true, text: '' });

/** True also where the validator's patterns backtrack for too long. */
function isValid(validate: (text: string) => boolean, text: string): boolean {
  try {
    return runInContext('validate(text)', Object.assign(sandbox, { validate, text }), {
      timeout: 2000,
    }) as boolean;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return true;
    throw error;
  }
}

runFuzz('schema', oneCase);
