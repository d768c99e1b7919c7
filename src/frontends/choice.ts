import { GrammaskError } from '../errors.js';
import { createProgramBuilder } from './program-builder.js';
import type { GrammarLimits } from './program-format.js';

/** The program whose texts are exactly the given ones. `ARGUMENT` for an empty list, `SYNTAX` for ill-formed Unicode. */
export function choiceProgram(texts: readonly string[], limits: GrammarLimits = {}): Uint8Array {
  if (!Array.isArray(texts) || texts.length === 0) {
    throw new GrammaskError('ARGUMENT', 'a choice needs a list of at least one text');
  }
  const builder = createProgramBuilder(limits);
  const literals = Array.from(texts, (text, index) => {
    if (typeof text !== 'string') throw new GrammaskError('ARGUMENT', `choice ${index} is not a string`);
    return builder.literal(text);
  });
  const root = builder.reserveRule('root');
  builder.setRule(root, [[{ kind: 'terminal', expr: builder.union(literals) }]]);
  return builder.finish(root);
}
