// What a generation begins with: its grammar compiled, its tokens checked, its first mask and its first end.
import type { CompiledGrammar } from '../engine/compiled-grammar.js';
import type { Grammar } from '../engine/grammar.js';
import type { Vocabulary } from '../engine/vocabulary.js';
import { GrammaskError } from '../errors.js';
import type { AbortWatch } from './abort.js';
import { compileShared } from './compiled-grammars.js';
import type { DecodeContext } from './decode.js';
import { createGuide, type Guide, type GuideOptions } from './guide.js';
import { checkBudget, unsatisfiable } from './limits.js';
import { NO_TOKEN, soleToken } from './mask-bits.js';
import type { GenerateRequest } from './options.js';
import type { GenerateTimings } from './timings.js';

export function checkTokens(
  tokens: readonly number[] | Int32Array,
  name: string,
  { tokenCount }: Vocabulary,
): void {
  const wrong = tokens.find((token) => token >= tokenCount);
  if (wrong === undefined) return;
  throw new GrammaskError('TOKEN_RANGE', `\`${name}\` has the token ${wrong}`, {
    hint: `the model has ${tokenCount} tokens`,
  });
}

/** Whether it was made by the caller, who may give it again. */
export const isShared = (constraint: GenerateRequest['constraint']): boolean =>
  constraint?.kind === 'grammar';

export function compile(
  { compiler }: DecodeContext,
  { constraint, signal }: GenerateRequest,
  timings: GenerateTimings,
): Promise<CompiledGrammar> {
  const started = performance.now();
  const grammar = constraint?.makeGrammar() as Grammar;
  const running = isShared(constraint)
    ? compileShared(compiler, grammar, signal)
    : compiler.compile(grammar, { signal });
  const compiling = running.finally(() => {
    timings.compile = performance.now() - started;
  });
  compiling.catch(() => {});
  return compiling;
}

/** A guide at the beginning of the answer, its first mask under way or there. */
export async function openGuide(
  options: GuideOptions,
  limit: number,
  request: GenerateRequest,
  watch: AbortWatch,
): Promise<Guide> {
  if (!options.compiled.satisfiable) throw unsatisfiable(request);
  const guide = createGuide(options);
  try {
    guide.begin();
    const mask = await watch.race(guide.mask(watch));
    if (soleToken(mask) === NO_TOKEN) throw unsatisfiable(request);
    await guide.findEnd(watch);
    if (options.keepsEnd) checkBudget(guide, limit, request);
    return guide;
  } catch (error) {
    guide.dispose();
    throw error;
  }
}
