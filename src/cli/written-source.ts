import { grammarKindOf } from '../engine/grammar-kind.js';
import { GrammaskError } from '../errors.js';
import type { WrittenKind } from '../frontends/written-grammar.js';
import { decodeText, readStandardInput, readTextFile } from './inputs.js';

interface Reading {
  /** The command, for messages. */
  readonly command: string;
  /** What it reads. */
  readonly kinds: readonly WrittenKind[];
  /** The kind that is meant, whatever the file is named. */
  readonly kind?: WrittenKind | undefined;
}

export interface GrammarText {
  readonly kind: WrittenKind;
  readonly source: string;
  /** The file, or standard input, for people. */
  readonly name: string;
}

/**
 * The text of a grammar, for the commands that look at how it is written.
 *
 * @param path a file; `-` is standard input, EBNF where no kind is named
 * @throws GrammaskError `UNSUPPORTED` for a file of another kind by its name, `ARGUMENT` where its kind is not clear, where it
 * cannot be read or is no UTF-8
 */
export async function readSource(path: string, reading: Reading): Promise<GrammarText> {
  const { kind = 'ebnf' } = reading;
  const name = 'standard input';
  if (path === '-') return { kind, source: decodeText(await readStandardInput(), name), name };
  return { kind: kindOf(path, reading), source: readTextFile(path), name: path };
}

function kindOf(path: string, { command, kinds, kind }: Reading): WrittenKind {
  const named = grammarKindOf(path);
  const known = kinds.find((own) => own === named);
  if (named !== undefined && known === undefined) {
    const hint =
      named === 'json-schema'
        ? 'grammask explain looks at schemas'
        : 'grammask check and grammask test take every kind';
    throw new GrammaskError(
      'UNSUPPORTED',
      `${command} reads ${kinds.join(', ')}, and this is of the kind ${named}`,
      {
        hint,
        location: { path },
      },
    );
  }
  const found = kind ?? known;
  if (found !== undefined) return found;
  // Reading comes first: whether there is such a file matters more.
  readTextFile(path);
  throw new GrammaskError('ARGUMENT', `the kind of the grammar is not clear from the name ${path}`, {
    hint: `name it with --kind ${kinds.join('|')}`,
    location: { path },
  });
}
