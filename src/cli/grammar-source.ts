import type { Grammar } from '../engine/grammar.js';
import { type GrammarWords, grammarKindOf, grammarOfKind, kindNames } from '../engine/grammar-kind.js';
import { GrammaskError } from '../errors.js';
import { inFile, isFile, isFolder, readTextFile } from './inputs.js';

/**
 * The grammar that an argument means: a file, of the kind of its extension, or the source itself.
 *
 * @param kind overrides the extension; needed for a source that is no file
 * @throws GrammaskError `ARGUMENT` where the kind is not clear, and what the source itself is guilty of
 */
export function readGrammar(argument: string, kind: string | undefined): Grammar {
  return readGrammarAndSource(argument, kind).grammar;
}

/** The same, with the kind and the text that it is made of. */
export function readGrammarAndSource(
  argument: string,
  kind: string | undefined,
): { readonly grammar: Grammar; readonly kind: string; readonly source: string } {
  const fromFile = isFile(argument);
  const used = kind ?? (fromFile ? grammarKindOf(argument) : undefined);
  if (used === undefined) throw unclearKind(argument, fromFile);
  return inFile(fromFile ? argument : undefined, () => {
    const source = fromFile ? readTextFile(argument) : argument;
    return { grammar: grammarOfKind(used, source, fromFile), kind: used, source };
  });
}

/**
 * The grammar that a suite means: a path is a file, a source the source itself, even where a file has that name.
 *
 * @throws GrammaskError `ARGUMENT` where there is no such file or its kind is not clear, and what the source is guilty of
 */
export function readGrammarAt(
  place: (
    | { readonly path: string; readonly kind?: string | undefined }
    | { readonly source: string; readonly kind: string }
  ) & { readonly options?: GrammarWords | undefined },
): Grammar {
  if ('source' in place) return grammarOfKind(place.kind, place.source, false, place.options);
  const { path, kind = grammarKindOf(path) } = place;
  if (!isFile(path)) {
    throw new GrammaskError('ARGUMENT', `there is no file ${path}`, {
      hint: 'a path is relative to the table that names it; the grammar itself is written grammar: { kind: KIND, source: … }',
    });
  }
  if (kind === undefined) {
    throw new GrammaskError('ARGUMENT', `the kind of the grammar is not clear from the name ${path}`, {
      hint: `name it in the table: grammar: { file: FILE, kind: KIND }; the kinds are ${kindNames.join(', ')}`,
    });
  }
  return inFile(path, () => grammarOfKind(kind, readTextFile(path), true, place.options));
}

function unclearKind(argument: string, fromFile: boolean): GrammaskError {
  const hint = `name it with --kind ${kindNames.join('|')}`;
  if (fromFile) {
    return new GrammaskError('ARGUMENT', `the kind of the grammar is not clear from the name ${argument}`, {
      hint,
    });
  }
  if (isFolder(argument)) {
    return new GrammaskError('ARGUMENT', `${argument} is a folder`, { hint: 'name a file in it' });
  }
  return new GrammaskError('ARGUMENT', `there is no file ${argument}`, {
    hint: `${hint} where it is the grammar itself`,
  });
}
