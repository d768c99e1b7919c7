import { readFileSync } from 'node:fs';
import { GrammaskError } from '../errors.js';

const names = ['arithmetic', 'json'] as const;

/** The source of a grammar that comes with the package. `ARGUMENT` for a name that is none. */
export function builtinSource(name: string): string {
  if (!(names as readonly unknown[]).includes(name)) {
    throw new GrammaskError('ARGUMENT', `there is no built-in grammar ${JSON.stringify(name)}`, {
      hint: `the built-in grammars are ${names.join(', ')}`,
    });
  }
  return readFileSync(new URL(`../../grammars/${name}.ebnf`, import.meta.url), 'utf8');
}
