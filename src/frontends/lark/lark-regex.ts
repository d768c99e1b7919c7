import { GrammaskError } from '../../errors.js';
import type { ProgramBuilder } from '../program-builder.js';
import { regexToExpr } from '../regex/regex-to-expr.js';
import { offsetIn } from './lark-options.js';
import type { LarkDialect } from './lark-program.js';
import type { LarkSource } from './lark-source.js';

const FLAGS: Readonly<Record<LarkDialect, string>> = { llguidance: 'imsux', xgrammar: 'isu' };
const SPECIAL = /[\\^$.*+?()[\]{}|#&~ -]/g;

/** The expression of `/pattern/flags`, in the syntax of Rust's regex crate. The whole of a text must match. */
export function larkPattern(
  builder: ProgramBuilder,
  source: LarkSource,
  node: { readonly pattern: string; readonly flags: string; readonly offset: number },
  dialect: LarkDialect,
  readsBytes: boolean,
): number {
  const { pattern, flags, offset } = node;
  const flagsAt = offset + pattern.length + 2;
  for (let at = 0; at < flags.length; at++) {
    const flag = flags[at] as string;
    if (FLAGS[dialect].includes(flag)) continue;
    const hint = `the flags are ${Array.from(FLAGS[dialect]).join(', ')}`;
    throw source.error('SYNTAX', flagsAt + at, `a pattern has no flag ${flag}`, hint);
  }
  if (dialect === 'xgrammar') refuseEscapes(source, pattern, offset + 1);
  try {
    return regexToExpr(builder, pattern, {
      mode: 'full',
      dialect: 'rust',
      ignoreCase: flags.includes('i'),
      multiline: flags.includes('m'),
      dotAll: flags.includes('s'),
      verbose: flags.includes('x'),
      bytes: readsBytes,
      unicode: !readsBytes || flags.includes('u'),
    });
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.location === undefined) throw error;
    // Terminals of the library have a pattern that does not stand in the grammar.
    const at = source.text.startsWith(pattern, offset + 1)
      ? offset + 1 + offsetIn(pattern, error.location)
      : offset;
    // Other dialects of patterns are for Grammar.regex.
    const hint = error.hint?.includes('dialect') ? 'write the pattern without it' : error.hint;
    throw source.error(error.code, at, error.message, hint);
  }
}

/** What XGrammar's patterns do not know, though Rust's do. */
function refuseEscapes(source: LarkSource, pattern: string, offset: number): void {
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] !== '\\') continue;
    const letter = pattern[at + 1] ?? '';
    if ('bBpP'.includes(letter) && letter !== '') {
      const what = letter.toLowerCase() === 'b' ? 'a word border' : 'a Unicode property';
      const hint = 'leave it out, or use the dialect llguidance';
      throw source.error('UNSUPPORTED', offset + at, `${what} is not in the dialect xgrammar`, hint);
    }
    at += 1;
  }
}

/** `"text"i`: every spelling in upper and lower case; where patterns read bytes, of ASCII letters. */
export function caselessText(
  builder: ProgramBuilder,
  source: LarkSource,
  node: { readonly text: string; readonly offset: number },
  dialect: LarkDialect,
  readsBytes: boolean,
): number {
  const isAscii = /^\p{ASCII}*$/u.test(node.text);
  if (dialect === 'xgrammar' && !isAscii) {
    const hint = 'use a pattern, or the dialect llguidance';
    throw source.error(
      'UNSUPPORTED',
      node.offset,
      'flag i takes ASCII texts only in the dialect xgrammar',
      hint,
    );
  }
  if (isAscii && dialect === 'xgrammar')
    return builder.concat(Array.from(node.text, (char) => bothCases(builder, char)));
  const pattern = node.text.replace(SPECIAL, (char) => `\\x{${char.charCodeAt(0).toString(16)}}`);
  return regexToExpr(builder, pattern, {
    mode: 'full',
    dialect: 'rust',
    ignoreCase: true,
    bytes: readsBytes,
    unicode: !readsBytes,
  });
}

function bothCases(builder: ProgramBuilder, char: string): number {
  return builder.union([builder.literal(char.toLowerCase()), builder.literal(char.toUpperCase())]);
}
