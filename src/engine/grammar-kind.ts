// The kinds of grammars that files, options and reports name in words.
import { extname } from 'node:path';
import { GrammaskError } from '../errors.js';
import type { AbnfOptions } from '../frontends/abnf/abnf-program.js';
import type { EbnfOptions } from '../frontends/ebnf/ebnf-program.js';
import type { JsonSchemaOptions } from '../frontends/json-schema/types.js';
import type { RegexProgramOptions } from '../frontends/regex/regex-program.js';
import type { StructuralTagOptions } from '../frontends/structural-tag/structural-tag-program.js';
import { Grammar, type GrammarOptions, type LarkOptions } from './grammar.js';

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

/** The kinds of grammars. */
export const kindNames: readonly string[] = kinds;

const byExtension: Readonly<Record<string, Kind>> = {
  '.json': 'json-schema',
  '.ebnf': 'ebnf',
  '.gbnf': 'ebnf',
  '.lark': 'lark',
  '.abnf': 'abnf',
  '.regex': 'regex',
};

/** The files that are read as grammars, for helps. */
export const grammarFiles = `.tag.json structural tag, .json schema, ${Object.keys(byExtension)
  .filter((extension) => extension !== '.json')
  .join(', ')}`;

/** The kind of a grammar file by its extension; undefined where that says nothing. */
export function grammarKindOf(path: string): string | undefined {
  const name = path.toLowerCase();
  return name.endsWith('.tag.json') ? 'structural-tag' : byExtension[extname(name)];
}

/** The source that the text of a file is: an editor ends a file with a line end, which patterns and choices do not mean. */
export function sourceOfFile(kind: string, text: string): string {
  return kind === 'regex' || kind === 'choice' ? text.replace(/\r?\n$/, '') : text;
}

/**
 * The grammar of a source.
 *
 * @param fromFile whether it is the text of a file, where choices stand one a line; else they are separated by commas
 * @throws GrammaskError `ARGUMENT` for a kind that there is not, and what the source itself is guilty of
 */
export function grammarOfKind(kind: string, source: string, fromFile = false, options: object = {}): Grammar {
  const text = fromFile ? sourceOfFile(kind, source) : source;
  switch (kind) {
    case 'json-schema':
      return Grammar.jsonSchema(text, options as JsonSchemaOptions);
    case 'json':
      return Grammar.json(options as JsonSchemaOptions);
    case 'ebnf':
      return Grammar.ebnf(text, options as EbnfOptions);
    case 'lark':
      return Grammar.lark(text, options as LarkOptions);
    case 'abnf':
      return Grammar.abnf(text, options as AbnfOptions);
    case 'regex':
      return Grammar.regex(text, options as RegexProgramOptions);
    case 'choice':
      return Grammar.choice(fromFile ? text.split(/\r?\n/) : text.split(','), options as GrammarOptions);
    case 'builtin':
      return Grammar.builtin(text, options as GrammarOptions);
    case 'structural-tag':
      return Grammar.structuralTag(text, options as StructuralTagOptions);
    default:
      throw new GrammaskError('ARGUMENT', `there is no kind '${kind}'`, {
        hint: `the kinds are ${kinds.join(', ')}`,
      });
  }
}
