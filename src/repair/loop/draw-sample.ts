import { createHash } from 'node:crypto';
import { GrammaskError } from '../../errors.js';
import type { GenerateResult } from '../../generate/generate.js';
import type { PrunedName } from '../../generate/pruned-names.js';
import type { GenerateTimings } from '../../generate/timings.js';
import type { Model } from '../../model/load-model.js';
import type { CachedEngine } from '../engines/cached.js';
import { onSlotFromEngine } from '../engines/on-slot.js';
import type { Hole } from '../holes.js';
import { noCosts, type Patch, type PatchStatus } from '../patch.js';
import type { TemplateHole } from '../templates.js';
import { type WrittenHole, writtenHole } from './hole-text.js';
import type { FullPolicy } from './policy.js';
import type { Prompter } from './prompts.js';

/** A completion engine that counts. */
export type NamesWithMemory = Pick<CachedEngine, 'complete' | 'stats' | 'clearCache'>;

/** What samples are drawn with. */
export interface SampleContext {
  readonly model: Model;
  /** The grammars of the templates, made once. */
  readonly written: WeakMap<TemplateHole, WrittenHole>;
  readonly prompter: Prompter;
  readonly policy: FullPolicy;
  /** With a memory that all samples share; undefined where names are not asked for. */
  readonly engine: NamesWithMemory | undefined;
  /** Told of names that the model would have written. */
  readonly onPruned: ((pruned: PrunedName) => void) | undefined;
  /** Ends the sample; `timeout` then. */
  readonly signal: AbortSignal;
}

/** What came of a sample. */
export interface Sample {
  /** The whole text of the hole; undefined where there is none. */
  readonly text: string | undefined;
  /** Why there is no text to judge; undefined where there is. */
  readonly ended: Extract<PatchStatus, 'pruned_dead_end' | 'unfinished' | 'timeout'> | undefined;
  readonly costs: Pick<Patch, 'tokens' | 'forcedTokens' | 'takenBack' | 'forwardPasses' | 'engine' | 'ms'>;
}

/** The seed of one sample: the same for the same run, another for every sample. */
export function sampleSeed(seed: number, hole: number, sample: number): number {
  return createHash('sha256').update(`${seed}\0${hole}\0${sample}`).digest().readUInt32LE();
}

/** The template of a sample: every other one is the whole text, the rest takes turns. */
export function templateOf(templates: readonly TemplateHole[], sample: number): TemplateHole {
  const [whole, ...parts] = templates as [TemplateHole, ...TemplateHole[]];
  return sample % 2 === 0 || parts.length === 0 ? whole : (parts[(sample >> 1) % parts.length] ?? whole);
}

/**
 * Draws one text for a hole.
 *
 * @throws GrammaskError what `generate` throws, but `DEAD_END`, `UNSATISFIABLE`, `BUDGET_TOO_SMALL` and `ABORTED`
 */
export async function drawSample(
  context: SampleContext,
  hole: Hole,
  template: TemplateHole,
  seed: number,
): Promise<Sample> {
  const { engine, policy } = context;
  const started = performance.now();
  if (!policy.cache) engine?.clearCache();
  const before = engine?.stats;
  let result: GenerateResult<string> | undefined;
  let ended: Sample['ended'];
  const written = context.written.get(template) ?? writtenHole(hole, template);
  context.written.set(template, written);
  try {
    result = await draw(context, hole, written, template, seed);
    if (result === undefined) ended = 'pruned_dead_end';
    else if (result.finishReason === 'length') ended = 'unfinished';
  } catch (error) {
    ended = endOf(error);
    if (ended === undefined) throw error;
  }
  const after = engine?.stats;
  const since = (name: 'queries' | 'cacheHits'): number => (after?.[name] ?? 0) - (before?.[name] ?? 0);
  const timings = result?.timings;
  return {
    text: result === undefined ? undefined : written.textOf(result.text),
    ended,
    costs: {
      tokens: result?.usage.completionTokens ?? 0,
      forcedTokens: timings?.tokens.forced ?? 0,
      takenBack: result?.backtracking.takenBack ?? 0,
      // The prompt's pass is one as well, unless the model knew it.
      forwardPasses: timings === undefined ? 0 : passesOf(timings),
      engine: {
        queries: since('queries'),
        cacheHits: since('cacheHits'),
        unknowns: timings === undefined ? 0 : timings.slots.unknown + timings.slots.timedOut,
      },
      ms: {
        ...noCosts.ms,
        model: timings === undefined ? 0 : timings.prefill + timings.forward,
        engine: timings?.slots.ms ?? 0,
        mask: timings === undefined ? 0 : timings.firstMask + timings.mask,
        total: performance.now() - started,
      },
    },
  };
}

function passesOf({ perToken, tokens }: GenerateTimings): number {
  return perToken.forward.length + (tokens.remembered < tokens.prompt ? 1 : 0);
}

async function draw(
  { model, prompter, policy, engine, onPruned, signal }: SampleContext,
  hole: Hole,
  written: WrittenHole,
  template: TemplateHole,
  seed: number,
): Promise<GenerateResult<string> | undefined> {
  const { constraint, temperature, topK, topP, maxTokens, onLimit, slotTimeoutMs, showOld } = policy;
  const { active, backtrack } = policy;
  const gap = { ...written, old: showOld && template.template === 'whole' ? hole.original : undefined };
  const common = {
    ...prompter.promptFor(gap, maxTokens),
    ...{ temperature, topK, topP, maxTokens, seed, signal, keepPrompt: true },
  };
  if (constraint === 'none') {
    const { stop } = written;
    return model.generate({ ...common, stop, onLimit: 'partial' });
  }
  const grammar = written.grammar();
  if (grammar === undefined) return undefined;
  const held = { ...common, grammar, onLimit, backtrack, forced: active ? 'text' : 'tokens' } as const;
  if (engine === undefined) return model.generate(held);
  const { file } = hole;
  const { prefix, suffix } = written;
  // The grammar of holes reads parameters apart from references, so lists are closed where one may stand, too.
  const onSlot = onSlotFromEngine(engine, { file, prefix, suffix, newNames: 'grammar' });
  return model.generate({ ...held, onSlot, onPruned, slotTimeoutMs });
}

function endOf(error: unknown): Sample['ended'] {
  if (!GrammaskError.isInstance(error)) return undefined;
  switch (error.code) {
    case 'DEAD_END':
    case 'UNSATISFIABLE':
      return 'pruned_dead_end';
    case 'BUDGET_TOO_SMALL':
      return 'unfinished';
    case 'ABORTED':
      return 'timeout';
    default:
      return undefined;
  }
}
