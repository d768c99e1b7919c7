import type { ProgramBuilder } from '../../frontends/program-builder.js';
import { isWrittenKind, readWritten, textToRead } from '../../frontends/written-grammar.js';
import type { CoverageSource } from '../protocol.js';
import { type Automaton, buildAutomaton } from './automaton.js';
import { type CoveragePoint, pointsOf } from './points.js';

export type { CoveragePoint } from './points.js';

/** A grammar as coverage sees it. */
export interface CoverageMap {
  readonly source: string;
  readonly builder: ProgramBuilder;
  readonly points: readonly CoveragePoint[];
  readonly automaton: Automaton;
  /** A text as the automaton reads it, a character a step. */
  textOf(bytes: Uint8Array): string;
}

/** Why the coverage of a grammar cannot be measured. */
export interface NotCovered {
  readonly reason: string;
}

/** The points of a grammar. The same source gives the same numbers. */
export function coverageMap({ kind, source, options }: CoverageSource): CoverageMap | NotCovered {
  if (!isWrittenKind(kind)) return { reason: `it is not measured for grammars of kind ${kind}` };
  const written = readWritten(kind, source, options ?? {});
  const points = pointsOf(written);
  const automaton = buildAutomaton(written, points);
  if ('reason' in automaton) return automaton;
  const textOf = (bytes: Uint8Array): string => textToRead(written, bytes);
  return { source, builder: written.builder, points: points.points, automaton, textOf };
}
