import { Grammar } from '../../../src/engine/grammar.js';
import { type HoleOptions, rulesOfHole } from '../../../src/repair/hole/hole-grammar.js';
import { readPrefix } from '../../../src/repair/hole/prefix.js';
import { programOfRules } from '../../../src/repair/hole/program-of-rules.js';
import { readSuffix } from '../../../src/repair/hole/suffix.js';

/**
 * A hole whose slots take these names everywhere: what every reading has as a slot is one of them, and what some reading has
 * as a declaration, a type or the name of a property is not pruned.
 */
export function holeWithNames(
  prefix: string,
  suffix: string,
  names: { readonly value: readonly string[]; readonly member: readonly string[] },
  options: HoleOptions = {},
): Grammar {
  const facts = readPrefix(prefix);
  const { readings } = readSuffix(suffix, { brackets: facts.brackets, inComment: false });
  const rules = rulesOfHole(facts, readings, suffix, { ...options, mode: options.mode ?? 'line' });
  if (rules === undefined) throw new Error('no text fits');
  const program = programOfRules(rules, (builder, slot, expr) => {
    const listed = builder.union(names[slot].map((name) => builder.literal(name)));
    return { kind: 'terminal', expr: builder.intersect([expr, listed]) };
  });
  return Grammar.fromBuffer(program);
}
