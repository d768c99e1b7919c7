import { createTokenPicker, type TokenPicker } from '../../bench/conformance/draw.js';
import type { Finding } from '../../bench/conformance/findings.js';
import { realVocabulary } from '../../bench/conformance/real-vocabulary.js';
import type { Engine } from '../../bench/conformance/suite-case.js';
import { Compiler } from '../../src/index.js';

/** All of a corpus, and not a sample of it. */
export const full = process.env.GRAMMASK_TEST_FULL === '1';
export const timeout = full ? 7_200_000 : 300_000;

/** A compiler with a real vocabulary. The limits of `npm run conformance` are far below: the machine may be busy. */
export async function corpusEngine(): Promise<Engine & { picker: TokenPicker }> {
  const vocabulary = await realVocabulary('cl100k_base');
  return {
    compiler: new Compiler(vocabulary.engine),
    vocabulary,
    timeoutMs: 60_000,
    picker: createTokenPicker(vocabulary),
  };
}

/** Every `step`-th case in the ordinary run, all of them in the full one. */
export function sampleOf<T>(cases: readonly T[], step: number, first = 0): readonly T[] {
  return full ? cases : cases.filter((_, index) => index % step === first % step);
}

/** A finding in a line. */
export function shown({ name, about, fault, reason, text }: Finding): string {
  const parts = [name, about, fault, reason.split('\n').slice(0, 2).join(' '), text?.slice(0, 200)];
  return parts.filter((part) => part !== undefined).join(': ');
}
