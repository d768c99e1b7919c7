import { GrammaskError } from '../errors.js';
import { createProgramBuilder } from './program-builder.js';
import { type GrammarLimits, MAX_COUNT, type ProgramSymbol } from './program-format.js';

/** The program of one token: an id, or a special token's name that is looked up in the vocabulary at compile. */
export function tokenProgram(token: number | string, limits: GrammarLimits = {}): Uint8Array {
  const builder = createProgramBuilder(limits);
  let symbol: ProgramSymbol;
  if (typeof token === 'number') {
    if (!Number.isInteger(token) || token < 0 || token > MAX_COUNT) {
      throw new GrammaskError('TOKEN_RANGE', `${token} is no token id`, {
        hint: 'token ids are integers from 0',
      });
    }
    symbol = { kind: 'tokenId', id: token };
  } else if (typeof token === 'string' && token !== '') {
    symbol = { kind: 'tokenName', name: builder.string(token) };
  } else {
    throw new GrammaskError('ARGUMENT', 'a token is named by its id or by its text');
  }
  const root = builder.reserveRule('root');
  builder.setRule(root, [[symbol]]);
  return builder.finish(root);
}
