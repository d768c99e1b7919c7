import type { GrammarWords } from '../engine/grammar-kind.js';
import type { Place } from './place.js';

/** What a text of a suite is there for. */
export type Verdict = 'accept' | 'reject';

/** A text with the verdict that it must get. */
export interface TextCase {
  /** `accept/empty.txt` in a folder, `reject[3]` in a table. */
  readonly name: string;
  readonly verdict: Verdict;
  /** Where a text that is rejected must be wrong; undefined: anywhere. */
  readonly at?: Place | undefined;
  /** A file whose bytes are the text, or the text. */
  readonly text: { readonly path: string } | { readonly bytes: Uint8Array };
}

/**
 * Where the grammar of a suite stands: a file, of the kind of its extension or of the kind given, or its source; and how it
 * is read.
 */
export type GrammarPlace = (
  | { readonly path: string; readonly kind?: string | undefined }
  | { readonly source: string; readonly kind: string }
) & { readonly options?: GrammarWords | undefined };

/** A grammar and the texts that it must accept and reject. */
export interface Suite {
  /** The path of the grammar or of the table, as reports show it. */
  readonly name: string;
  readonly grammar: GrammarPlace;
  readonly origin:
    | { readonly kind: 'folder'; readonly directory: string }
    | { readonly kind: 'table'; readonly path: string };
  readonly cases: readonly TextCase[];
}

/** Where texts that fuzzing found are kept. */
export function fuzzFolderOf(suite: Suite): string {
  const { origin } = suite;
  if (origin.kind === 'folder') return `${origin.directory}/fuzz`;
  return `${origin.path.replace(/\.tests\.\w+$/, '')}/fuzz`;
}
