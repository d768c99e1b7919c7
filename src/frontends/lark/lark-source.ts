import type { ErrorCode, GrammaskError } from '../../errors.js';
import { sourceError } from '../source-location.js';

/** The text of a grammar, for errors at its places. */
export interface LarkSource {
  readonly text: string;
  /** Added to offsets where they stand beside those of other sources. */
  readonly base: number;
  error(code: ErrorCode, offset: number, message: string, hint?: string): GrammaskError;
}

/** Sources side by side: a number stands for a place in one of them. */
export function createSources(): {
  add(text: string, name?: string): LarkSource;
  errorAt(place: number, code: ErrorCode, message: string, hint?: string): GrammaskError;
} {
  const sources: LarkSource[] = [];
  let end = 0;
  return {
    add(text, name) {
      const prefix = name === undefined ? '' : `grammar ${name}: `;
      const source: LarkSource = {
        text,
        base: end,
        error: (code, offset, message, hint) => sourceError(code, text, offset, prefix + message, hint),
      };
      end += text.length + 1;
      sources.push(source);
      return source;
    },
    errorAt(place, code, message, hint) {
      const source = sources.findLast(({ base }) => base <= place) as LarkSource;
      return source.error(code, place - source.base, message, hint);
    },
  };
}
