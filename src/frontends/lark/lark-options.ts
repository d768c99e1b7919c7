import { GrammaskError } from '../../errors.js';
import { createBuildBudget } from '../build-budget.js';
import { parseJsonText } from '../json-schema/json-text.js';
import type { JsonValue } from '../json-schema/json-value.js';
import type { ProgramBuilder } from '../program-builder.js';
import type { LarkToken } from './lark-lexer.js';
import type { LarkReader } from './lark-reader.js';
import type { LarkOptions } from './lark-tree.js';

type JsonToken = LarkToken & { readonly text: string; readonly textOffset: number };

/** The JSON text behind a directive; `SYNTAX` at its place in the grammar. */
export function parseEmbeddedJson(builder: ProgramBuilder, reader: LarkReader, token: JsonToken): JsonValue {
  try {
    builder.step();
    return parseJsonText(token.text, createBuildBudget());
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.code !== 'SYNTAX') throw error;
    const offset = token.textOffset + offsetIn(token.text, error.location);
    return reader.fail(
      'SYNTAX',
      offset,
      error.message.replace(/^the schema is/, `the text of ${token.kind} is`),
    );
  }
}

/** The offset of a line and column. */
export function offsetIn(text: string, location: GrammaskError['location']): number {
  if (location === undefined || !('line' in location)) return 0;
  let offset = 0;
  for (let line = 1; line < location.line; line++) offset = text.indexOf('\n', offset) + 1;
  return (
    offset +
    Array.from(text.slice(offset))
      .slice(0, location.column - 1)
      .join('').length
  );
}

/** The options so far, and those of another directive. */
export function readGrammarOptions(
  builder: ProgramBuilder,
  reader: LarkReader,
  token: JsonToken,
  before: LarkOptions,
): LarkOptions {
  const value = parseEmbeddedJson(builder, reader, token);
  const fail = (message: string, hint: string): never =>
    reader.fail('SYNTAX', token.textOffset, message, hint);
  if (value.kind !== 'object') {
    return fail(`the options of a grammar are an object`, `write ${token.kind} { "ignore_once": true }`);
  }
  const options = { ...before };
  for (const [name, member] of value.members) {
    if (name === 'skip_repetition') {
      const word = member.kind === 'string' ? member.value : undefined;
      if (word !== 'once' && word !== 'many') {
        fail('skip_repetition is "once" or "many"', 'write "skip_repetition": "once"');
      }
      options.ignoreOnce = word === 'once';
      continue;
    }
    if (!['no_forcing', 'allow_invalid_utf8', 'allow_initial_skip', 'ignore_once'].includes(name)) {
      fail(
        `a grammar has no option ${JSON.stringify(name)}`,
        'the options are allow_initial_skip, allow_invalid_utf8, ignore_once, skip_repetition, no_forcing',
      );
    }
    if (member.kind !== 'boolean') return fail(`the option ${name} is true or false`, 'write true or false');
    if (name === 'allow_initial_skip') options.allowInitialSkip = member.value;
    if (name === 'ignore_once') options.ignoreOnce = member.value;
    if (name === 'allow_invalid_utf8') {
      options.allowInvalidUtf8 = member.value;
      options.allowInvalidUtf8At = token.textOffset;
    }
    if (name === 'no_forcing') options.noForcing = member.value;
  }
  return options;
}
