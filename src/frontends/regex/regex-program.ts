import { checkOptions } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { createProgramBuilder } from '../program-builder.js';
import type { GrammarLimits } from '../program-format.js';
import { sourceError } from '../source-location.js';
import { type RegexDialect, type RegexOptions, regexToExpr } from './regex-to-expr.js';

export type { RegexDialect } from './regex-to-expr.js';

export interface RegexProgramOptions {
  /**
   * Whose syntax the pattern has: `ecmascript` (default), `rust` (the regex crate), `pcre` (PCRE2) or `xgrammar`, where
   * anchors mean nothing.
   */
  readonly dialect?: RegexDialect | undefined;
  /**
   * Flags of a pattern given as text. ECMAScript: u (default) or v, i, m, s; g, d and y mean nothing. Rust: i, m, s, x, u
   * (default), U. PCRE: i, m, s, x, u, U, n, J, D, A. XGrammar: i, s, u; where flags are given, `.` matches line ends with s only.
   */
  readonly flags?: string | undefined;
  readonly limits?: GrammarLimits | undefined;
}

const DIALECTS: readonly RegexDialect[] = ['ecmascript', 'rust', 'pcre', 'xgrammar'];
/** Flags that have a meaning, and flags that have none where the whole text must match. */
const FLAGS: Readonly<Record<RegexDialect, readonly [meaning: string, idle: string]>> = {
  ecmascript: ['imsuv', 'dgy'],
  rust: ['imsxu', 'U'],
  pcre: ['imsxuD', 'UnJA'],
  xgrammar: ['isu', ''],
};

/**
 * The program of the texts that a pattern matches as a whole. A pattern given as text has flag u; a RegExp object brings its
 * flags, and without u or v its syntax is that of Annex B. Characters are code points in all dialects.
 */
export function regexProgram(pattern: string | RegExp, options: RegexProgramOptions = {}): Uint8Array {
  const isObject = pattern instanceof RegExp;
  if (!isObject && typeof pattern !== 'string') {
    throw new GrammaskError('ARGUMENT', 'a pattern is a string or a RegExp');
  }
  const {
    flags: given,
    dialect = 'ecmascript',
    limits,
  } = checkOptions(options, ['flags', 'dialect', 'limits']);
  if (!DIALECTS.includes(dialect)) {
    throw new GrammaskError('ARGUMENT', `no dialect of patterns is named ${String(dialect)}`, {
      hint: `use ${DIALECTS.join(', ')}`,
    });
  }
  if (isObject && dialect !== 'ecmascript') {
    throw new GrammaskError('ARGUMENT', `a RegExp is no pattern of the dialect ${dialect}`, {
      hint: 'give the pattern as a string',
    });
  }
  const flags = given ?? (isObject ? pattern.flags : undefined);
  if (flags !== undefined) checkFlags(flags, dialect);
  const builder = createProgramBuilder(limits);
  const expr = regexToExpr(builder, isObject ? pattern.source : pattern, readFlags(dialect, flags, isObject));
  const root = builder.reserveRule('root');
  builder.setRule(root, [[{ kind: 'terminal', expr }]]);
  return builder.finish(root);
}

function readFlags(dialect: RegexDialect, flags: string | undefined, isObject: boolean): RegexOptions {
  const has = (flag: string): boolean => flags?.includes(flag) ?? false;
  const dotAll = has('s') || (dialect === 'xgrammar' && flags === undefined);
  return {
    dialect,
    mode: 'full',
    ignoreCase: has('i'),
    multiline: has('m'),
    dotAll,
    unicodeSets: has('v'),
    annexB: isObject && !has('u') && !has('v'),
    verbose: has('x'),
    unicode: has('u') || dialect === 'rust',
    dollarEndOnly: has('D'),
  };
}

function checkFlags(flags: string, dialect: RegexDialect): void {
  if (typeof flags !== 'string') throw new GrammaskError('ARGUMENT', 'flags are a string');
  const known = FLAGS[dialect].join('');
  for (let at = 0; at < flags.length; at++) {
    const flag = flags[at] as string;
    if (!known.includes(flag)) {
      throw sourceError(
        'SYNTAX',
        flags,
        at,
        `${flag} is no flag of a pattern`,
        `known are ${[...known].join(', ')}`,
      );
    }
    if (flags.indexOf(flag) < at) throw sourceError('SYNTAX', flags, at, `flag ${flag} stands twice`);
  }
  if (dialect === 'ecmascript' && flags.includes('u') && flags.includes('v')) {
    throw sourceError('SYNTAX', flags, flags.indexOf('v'), 'flags u and v exclude each other');
  }
}
