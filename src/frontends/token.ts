import { GrammaskError } from '../errors.js';
import { createProgramBuilder } from './program-builder.js';
import type { GrammarLimits, ProgramSymbol } from './program-format.js';

/** The program of one token: an id, or a special token's name that is looked up in the vocabulary at compile. */
export function tokenProgram(token: number | string, limits: GrammarLimits = {}): Uint8Array {
  const builder = createProgramBuilder(limits);
  let symbol: ProgramSymbol;
  if (typeof token === 'number') symbol = builder.tokens([[token, token]]);
  else if (typeof token === 'string' && token !== '') symbol = builder.tokens([], [token]);
  else throw new GrammaskError('ARGUMENT', 'a token is named by its id or by its text');
  const root = builder.reserveRule('root');
  builder.setRule(root, [[symbol]]);
  return builder.finish(root);
}
