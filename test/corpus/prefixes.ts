import type { Grammar } from '../../src/index.js';

/** What the verdicts about byte prefixes of a text contradict; null where they agree. */
export function prefixContradiction(
  grammar: Grammar,
  text: string,
  accepted: boolean,
  cuts: readonly number[],
): string | null {
  const bytes = Buffer.from(text);
  const { validBytes, accepted: explained } = grammar.explain(bytes);
  if (explained !== accepted)
    return `the text is ${accepted ? 'valid' : 'not valid'}, explain says ${explained}`;
  if (accepted && validBytes !== bytes.length) return `accepted, and only ${validBytes} bytes valid`;
  const isEmptyLanguage = validBytes === 0 && !grammar.testPrefix('');
  for (const end of [...cuts, validBytes, validBytes + 1]) {
    if (end > bytes.length) continue;
    const viable = grammar.testPrefix(bytes.subarray(0, end));
    if (viable !== (end <= validBytes && !isEmptyLanguage))
      return `the first ${end} bytes: viable is ${viable}, valid are ${validBytes}`;
  }
  return null;
}
