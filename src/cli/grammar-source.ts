import { extname } from 'node:path';
import { Grammar } from '../engine/grammar.js';
import { GrammaskError } from '../errors.js';
import { isFile, readTextFile } from './inputs.js';

const kinds = ['json-schema', 'json', 'ebnf', 'abnf', 'regex', 'choice', 'builtin'] as const;
type Kind = (typeof kinds)[number];

/** The kinds of grammars that the commands read, for their help. */
export const kindNames: readonly string[] = kinds;

const byExtension: Readonly<Record<string, Kind>> = {
  '.json': 'json-schema',
  '.ebnf': 'ebnf',
  '.gbnf': 'ebnf',
  '.abnf': 'abnf',
  '.regex': 'regex',
};

/**
 * The grammar that an argument means: a file, of the kind of its extension, or the source itself.
 *
 * @param kind overrides the extension; needed for a source that is no file
 * @throws GrammaskError `ARGUMENT` where the kind is not clear, `UNSUPPORTED` for kinds that are not read yet, and what the
 *   source itself is guilty of
 */
export function readGrammar(argument: string, kind: string | undefined): Grammar {
  const fromFile = isFile(argument);
  const extension = extname(argument).toLowerCase();
  const used = kind ?? (fromFile ? byExtension[extension] : undefined);
  if (used === undefined) throw unclearKind(argument, fromFile, extension);
  const source = fromFile ? readTextFile(argument) : argument;
  switch (used) {
    case 'json-schema':
      return Grammar.jsonSchema(source);
    case 'json':
      return Grammar.json();
    case 'ebnf':
      return Grammar.ebnf(source);
    case 'abnf':
      return Grammar.abnf(source);
    case 'regex':
      // An editor ends a file with a line end; the pattern does not mean it.
      return Grammar.regex(fromFile ? source.replace(/\r?\n$/, '') : source);
    case 'choice':
      return Grammar.choice(fromFile ? source.replace(/\r?\n$/, '').split(/\r?\n/) : source.split(','));
    case 'builtin':
      return Grammar.builtin(source);
    case 'lark':
      throw unsupportedKind(used);
    default:
      throw new GrammaskError('ARGUMENT', `there is no kind '${used}'`, {
        hint: `the kinds are ${kinds.join(', ')}`,
      });
  }
}

function unclearKind(argument: string, fromFile: boolean, extension: string): GrammaskError {
  if (fromFile && extension === '.lark') return unsupportedKind(extension.slice(1));
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

function unsupportedKind(kind: string): GrammaskError {
  return new GrammaskError('UNSUPPORTED', `grammars of kind ${kind} are not supported`, {
    hint: 'write it as EBNF (.ebnf) or as a JSON Schema (.json)',
  });
}
