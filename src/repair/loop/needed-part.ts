import type { Hole } from '../holes.js';
import type { CheckReport, Diagnostic } from '../patch.js';
import { askSyntax } from '../syntax/ask-syntax.js';
import { cutHole, type TemplateHole } from '../templates.js';
import { compareReports } from '../validate/compare.js';
import { NAME_CODES } from './fault-place.js';

// That a function has an end without a `return`: as its type asks for one, and as all its ways do.
const RETURN_CODES: ReadonlySet<number> = new Set([2355, 2366, 2847, 7030]);

/**
 * The part of the old text that the text around it needs, as a template that keeps it: up to a name that is declared, a function's parameters
 * to the end, a `return`. What is needed shows where the hole is left empty: names that are then not found, and were declared in it. Undefined where
 * nothing is, or where it is at fault itself.
 *
 * A text that declares the name in another way is not written then: it is a rule for a search and no proof.
 *
 * @param base what the checker says of the old text, and `empty` of an empty hole
 */
export async function neededPart(
  hole: Hole,
  base: CheckReport,
  empty: CheckReport,
): Promise<TemplateHole | undefined> {
  if (base.status === 'unknown' || empty.status === 'unknown') return undefined;
  const place = { start: hole.start, end: hole.start };
  const { introduced } = compareReports(base, empty, hole.file, place);
  const missing = new Set(introduced.filter(({ code }) => NAME_CODES.has(code)).flatMap(namesOf(hole)));
  const isOpen = introduced.some(({ code }) => RETURN_CODES.has(code));
  if (missing.size === 0 && !isOpen) return undefined;
  const cut = await askSyntax(hole, { kind: 'needed', missing: [...missing], isOpen });
  if (cut === null) return undefined;
  const { from, to, kept } = cut;
  const isKept = ({ range, file }: Diagnostic): boolean =>
    file === hole.file &&
    range !== null &&
    ((range.start < from && range.end > hole.start) || (range.end > to && range.start < hole.end));
  const isFault = ({ code }: Diagnostic): boolean => NAME_CODES.has(code) || code < 2000;
  if (base.diagnostics.some((one) => isFault(one) && isKept(one))) return undefined;
  return cutHole(hole, { template: 'needed', detail: `${kept.join(', ')} kept`, cut: { from, to } });
}

/** The name that a message about an empty hole speaks of. */
function namesOf({ file, prefix, suffix }: Hole): (message: Diagnostic) => string[] {
  const content = prefix + suffix;
  return ({ file: own, range }) => (own === file && range ? [content.slice(range.start, range.end)] : []);
}
