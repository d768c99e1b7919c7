import type { ProgramBuilder } from '../../program-builder.js';
import type { FormatBuilder } from './format-patterns.js';
import { patternExpr } from './format-patterns.js';
import { aLabel } from './idna.js';
import { MAX_NAME, ofLength } from './name-lengths.js';

/** Host names in ASCII: RFC 1123 §2.1 with the lengths of RFC 1035. */

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?';

/** Labels joined by one of some separators, not longer as a whole than a name may be. */
export function joinLabels(builder: ProgramBuilder, label: number, separators: string): number {
  const separator = patternExpr(builder, separators);
  const names = builder.concat([label, builder.repeat(builder.concat([separator, label]), 0)]);
  return builder.intersect([names, ofLength(builder, 1, MAX_NAME)]);
}

/** Letters, digits and hyphens. */
function asciiLabel(builder: ProgramBuilder): number {
  return patternExpr(builder, LABEL);
}

/** Such a label that does not claim to be an internationalised one. */
function plainLabel(builder: ProgramBuilder): number {
  return builder.intersect([asciiLabel(builder), builder.complement(patternExpr(builder, '[Xx][Nn]--.*'))]);
}

/** Names whose labels nobody decodes, as in a mail address or in drafts before 7. */
export function asciiName(builder: ProgramBuilder): number {
  return joinLabels(builder, asciiLabel(builder), '\\.');
}

export const hostnameFormat: FormatBuilder = (builder, draft) => {
  if (draft === '4' || draft === '6') return asciiName(builder);
  return joinLabels(builder, builder.union([plainLabel(builder), aLabel(builder)]), '\\.');
};
