// What a generation begins with: its grammar compiled, its tokens checked, its first mask and its first end.
import type { CompiledGrammar } from '../engine/compiled-grammar.js';
import type { Grammar } from '../engine/grammar.js';
import type { Vocabulary } from '../engine/vocabulary.js';
import { GrammaskError } from '../errors.js';
import type { AbortWatch } from './abort.js';
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

/** A compiled grammar, and what ends its use. */
export interface InUse {
  readonly compiled: CompiledGrammar;
  release(): void;
}

export function compile(
  context: DecodeContext,
  request: GenerateRequest,
  timings: GenerateTimings,
): Promise<InUse> {
  const started = performance.now();
  const compiling = compileInUse(context, request).finally(() => {
    timings.compile = performance.now() - started;
  });
  compiling.catch(() => {});
  return compiling;
}

async function compileInUse(
  { compiler, compiledGrammars }: DecodeContext,
  { constraint, signal }: GenerateRequest,
): Promise<InUse> {
  const grammar = constraint?.makeGrammar() as Grammar;
  // Others are made anew each time.
  if (constraint?.kind === 'grammar') {
    const compiled = await compiledGrammars.use(grammar, signal);
    return { compiled, release: () => compiledGrammars.release(grammar, compiled) };
  }
  const compiled = await compiler.compile(grammar, { signal });
  return { compiled, release: () => compiled.dispose() };
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
