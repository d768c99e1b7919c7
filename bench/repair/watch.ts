// Looks at a model and at a completion engine while the repair loop works with them.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { GenerateTimings } from '../../src/generate/timings.js';
import type { Model } from '../../src/index.js';
import type { CompletionEngine, TypeScriptEngine } from '../../src/repair/index.js';
import { type Stretches, watchMainThread } from './main-thread.js';
import { tenths, type UnitEntry } from './records.js';

export interface WatchedModel {
  readonly model: Model;
  /** The timings of the generations since the last call. */
  take(): GenerateTimings[];
}

export function watchModel(model: Model): WatchedModel {
  let seen: GenerateTimings[] = [];
  const generate = async (options: Parameters<Model['generate']>[0]): Promise<unknown> => {
    const result = await model.generate(options);
    seen.push(result.timings);
    return result;
  };
  return {
    model: { ...model, generate: generate as Model['generate'] },
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
  };
}

export interface WatchedEngine {
  /** Without a memory: the repair loop gives it one of its own, so that each run begins without answers. */
  readonly engine: CompletionEngine;
  /** Milliseconds of the questions since the last call. */
  take(): number[];
}

export function watchEngine(engine: TypeScriptEngine): WatchedEngine {
  let seen: number[] = [];
  return {
    engine: {
      async complete(request) {
        engine.clearCache();
        const started = performance.now();
        const answer = await engine.complete(request);
        seen.push(tenths(performance.now() - started));
        return answer;
      },
    },
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
  };
}

/** How late the event loop comes to its timers while something runs, whatever the machine does beside, and what of that is our own work. */
export async function withDelays<Value>(
  work: () => Promise<Value>,
): Promise<{ value: Value; late: UnitEntry['late']; own: Stretches | undefined }> {
  const resolution = 2;
  const ownWork = watchMainThread();
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  try {
    const value = await work();
    const late = (ns: number): number => tenths(Math.max(0, ns / 1e6 - resolution));
    return {
      value,
      own: ownWork(),
      late: {
        p50: late(histogram.percentile(50)),
        p99: late(histogram.percentile(99)),
        max: late(histogram.max),
      },
    };
  } finally {
    histogram.disable();
    ownWork();
  }
}
