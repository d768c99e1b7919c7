import { readFileSync } from 'node:fs';
import { GrammaskError } from '../errors.js';

/** The grammars of the package, each a file of `grammars/`, by the dialect in which it is written. */
const dialects = {
  arithmetic: 'ebnf',
  csv: 'abnf',
  'date-time': 'abnf',
  email: 'abnf',
  'graphql-query': 'ebnf',
  ip: 'abnf',
  json: 'ebnf',
  json5: 'ebnf',
  ndjson: 'ebnf',
  semver: 'ebnf',
  'sql-select': 'ebnf',
  'typescript-hole': 'ebnf',
  uri: 'abnf',
} as const;
const byName: ReadonlyMap<string, 'abnf' | 'ebnf'> = new Map(Object.entries(dialects));

/** A grammar's text and the dialect in which it is written. */
export interface BuiltinSource {
  readonly dialect: 'abnf' | 'ebnf';
  readonly text: string;
}

/** The source of a grammar that comes with the package. `ARGUMENT` for a name that is none. */
export function builtinSource(name: string): BuiltinSource {
  const dialect = byName.get(name);
  if (dialect === undefined) {
    throw new GrammaskError('ARGUMENT', `there is no built-in grammar ${JSON.stringify(name)}`, {
      hint: `the built-in grammars are ${[...byName.keys()].join(', ')}`,
    });
  }
  const file = new URL(`../../grammars/${name}.${dialect}`, import.meta.url);
  return { dialect, text: readFileSync(file, 'utf8') };
}
