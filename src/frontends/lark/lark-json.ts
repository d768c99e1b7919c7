import { type ErrorCode, GrammaskError } from '../../errors.js';
import { createBuildBudget } from '../build-budget.js';
import { parseJsonText } from '../json-schema/json-text.js';
import type { JsonValue } from '../json-schema/json-value.js';
import type { JsonStyle } from '../json-schema/types.js';
import type { ProgramBuilder } from '../program-builder.js';
import { regexToExpr } from '../regex/regex-to-expr.js';
import { offsetIn } from './lark-options.js';
import type { LarkSource } from './lark-source.js';

const SEPARATORS = new Map([
  ['item_separator', ','],
  ['key_separator', ':'],
]);

/** White space between the tokens of a JSON text, and none around it: what stands there is for the grammar to say. */
const FLEXIBLE: JsonStyle = { whitespace: 'inside' };

/** The schema behind `%json`, and the style that its `x-guidance` asks for. */
export function embeddedSchema(
  builder: ProgramBuilder,
  source: LarkSource,
  { text, offset }: { readonly text: string; readonly offset: number },
): { schema: string; style: JsonStyle } {
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
  const error = (code: ErrorCode, message: string, hint: string): Error =>
    source.error(code, offset, message, hint);
  const style = guidanceStyle(builder, guidance, error);
  return { schema: text, style };
}

/** What `x-guidance` says about the form of the JSON text. */
function guidanceStyle(
  builder: ProgramBuilder,
  guidance: JsonValue,
  error: (code: ErrorCode, message: string, hint: string) => Error,
): JsonStyle {
  if (guidance.kind !== 'object')
    throw error('SYNTAX', 'x-guidance is an object', 'write "x-guidance": { … }');
  let isFlexible = true;
  let flexible = FLEXIBLE;
  const separators = new Map(SEPARATORS);
  for (const [name, value] of guidance.members) {
    switch (name) {
      case 'whitespace_flexible':
        if (value.kind !== 'boolean')
          throw error('SYNTAX', `${name} is true or false`, 'write true or false');
        isFlexible = value.value;
        break;
      case 'item_separator':
      case 'key_separator':
        if (value.kind !== 'string') throw error('SYNTAX', `${name} is a text`, 'write ", " or ": "');
        separators.set(name, value.value);
        break;
      case 'whitespace_pattern': {
        if (value.kind !== 'string') throw error('SYNTAX', `${name} is a text`, 'write "[ \\t\\r\\n]{0,20}"');
        const style = patternStyle(builder, value.value);
        if (style === undefined) {
          const hint = 'white space can be bounded, as "[ \\t\\r\\n]{0,20}", or free';
          throw error('UNSUPPORTED', `x-guidance.${name} of another form cannot be enforced`, hint);
        }
        flexible = style;
        break;
      }
      case 'coerce_one_of':
      case 'lenient':
      case 'json_allow_general_unicode_escapes':
        // They loosen or tighten what cannot be enforced there; here oneOf and every escape are exact.
        break;
      case 'json_allowed_escapes': {
        const hint =
          'leave it out: each spelling of a text of the schema is allowed, also with other escapes';
        throw error('UNSUPPORTED', `x-guidance.${name} cannot be enforced`, hint);
      }
      default: {
        const hint = 'leave it out';
        throw error('UNSUPPORTED', `x-guidance.${name} cannot be enforced`, hint);
      }
    }
  }
  const written = `${separators.get('item_separator')}|${separators.get('key_separator')}`;
  if (isFlexible && written === ',|:') return flexible;
  if (!isFlexible && written === ',|:') return { whitespace: 'compact' };
  if (!isFlexible && written === ', |: ') return { whitespace: 'spaced' };
  const hint = 'set whitespace_flexible to false, with the separators "," and ":" or ", " and ": "';
  throw error('UNSUPPORTED', 'these separators of x-guidance cannot be enforced', hint);
}

/** Bounds that a pattern is compared with. */
const MOST_SPACE = 200;

/** What a pattern of white space says: any number of its four characters, or so many at most. */
function patternStyle(builder: ProgramBuilder, pattern: string): JsonStyle | undefined {
  let expr: number;
  try {
    expr = regexToExpr(builder, pattern, { mode: 'full', dialect: 'rust' });
  } catch (error) {
    if (!GrammaskError.isInstance(error) || !['SYNTAX', 'UNSUPPORTED'].includes(error.code)) throw error;
    return undefined;
  }
  // Equal expressions have one number.
  const space = builder.charSet([
    [9, 10],
    [13, 13],
    [32, 32],
  ]);
  if (expr === builder.repeat(space, 0)) return FLEXIBLE;
  for (let atMost = 1; atMost <= MOST_SPACE; atMost++) {
    if (expr === builder.repeat(space, 0, atMost)) return { whitespace: { atMost } };
  }
  return undefined;
}
