import { expected, illFormedAt } from './arguments.js';
import type { NativePiece } from './binding.js';

/**
 * A text, as a string or as UTF-8, or pieces of text and tokens in their order. A token is an id, or the name of a
 * special token. A string of ill-formed UTF-16 is not in any language.
 */
export type Input =
  | string
  | Uint8Array
  | readonly (string | Uint8Array | { readonly token: number | string })[];

export interface ReadInput {
  readonly pieces: readonly NativePiece[];
  /** All pieces, or only those before the first ill-formed place of a string. */
  readonly complete: boolean;
}

const encoder = new TextEncoder();

/** The pieces of an input. `ARGUMENT` for what is none. */
export function readInput(input: Input): ReadInput {
  const list: readonly unknown[] = Array.isArray(input) ? input : [input];
  const pieces: NativePiece[] = [];
  for (const piece of list) {
    if (typeof piece === 'string') {
      const end = illFormedAt(piece);
      pieces.push(encoder.encode(end < 0 ? piece : piece.slice(0, end)));
      if (end >= 0) return { pieces, complete: false };
    } else if (piece instanceof Uint8Array) {
      pieces.push(piece);
    } else if (isToken(piece)) {
      pieces.push({ token: piece.token });
    } else {
      throw expected('a string, a Uint8Array or a list of these and of { token }', 'input', piece);
    }
  }
  return { pieces, complete: true };
}

function isToken(piece: unknown): piece is { token: number | string } {
  if (typeof piece !== 'object' || piece === null || !('token' in piece)) return false;
  return typeof piece.token === 'number' || typeof piece.token === 'string';
}

/** The text of the pieces, without tokens. */
export function textBytes(pieces: readonly NativePiece[]): Uint8Array {
  return Buffer.concat(pieces.filter((piece) => piece instanceof Uint8Array));
}
