import type * as TypeScript from 'typescript';
import type { TypeScriptApi } from './load-typescript.js';

/** Numbers as JSON and JavaScript write them. TypeScript's own `${number}` takes more, as ` 1 ` and `0x1`. */
export const NUMBER_TEXT = '-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?';
const INTEGER_TEXT = '-?(?:0|[1-9][0-9]*)';
const ANY_TEXT = '[^]*';

/** The pattern of the texts of a template literal type, for the whole text; undefined for a part that has none. */
export function templatePattern(ts: TypeScriptApi, type: TypeScript.TemplateLiteralType): string | undefined {
  let pattern = escapePattern(type.texts[0] as string);
  for (let index = 0; index < type.types.length; index++) {
    const { flags } = type.types[index] as TypeScript.Type;
    if (flags & (ts.TypeFlags.String | ts.TypeFlags.Any)) pattern += ANY_TEXT;
    else if (flags & ts.TypeFlags.Number) pattern += NUMBER_TEXT;
    else if (flags & ts.TypeFlags.BigInt) pattern += INTEGER_TEXT;
    else return undefined;
    pattern += escapePattern(type.texts[index + 1] as string);
  }
  return `^${pattern}$`;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
