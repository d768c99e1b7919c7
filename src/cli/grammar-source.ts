import { extname } from 'node:path';
import { Grammar } from '../engine/grammar.js';
import { GrammaskError } from '../errors.js';
import { isFile, readTextFile } from './inputs.js';

const kinds = [
  'json-schema',
  'json',
  'ebnf',
  'lark',
  'abnf',
  'regex',
  'choice',
  'builtin',
  'structural-tag',
] as const;
type Kind = (typeof kinds)[number];

/** The kinds of grammars that the commands read, for their help. */
export const kindNames: readonly string[] = kinds;

const byExtension: Readonly<Record<string, Kind>> = {
  '.json': 'json-schema',
  '.ebnf': 'ebnf',
  '.gbnf': 'ebnf',
  '.lark': 'lark',
  '.abnf': 'abnf',
  '.regex': 'regex',
};

/** The files that the commands read as grammars, for their help. */
export const grammarFiles = `.tag.json structural tag, .json schema, ${Object.keys(byExtension)
  .filter((extension) => extension !== '.json')
  .join(', ')}`;

/** The kind of a grammar file by its extension; undefined where that says nothing. */
export function grammarKindOf(path: string): string | undefined {
  const name = path.toLowerCase();
  return name.endsWith('.tag.json') ? 'structural-tag' : byExtension[extname(name)];
}

/**
 * The grammar that an argument means: a file, of the kind of its extension, or the source itself.
 *
 * @param kind overrides the extension; needed for a source that is no file
 * @throws GrammaskError `ARGUMENT` where the kind is not clear, and what the source itself is guilty of
 */
export function readGrammar(argument: string, kind: string | undefined): Grammar {
  const fromFile = isFile(argument);
  const used = kind ?? (fromFile ? grammarKindOf(argument) : undefined);
  if (used === undefined) throw unclearKind(argument, fromFile);
  return grammarOfKind(used, fromFile ? readTextFile(argument) : argument, fromFile);
}

/**
 * The grammar that a suite means: a path is a file, a source the source itself, even where a file has that name.
 *
 * @throws GrammaskError `ARGUMENT` where there is no such file or its kind is not clear, and what the source is guilty of
 */
export function readGrammarAt(
  place:
    | { readonly path: string; readonly kind?: string | undefined }
    | { readonly source: string; readonly kind: string },
): Grammar {
  if ('source' in place) return grammarOfKind(place.kind, place.source, false);
  const { path, kind = grammarKindOf(path) } = place;
  if (!isFile(path)) {
    throw new GrammaskError('ARGUMENT', `there is no file ${path}`, {
      hint: 'a path is relative to the table that names it; the grammar itself is written grammar: { kind: KIND, source: … }',
    });
  }
  if (kind === undefined) {
    throw new GrammaskError('ARGUMENT', `the kind of the grammar is not clear from the name ${path}`, {
      hint: `name it in the table: grammar: { file: FILE, kind: KIND }; the kinds are ${kinds.join(', ')}`,
    });
  }
  return grammarOfKind(kind, readTextFile(path), true);
}

function grammarOfKind(kind: string, source: string, fromFile: boolean): Grammar {
  switch (kind) {
    case 'json-schema':
      return Grammar.jsonSchema(source);
    case 'json':
      return Grammar.json();
    case 'ebnf':
      return Grammar.ebnf(source);
    case 'lark':
      return Grammar.lark(source);
    case 'abnf':
      return Grammar.abnf(source);
    case 'regex':
      // An editor ends a file with a line end; the pattern does not mean it.
      return Grammar.regex(fromFile ? source.replace(/\r?\n$/, '') : source);
    case 'choice':
      return Grammar.choice(fromFile ? source.replace(/\r?\n$/, '').split(/\r?\n/) : source.split(','));
    case 'builtin':
      return Grammar.builtin(source);
    case 'structural-tag':
      return Grammar.structuralTag(source);
    default:
      throw new GrammaskError('ARGUMENT', `there is no kind '${kind}'`, {
        hint: `the kinds are ${kinds.join(', ')}`,
      });
  }
}

function unclearKind(argument: string, fromFile: boolean): GrammaskError {
  const hint = `name it with --kind ${kinds.join('|')}`;
  if (fromFile) {
    return new GrammaskError('ARGUMENT', `the kind of the grammar is not clear from the name ${argument}`, {
      hint,
    });
  }
  return new GrammaskError('ARGUMENT', `there is no file ${argument}`, {
    hint: `${hint} where it is the grammar itself`,
  });
}
