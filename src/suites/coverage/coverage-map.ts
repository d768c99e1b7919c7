import { createProgramBuilder } from '../../frontends/program-builder.js';
import type { CharRange } from '../../frontends/program-format.js';
import type { CoverageSource } from '../protocol.js';
import { type Automaton, buildAutomaton } from './automaton.js';
import { readCoverageSource } from './coverage-sources.js';
import type { Span } from './source-spans.js';

/** Something in a grammar that a text can exercise. */
export interface CoveragePoint extends Span {
  readonly kind: 'rule' | 'alternative' | 'class' | 'range' | 'absent' | 'present';
  /** The name of the rule in which it stands. */
  readonly rule: string;
  /** The characters of a range. */
  readonly range?: CharRange | undefined;
}

/** A grammar as coverage sees it. */
export interface CoverageMap {
  readonly source: string;
  readonly points: readonly CoveragePoint[];
  readonly automaton: Automaton;
}

/** Why the coverage of a grammar cannot be measured. */
export interface NotCovered {
  readonly reason: string;
}

/** The points of a grammar. The same source gives the same numbers. */
export function coverageMap({ kind, source, options }: CoverageSource): CoverageMap | NotCovered {
  const builder = createProgramBuilder();
  const grammar = readCoverageSource(builder, kind, source, options);
  if (grammar === undefined) return { reason: `it is not measured for grammars of kind ${kind}` };
  const built = buildAutomaton(builder, grammar, source);
  return 'reason' in built ? built : { source, ...built };
}
