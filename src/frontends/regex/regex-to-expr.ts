import { GrammaskError } from '../../errors.js';
import { ANY_CHAR } from '../char-ranges.js';
import type { ProgramBuilder } from '../program-builder.js';
import { lowerRegex } from './regex-anchors.js';
import { parseRegex, type RegexSyntax } from './regex-parser.js';
import type { RegexNode } from './regex-tree.js';

export interface RegexOptions {
  /** `full`: the whole text must match. `search`: some part of it must, as JSON Schema's `pattern` means it. */
  readonly mode: 'full' | 'search';
  /** Flag s: `.` matches line ends too. */
  readonly dotAll?: boolean | undefined;
  /** The syntax of patterns without flag u (Annex B) only. Default: u, and in mode `search` Annex B where u refuses. */
  readonly annexB?: boolean | undefined;
}

/**
 * The expression of an ECMA-262 pattern over whole texts. Characters are code points. Anchors hold at the start and at the
 * end of the text, wherever they stand in the pattern. `SYNTAX` for what is no pattern, `UNSUPPORTED` for look-around,
 * back-references, `\b` and `\p`.
 */
export function regexToExpr(builder: ProgramBuilder, pattern: string, options: RegexOptions): number {
  const nodes = parseLenient(builder, pattern, options);
  if (options.mode === 'search') {
    const root = nodes.length - 1;
    const char = nodes.push({ kind: 'leaf', expr: builder.charSet(ANY_CHAR), nullable: false }) - 1;
    const anyText = nodes.push({ kind: 'repeat', body: char, min: 0, max: undefined }) - 1;
    nodes.push({ kind: 'concat', parts: [anyText, root, anyText] });
  }
  return lowerRegex(builder, nodes);
}

function parseLenient(builder: ProgramBuilder, pattern: string, options: RegexOptions): RegexNode[] {
  const syntax: RegexSyntax = { dotAll: options.dotAll ?? false, annexB: options.annexB ?? false };
  if (options.mode === 'full' || syntax.annexB) return parseRegex(builder, pattern, syntax);
  try {
    return parseRegex(builder, pattern, syntax);
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.code !== 'SYNTAX') throw error;
    try {
      return parseRegex(builder, pattern, { ...syntax, annexB: true });
    } catch (second) {
      // Neither grammar takes it: the stricter one's reason is the clearer one.
      throw GrammaskError.isInstance(second) && second.code === 'SYNTAX' ? error : second;
    }
  }
}
