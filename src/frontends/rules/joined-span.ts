import type { Span } from './rule-tree.js';

/** The stretch from the first to the last of some, or an empty one where there are none. */
export function joinedSpan(spans: readonly (Span | undefined)[], otherwise: number): Span {
  let joined: Span | undefined;
  for (const span of spans) {
    if (span === undefined) continue;
    joined =
      joined === undefined
        ? span
        : { from: Math.min(joined.from, span.from), to: Math.max(joined.to, span.to) };
  }
  return joined ?? { from: otherwise, to: otherwise };
}
