import { GrammaskError } from '../errors.js';
import { locate } from '../frontends/source-location.js';

/** A JSON object whose members are read by `member` alone, so that a prototype never answers. */
export type JsonObject = { readonly [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own member, `undefined` where the value is no object or has none of that name. */
export function member(value: unknown, key: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A member that is a string, else `undefined`. */
export function stringMember(value: unknown, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === 'string' ? found : undefined;
}

/** Parses JSON text. Throws `VOCABULARY` that names the file. */
export function parseJson(text: string, file: string, path?: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (cause) {
    throw new GrammaskError('VOCABULARY', `${file} is not JSON: ${(cause as Error).message}`, {
      hint: 'the file may be cut off: compare its size with the original, and fetch it again',
      location: path === undefined ? locate(text, placeOf(cause, text)) : { path },
      cause,
    });
  }
}

/** Where JSON.parse stopped; the end of the text where it does not say. */
function placeOf(error: unknown, text: string): number {
  const position = /at position (\d+)/.exec((error as Error).message)?.[1];
  return position === undefined ? text.length : Number(position) + (text.startsWith('\uFEFF') ? 1 : 0);
}
