import { type ErrorCode, GrammaskError } from '../../errors.js';
import { createBuildBudget } from '../build-budget.js';
import { parseJsonText } from '../json-schema/json-text.js';
import type { JsonValue } from '../json-schema/json-value.js';
import type { ProgramBuilder } from '../program-builder.js';
import { ESCAPE_LETTERS, EscapeBits, type SchemaStyle } from '../program-format.js';
import { regexToExpr } from '../regex/regex-to-expr.js';
import { nearestName } from '../rules/nearest-name.js';
import { offsetIn } from './lark-options.js';
import type { LarkSource } from './lark-source.js';

/** White space between the tokens of a JSON text, and none around it: what stands there is for the grammar to say. */
const FLEXIBLE: SchemaStyle = { whitespace: 'inside' };

type MakeError = (code: ErrorCode, message: string, hint?: string) => Error;

/** The schema behind `%json`, and the style that its `x-guidance` asks for. */
export function embeddedSchema(
  builder: ProgramBuilder,
  source: LarkSource,
  { text, offset }: { readonly text: string; readonly offset: number },
): { schema: string; style: SchemaStyle } {
  builder.step();
  let value: JsonValue;
  try {
    value = parseJsonText(text, createBuildBudget());
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.code !== 'SYNTAX') throw error;
    const message = error.message.replace(/^the schema is/, 'the text of %json is');
    throw source.error('SYNTAX', offset + offsetIn(text, error.location), message);
  }
  const guidance = value.kind === 'object' ? value.members.get('x-guidance') : undefined;
  if (guidance === undefined) return { schema: text, style: FLEXIBLE };
  const error: MakeError = (code, message, hint) => source.error(code, offset, message, hint);
  const style = guidanceStyle(builder, guidance, error);
  return { schema: text, style };
}

/** What `x-guidance` says about the form of the JSON text. */
function guidanceStyle(builder: ProgramBuilder, guidance: JsonValue, error: MakeError): SchemaStyle {
  if (guidance.kind !== 'object')
    throw error('SYNTAX', 'x-guidance is an object', 'write "x-guidance": { … }');
  const texts = new Map<string, string>();
  const flags = new Map<string, boolean>();
  for (const [name, value] of guidance.members) {
    const hint = HINTS.get(name);
    if (hint !== undefined) {
      // Those that are left out by default may be null.
      if (value.kind === 'null' && NULLABLE.has(name)) continue;
      if (value.kind !== 'string') throw error('SYNTAX', `x-guidance.${name} is a text`, `write ${hint}`);
      texts.set(name, value.value);
    } else if (FLAGS.has(name)) {
      if (value.kind !== 'boolean')
        throw error('SYNTAX', `x-guidance.${name} is true or false`, 'write true or false');
      flags.set(name, value.value);
    } else {
      const near = nearestName(name, [...HINTS.keys(), ...FLAGS]);
      const hint = near === undefined ? 'leave it out' : `did you mean ${near}?`;
      throw error('UNSUPPORTED', `x-guidance.${name} cannot be enforced`, hint);
    }
  }
  const escapes = texts.get('json_allowed_escapes');
  const general = flags.get('json_allow_general_unicode_escapes') ?? false;
  return {
    whitespace: whitespaceOf(builder, texts, flags.get('whitespace_flexible') ?? true, error),
    ...(escapes !== undefined && { spelling: { escapes: escapeBits(escapes, general, error) } }),
  };
}

/** The options that are texts, with examples. */
const HINTS = new Map([
  ['item_separator', '", "'],
  ['key_separator', '": "'],
  ['whitespace_pattern', String.raw`"[ \\t\\r\\n]{0,20}"`],
  ['json_allowed_escapes', String.raw`"nrbtf\\\"u"`],
]);
const NULLABLE = new Set(['whitespace_pattern', 'json_allowed_escapes']);
/**
 * `coerce_one_of` and `lenient` loosen what cannot be enforced there: here `oneOf` is exact. Without a list of escapes
 * each of them is allowed here, also `\u` of any character.
 */
const FLAGS = new Set([
  'whitespace_flexible',
  'coerce_one_of',
  'lenient',
  'json_allow_general_unicode_escapes',
]);

/** Bounds that a pattern of white space is compared with: others are gaps like any. */
const MOST_SPACE = 200;

/** White space may stand once in each gap, on either side of a separator; both are patterns. */
function whitespaceOf(
  builder: ProgramBuilder,
  texts: ReadonlyMap<string, string>,
  isFlexible: boolean,
  error: MakeError,
): SchemaStyle['whitespace'] {
  const read = (name: string, otherwise: string): number => {
    const pattern = texts.get(name) ?? otherwise;
    try {
      return regexToExpr(builder, pattern, { mode: 'full', dialect: 'rust' });
    } catch (cause) {
      if (!GrammaskError.isInstance(cause) || !['SYNTAX', 'UNSUPPORTED'].includes(cause.code)) throw cause;
      throw error(cause.code, `x-guidance.${name}: ${cause.message}`, cause.hint);
    }
  };
  const space = read('whitespace_pattern', isFlexible ? '[ \\t\\r\\n]*' : '');
  const item = read('item_separator', ',');
  const key = read('key_separator', ':');
  // Equal expressions have one number.
  if (item === builder.literal(',') && key === builder.literal(':')) {
    const known = knownSpace(builder, space);
    if (known !== undefined) return known;
  }
  const pad = builder.repeat(space, 0, 1);
  if (pad === builder.epsilon() && item === builder.literal(', ') && key === builder.literal(': '))
    return 'spaced';
  const around = (separator: number): number => builder.concat([pad, separator, pad]);
  return { pad, item: around(item), key: around(key) };
}

/** White space that has a style of its own: none, JSON's, or so much of that at most. */
function knownSpace(builder: ProgramBuilder, space: number): SchemaStyle['whitespace'] {
  if (space === builder.epsilon() || space === builder.empty()) return 'compact';
  const one = builder.charSet([
    [9, 10],
    [13, 13],
    [32, 32],
  ]);
  for (const least of [0, 1]) {
    if (space === builder.repeat(one, least)) return 'inside';
    for (let atMost = 1; atMost <= MOST_SPACE; atMost++) {
      if (space === builder.repeat(one, least, atMost)) return { atMost };
    }
  }
  return undefined;
}

/** The list of letters that may stand behind a backslash. `general`: `\u` of any character, not only of controls. */
function escapeBits(list: string, general: boolean, error: MakeError): number {
  let bits = 0;
  for (const letter of list) {
    const bit = letter === '/' ? -1 : ESCAPE_LETTERS.indexOf(letter);
    if (letter === 'u') bits |= general ? EscapeBits.hexOfAll : EscapeBits.hexOfControls;
    else if (bit >= 0) bits |= 1 << bit;
    else {
      const hint = 'list some of n r b t f \\ " u';
      throw error('SYNTAX', `x-guidance.json_allowed_escapes has ${JSON.stringify(letter)}`, hint);
    }
  }
  return bits;
}
