import { createHash } from 'node:crypto';
import { GrammaskError } from '../../errors.js';
import { createDeadTexts } from '../../generate/dead-texts.js';
import type { GenerateResult } from '../../generate/generate.js';
import type { PrunedName } from '../../generate/pruned-names.js';
import type { GenerateTimings } from '../../generate/timings.js';
import type { Model } from '../../model/load-model.js';
import type { CachedEngine } from '../engines/cached.js';
import { onSlotFromEngine } from '../engines/on-slot.js';
import type { Hole } from '../holes.js';
import { noCosts, type Patch, type PatchStatus } from '../patch.js';
import type { TemplateHole } from '../templates.js';
import { type AlikeAnswers, askingOnce, noAnswers } from './alike-questions.js';
import { type Avoided, createSampleChecks, type HoleChecks, type SampleChecks } from './checked-texts.js';
import { leavingDeadMembers } from './dead-members.js';
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
  /** What samples of the same template found to lead nowhere. */
  readonly avoided: Avoided;
  /** Names that the engine gave, for questions that are alike. */
  readonly alike: WeakMap<WrittenHole, AlikeAnswers>;
  /** Type checks while it writes; undefined: none. */
  readonly checks: HoleChecks | undefined;
  /** Told of names that the model would have written. */
  readonly onPruned: ((pruned: PrunedName) => void) | undefined;
  /** Ends the sample; `timeout` then. */
  readonly signal: AbortSignal;
}

/** What came of a sample. */
export interface Sample {
  /** What was written: where another part is needed than the one asked for, that. */
  readonly template: TemplateHole;
  /** The whole text of the hole; undefined where there is none. */
  readonly text: string | undefined;
  /** Why there is no text to judge; undefined where there is. */
  readonly ended: Extract<PatchStatus, 'pruned_dead_end' | 'unfinished' | 'timeout'> | undefined;
  readonly costs: Pick<
    Patch,
    'checks' | 'tokens' | 'forcedTokens' | 'takenBack' | 'forwardPasses' | 'engine' | 'ms'
  >;
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
  wanted: TemplateHole,
  seed: number,
): Promise<Sample> {
  const { engine, policy } = context;
  const started = performance.now();
  if (!policy.cache) engine?.clearCache();
  const before = engine?.stats;
  let result: GenerateResult<string> | undefined;
  let ended: Sample['ended'];
  const needed = wanted.template === 'whole' ? await context.checks?.needed() : undefined;
  const template = needed?.part ?? wanted;
  const written = context.written.get(template) ?? writtenHole(hole, template);
  const alikeHits = (): number => context.alike.get(written)?.hits ?? 0;
  const alikeBefore = alikeHits();
  context.written.set(template, written);
  const checks = context.checks && createSampleChecks(context.checks, written, policy.checks, needed?.cost);
  try {
    result = await draw(context, hole, written, template, seed, checks);
    if (result === undefined) ended = 'pruned_dead_end';
    else if (result.finishReason === 'length') ended = 'unfinished';
  } catch (error) {
    ended = endOf(error);
    if (ended === undefined) throw error;
  }
  const after = engine?.stats;
  const since = (name: 'queries' | 'cacheHits'): number =>
    (after?.[name] ?? 0) - (before?.[name] ?? 0) + alikeHits() - alikeBefore;
  const timings = result?.timings;
  // Where the tries are over, or nothing else is left, the best of what was turned down is what came of it.
  const best = ended === undefined || ended === 'pruned_dead_end' ? checks?.best : undefined;
  return {
    template,
    text: best ?? (result === undefined ? undefined : written.textOf(result.text)),
    ended: best === undefined ? ended : undefined,
    costs: {
      checks: checks?.count ?? 0,
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
        check: checks?.ms ?? 0,
        // A check counts as it was measured, also where somebody else made it.
        total: performance.now() - started - (checks?.waitedMs ?? 0) + (checks?.ms ?? 0),
      },
    },
  };
}

function passesOf({ perToken, tokens }: GenerateTimings): number {
  return perToken.forward.length + (tokens.remembered < tokens.prompt ? 1 : 0);
}

async function draw(
  { model, prompter, policy, engine, avoided, alike, onPruned, signal }: SampleContext,
  hole: Hole,
  written: WrittenHole,
  template: TemplateHole,
  seed: number,
  checks: SampleChecks | undefined,
): Promise<GenerateResult<string> | undefined> {
  const { constraint, temperature, topK, topP, maxTokens, onLimit, slotTimeoutMs, showOld } = policy;
  const { active, backtrack, cache } = policy;
  const gap = { ...written, old: showOld && template.template === 'whole' ? hole.original : undefined };
  const common = {
    ...(await prompter.promptFor(gap, maxTokens)),
    ...{ temperature, topK, topP, maxTokens, seed, signal, keepPrompt: true },
  };
  if (constraint === 'none') {
    const { stop } = written;
    return model.generate({ ...common, stop, onLimit: 'partial' });
  }
  const grammar = await written.grammar();
  if (grammar === undefined) return undefined;
  const stopTokens = [...common.stopTokens, ...(written.endsLine ? prompter.lineBreaks : [])];
  const forced = active ? 'text' : 'tokens';
  const done = backtrack === 0 ? [] : doneTokens({ model, prompter }, written, common.stopTokens);
  const avoid = avoided.get(written) ?? createDeadTexts();
  avoided.set(written, avoid);
  const held = {
    ...common,
    ...({ stopTokens, grammar, onLimit, backtrack, forced, doneTokens: done, whenDone: 'close' } as const),
    ...{ onFinished: checks?.onFinished, avoid: checks && avoid },
  };
  if (engine === undefined) return model.generate(held);
  const { file } = hole;
  const { prefix, suffix } = written;
  // The grammar of holes reads parameters apart from references, so lists are closed where one may stand, too.
  const names = onSlotFromEngine(engine, { file, prefix, suffix, newNames: 'grammar' });
  const answers = alike.get(written) ?? noAnswers();
  alike.set(written, answers);
  const onSlot = leavingDeadMembers(cache ? askingOnce(names, answers) : names, prefix, hole.content);
  return model.generate({ ...held, onSlot, onPruned, slotTimeoutMs });
}

/** The tokens with which a model says that it has written the hole. */
function doneTokens(
  { model, prompter }: Pick<SampleContext, 'model' | 'prompter'>,
  { stop }: WrittenHole,
  stops: readonly number[],
): readonly number[] {
  const lines = stop.includes('\n') ? prompter.lineBreaks : [];
  return [...model.vocabulary.stopTokens, ...stops, ...lines];
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
