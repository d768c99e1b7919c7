import { encode } from 'gpt-tokenizer/encoding/cl100k_base';
import { type CompiledGrammar, type Grammar, GrammaskError } from '../../src/index.js';
import { isAllowed, type TestVocabulary } from '../differential/test-vocabulary.js';

/** The tokenizer's own tokens of a text; names of special tokens in it are text like any other. */
export function realTokens(text: string): number[] {
  return encode(text, { disallowedSpecial: new Set() });
}

/** The grammar, or null where the schema is refused: with a keyword named, never in another way. */
export function refusedAsNull(make: () => Grammar): Grammar | null {
  try {
    return make();
  } catch (error) {
    if (
      GrammaskError.isInstance(error) &&
      ['UNSUPPORTED', 'SCHEMA', 'SYNTAX'].includes(error.code) &&
      error.location !== undefined
    )
      return null;
    throw error;
  }
}

/**
 * Writes a text token by token: each must be allowed by the mask computed just before it, and the end must be too.
 * Null where all of it is allowed, else where it is not; throws where mask and accept disagree.
 */
export function firstRefusal(
  compiled: CompiledGrammar,
  vocabulary: TestVocabulary,
  text: string,
): string | null {
  using matcher = compiled.matcher();
  const mask = new Int32Array(Math.ceil(vocabulary.engine.size / 32));
  for (const [index, token] of realTokens(text).entries()) {
    matcher.fillMask(mask);
    const allowed = isAllowed(mask, token);
    if (matcher.accept(token) !== allowed)
      throw new Error(`token ${index} of ${text}: accept and mask differ`);
    if (!allowed) return `token ${index}`;
  }
  matcher.fillMask(mask);
  const mayEnd = vocabulary.stopTokens.every((token) => isAllowed(mask, token));
  if (mayEnd !== matcher.isAccepting) throw new Error(`the end of ${text}: isAccepting and mask differ`);
  return mayEnd ? null : 'the end';
}

/** What the verdicts about byte prefixes of a text contradict; null where they agree. */
export function prefixContradiction(
  grammar: Grammar,
  text: string,
  accepted: boolean,
  cuts: readonly number[],
): string | null {
  const bytes = Buffer.from(text);
  const { validBytes, accepted: explained } = grammar.explain(bytes);
  if (explained !== accepted) return `test says ${accepted}, explain ${explained}`;
  if (accepted && validBytes !== bytes.length) return `accepted, and only ${validBytes} bytes valid`;
  const isEmptyLanguage = validBytes === 0 && !grammar.testPrefix('');
  const ends = [...cuts, validBytes, validBytes + 1];
  for (const end of ends) {
    if (end > bytes.length) continue;
    const viable = grammar.testPrefix(bytes.subarray(0, end));
    if (viable !== (end <= validBytes && !isEmptyLanguage))
      return `the first ${end} bytes: viable is ${viable}, valid are ${validBytes}`;
  }
  return null;
}
