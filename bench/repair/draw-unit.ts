// Draws the samples of one arm for one bug and one seed, through the repair loop as users call it.
import type { GenerateTimings } from '../../src/generate/timings.js';
import { cached, type Patch, type RepairPolicy, repair } from '../../src/repair/index.js';
import { type DrawnArm, fullArm, switchesOf } from './arms.js';
import type { Bug } from './data.js';
import { type SampleRecord, tenths, type UnitEntry, unitKey } from './records.js';
import type { Verdicts } from './verdicts.js';
import { type WatchedEngine, type WatchedModel, withDelays } from './watch.js';

export interface DrawContext {
  readonly project: string;
  readonly model: WatchedModel;
  readonly engine: WatchedEngine;
  readonly verdicts: Verdicts;
  /** What is the same in every arm. */
  readonly policy: RepairPolicy;
  readonly samples: number;
}

/** So many samples at the most, where they are drawn for a time. */
const MOST = 20;

/** So many samples of the full arm are drawn again, for the time of a token. */
const WARM = 4;

/** @param atLeastMs vanilla goes on until so much time is used */
export async function drawUnit(
  context: DrawContext,
  arm: DrawnArm,
  bug: Bug,
  seed: number,
  atLeastMs = 0,
): Promise<UnitEntry> {
  const { model, engine, verdicts, samples } = context;
  const { policy, names } = switchesOf(arm);
  model.take();
  engine.take();
  const memory = names ? cached(engine.engine, { deadlineMs: Number.POSITIVE_INFINITY }) : null;
  const drawSome = async (count: number, most: number): Promise<SampleRecord[]> => {
    const records: SampleRecord[] = [];
    let used = 0;
    const run = repair({
      project: context.project,
      file: `${bug.slug}.ts`,
      content: bug.buggy,
      range: String(bug.line),
      model: model.model,
      engine: memory,
      validator: verdicts.validator,
      samples: most,
      seed,
      policy: { ...context.policy, ...policy },
    });
    let started = performance.now() - verdicts.waitedMs;
    for await (const patch of run) {
      const now = performance.now() - verdicts.waitedMs;
      // Small changes are made and scored together before the first one comes: that is its price.
      const spent = patch.origin.kind === 'ranked' ? now - started : undefined;
      const record = recordOf(patch, model.take(), spent);
      records.push(record);
      used += record.draw + record.check;
      if (records.length >= count && used >= atLeastMs) break;
      started = now;
    }
    return records;
  };
  const { value, late, own } = await withDelays(() =>
    drawSome(samples, samples * (atLeastMs > 0 ? MOST : 1)),
  );
  const lookups = engine.take();
  // The same samples once more, with the names that the first ones asked for.
  const warm = arm === fullArm ? await drawSome(Math.min(samples, WARM), Math.min(samples, WARM)) : undefined;
  return {
    key: unitKey(arm, bug.id, seed),
    kind: 'unit',
    arm,
    bug: bug.id,
    seed,
    samples: value,
    ...(warm === undefined ? {} : { warm }),
    lookups,
    late,
    ...(own === undefined ? {} : { own }),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The prompt is read beside the compile of the grammar and the first mask; what is later is the loop, but for type checks. */
function loopOf({ total, tokenize, prefill, compile, firstMask, finished }: GenerateTimings): number {
  return Math.max(0, total - finished - Math.max(tokenize + prefill, compile + firstMask));
}

function recordOf(
  patch: Patch,
  timings: readonly GenerateTimings[],
  spent: number | undefined,
): SampleRecord {
  const { text, hash, status, checks, tokens, forwardPasses: passes, engine, ms } = patch;
  const of = (figure: (each: GenerateTimings) => number): number => sum(timings.map(figure));
  return {
    text,
    hash,
    status,
    draw: tenths(spent ?? ms.total - ms.check - ms.tests),
    check: tenths(ms.check),
    checks,
    tokens,
    drawn: of(({ tokens: { sampled, forced, closed } }) => sampled + forced + closed),
    passes,
    model: tenths(ms.model),
    engine: tenths(ms.engine),
    mask: tenths(ms.mask),
    queries: engine.queries,
    hits: engine.cacheHits,
    asked: of(({ slots }) => slots.asked),
    unknowns: of(({ slots }) => slots.unknown + slots.timedOut),
    loop: tenths(of(loopOf)),
    wait: tenths(of((each) => Math.max(0, loopOf(each) - each.forward - each.sample))),
    steps: of(({ perToken }) => perToken.forward.length),
  };
}
