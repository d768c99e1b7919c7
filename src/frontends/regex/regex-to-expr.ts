import { GrammaskError } from '../../errors.js';
import { ANY_CHAR, intersectRanges } from '../char-ranges.js';
import type { ProgramBuilder } from '../program-builder.js';
import type { CharRange } from '../program-format.js';
import type { PerlDialect } from './perl-classes.js';
import { parsePerlRegex } from './perl-parser.js';
import { lowerAnchors } from './regex-anchors.js';
import { lowerAssertions } from './regex-assertions.js';
import { parseRegex, type RegexSyntax } from './regex-parser.js';
import type { RegexNode } from './regex-tree.js';

/**
 * Whose syntax a pattern has: ECMA-262, Rust's regex crate, PCRE2, or XGrammar's, where anchors mean nothing and upper and
 * lower case are ASCII's.
 */
export type RegexDialect = 'ecmascript' | PerlDialect;

export interface RegexOptions {
  /** Default: `ecmascript`. The others are for mode `full`. */
  readonly dialect?: RegexDialect | undefined;
  /** `full`: the whole text must match. `search`: some part of it must, as JSON Schema's `pattern` means it. */
  readonly mode: 'full' | 'search';
  /** Flag s: `.` matches line ends too. */
  readonly dotAll?: boolean | undefined;
  /** Flag i. */
  readonly ignoreCase?: boolean | undefined;
  /** Flag m: `^` and `$` hold at line ends too. */
  readonly multiline?: boolean | undefined;
  /** Flag v of ECMA-262: sets within sets, strings in sets. */
  readonly unicodeSets?: boolean | undefined;
  /** Flag x: white space and comments mean nothing. Not in ECMA-262. */
  readonly verbose?: boolean | undefined;
  /** Flag u, by which `\d`, `\s`, `\w` and `\b` know characters beyond ASCII: default true in `rust`, else false. */
  readonly unicode?: boolean | undefined;
  /**
   * In `rust`: the alphabet is bytes, as that of the builder is (`byteAlphabet`). Without flag u a pattern then reads bytes, and
   * with it, which `(?u)` may switch on, characters, which are their UTF-8.
   */
  readonly bytes?: boolean | undefined;
  /** PCRE's flag D: `$` does not hold before a last line end. */
  readonly dollarEndOnly?: boolean | undefined;
  /** Every character that is matched is one of these. */
  readonly within?: readonly CharRange[] | undefined;
  /** The syntax of patterns without flag u (Annex B) only. Default: u, and in mode `search` Annex B where u refuses. */
  readonly annexB?: boolean | undefined;
  /** Called when a pattern is read by Annex B because flag u refuses it, with u's reason. */
  readonly onAnnexB?: ((reason: GrammaskError) => void) | undefined;
}

/**
 * The expression of a pattern over whole texts. Characters are code points. Assertions hold wherever they stand
 * in the pattern. `SYNTAX` for what is no pattern, `UNSUPPORTED` for back-references and for the few assertions that
 * cannot be lowered.
 */
export function regexToExpr(builder: ProgramBuilder, pattern: string, options: RegexOptions): number {
  const { within } = options;
  const parsed = parseLenient(builder, pattern, options);
  const nodes =
    within === undefined
      ? parsed
      : parsed.map((node) => (node.kind === 'chars' ? narrowed(builder, node.ranges, within) : node));
  const plain = nodes.every(
    (node) =>
      node.kind !== 'look' &&
      node.kind !== 'wordBorder' &&
      !((node.kind === 'start' || node.kind === 'end') && node.lines),
  );
  if (!plain) return lowerAssertions(builder, nodes, pattern, options.mode);
  if (options.mode === 'search') {
    const root = nodes.length - 1;
    const char = nodes.push({ kind: 'chars', ranges: ANY_CHAR, expr: builder.charSet(ANY_CHAR) }) - 1;
    const anyText = nodes.push({ kind: 'repeat', body: char, min: 0, max: undefined, at: 0 }) - 1;
    nodes.push({ kind: 'concat', parts: [anyText, root, anyText] });
  }
  return lowerAnchors(builder, nodes);
}

function narrowed(
  builder: ProgramBuilder,
  ranges: readonly CharRange[],
  within: readonly CharRange[],
): RegexNode {
  const left = intersectRanges(ranges, within);
  return { kind: 'chars', ranges: left, expr: builder.charSet(left) };
}

function parseLenient(builder: ProgramBuilder, pattern: string, options: RegexOptions): RegexNode[] {
  const {
    dotAll = false,
    ignoreCase = false,
    multiline = false,
    annexB = false,
    unicodeSets = false,
  } = options;
  const { dialect = 'ecmascript' } = options;
  if (dialect !== 'ecmascript') {
    const { verbose = false, unicode = dialect === 'rust', dollarEndOnly = false, bytes = false } = options;
    return parsePerlRegex(builder, pattern, {
      dialect,
      dotAll,
      ignoreCase,
      multiline,
      verbose,
      crlf: false,
      unicode,
      dollarEndOnly,
      bytes,
    });
  }
  const syntax: RegexSyntax = { dotAll, ignoreCase, multiline, annexB, unicodeSets };
  if (options.mode === 'full' || annexB) return parseRegex(builder, pattern, syntax);
  try {
    return parseRegex(builder, pattern, syntax);
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.code !== 'SYNTAX') throw error;
    let nodes: RegexNode[];
    try {
      nodes = parseRegex(builder, pattern, { ...syntax, annexB: true });
    } catch (second) {
      // Neither grammar takes it: the stricter one's reason is the clearer one.
      throw GrammaskError.isInstance(second) && second.code === 'SYNTAX' ? error : second;
    }
    options.onAnnexB?.(error);
    return nodes;
  }
}
