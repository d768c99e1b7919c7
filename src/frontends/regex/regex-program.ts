import { checkOptions } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { createProgramBuilder } from '../program-builder.js';
import type { GrammarLimits } from '../program-format.js';
import { sourceError } from '../source-location.js';
import { regexToExpr } from './regex-to-expr.js';

export interface RegexProgramOptions {
  /** Flags of a pattern given as text: u (always on), i, m, s; g and d mean nothing. Default: u. */
  readonly flags?: string | undefined;
  readonly limits?: GrammarLimits | undefined;
}

const REFUSED_FLAGS: ReadonlyMap<string, readonly [what: string, hint: string]> = new Map([
  ['v', ['set notation', 'use flag u and plain ranges']],
  ['y', ['a sticky match', 'the whole text must match in any case: leave flag y out']],
]);

/**
 * The program of the texts that a pattern matches as a whole. A pattern given as text has flag u; a RegExp object brings its
 * flags, and without u its syntax is that of Annex B. Characters are code points in both.
 */
export function regexProgram(pattern: string | RegExp, options: RegexProgramOptions = {}): Uint8Array {
  const isObject = pattern instanceof RegExp;
  if (!isObject && typeof pattern !== 'string') {
    throw new GrammaskError('ARGUMENT', 'a pattern is a string or a RegExp');
  }
  const source = isObject ? pattern.source : pattern;
  const { flags: given, limits } = checkOptions(options, ['flags', 'limits']);
  const flags = given ?? (isObject ? pattern.flags : 'u');
  checkFlags(flags);
  const builder = createProgramBuilder(limits);
  const annexB = isObject && !flags.includes('u');
  const expr = regexToExpr(builder, source, {
    mode: 'full',
    ignoreCase: flags.includes('i'),
    multiline: flags.includes('m'),
    dotAll: flags.includes('s'),
    annexB,
  });
  const root = builder.reserveRule('root');
  builder.setRule(root, [[{ kind: 'terminal', expr }]]);
  return builder.finish(root);
}

function checkFlags(flags: string): void {
  if (typeof flags !== 'string') throw new GrammaskError('ARGUMENT', 'flags are a string');
  for (let at = 0; at < flags.length; at++) {
    const flag = flags[at] as string;
    if (!'dgimsuvy'.includes(flag)) throw sourceError('SYNTAX', flags, at, `${flag} is no flag of a pattern`);
    if (flags.indexOf(flag) < at) throw sourceError('SYNTAX', flags, at, `flag ${flag} stands twice`);
    const refused = REFUSED_FLAGS.get(flag);
    if (refused !== undefined) {
      throw sourceError(
        'UNSUPPORTED',
        flags,
        at,
        `flag ${flag} (${refused[0]}) cannot be enforced`,
        refused[1],
      );
    }
  }
}
