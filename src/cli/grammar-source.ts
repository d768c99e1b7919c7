import { extname } from 'node:path';
import { Grammar, type GrammarOptions, type LarkOptions } from '../engine/grammar.js';
import { GrammaskError } from '../errors.js';
import type { AbnfOptions } from '../frontends/abnf/abnf-program.js';
import type { EbnfOptions } from '../frontends/ebnf/ebnf-program.js';
import type { JsonSchemaOptions } from '../frontends/json-schema/types.js';
import type { RegexProgramOptions } from '../frontends/regex/regex-program.js';
import type { StructuralTagOptions } from '../frontends/structural-tag/structural-tag-program.js';
import { inFile, isFile, isFolder, readTextFile } from './inputs.js';

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

/** Options of grammars that are words; which of them a kind has, its own function says. */
export const GRAMMAR_WORDS = ['root', 'start', 'dialect', 'flags', 'draft', 'formats'] as const;
export type GrammarWords = { readonly [name in (typeof GRAMMAR_WORDS)[number]]?: string };

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
      hint: `name it in the table: grammar: { file: FILE, kind: KIND }; the kinds are ${kinds.join(', ')}`,
    });
  }
  return inFile(path, () => grammarOfKind(kind, readTextFile(path), true, place.options));
}

function grammarOfKind(kind: string, source: string, fromFile: boolean, options: object = {}): Grammar {
  // An editor ends a file with a line end; patterns and choices do not mean it.
  const text = fromFile ? source.replace(/\r?\n$/, '') : source;
  switch (kind) {
    case 'json-schema':
      return Grammar.jsonSchema(source, options as JsonSchemaOptions);
    case 'json':
      return Grammar.json(options as JsonSchemaOptions);
    case 'ebnf':
      return Grammar.ebnf(source, options as EbnfOptions);
    case 'lark':
      return Grammar.lark(source, options as LarkOptions);
    case 'abnf':
      return Grammar.abnf(source, options as AbnfOptions);
    case 'regex':
      return Grammar.regex(text, options as RegexProgramOptions);
    case 'choice':
      return Grammar.choice(fromFile ? text.split(/\r?\n/) : text.split(','), options as GrammarOptions);
    case 'builtin':
      return Grammar.builtin(source, options as GrammarOptions);
    case 'structural-tag':
      return Grammar.structuralTag(source, options as StructuralTagOptions);
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
  if (isFolder(argument)) {
    return new GrammaskError('ARGUMENT', `${argument} is a folder`, { hint: 'name a file in it' });
  }
  return new GrammaskError('ARGUMENT', `there is no file ${argument}`, {
    hint: `${hint} where it is the grammar itself`,
  });
}
