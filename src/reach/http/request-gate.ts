// When a request may begin: not more than so many at a time, not more than so many in a second, none while the server has
// asked to wait, and not more than the budget in all.
import { setTimeout as sleep } from 'node:timers/promises';

export interface RequestGate {
  /** Does the task when fewer than `concurrency` are under way. */
  run<Result>(task: () => Promise<Result>): Promise<Result>;
  /** Waits until a request may begin, and counts it. false: the budget is used up, or the time is over. */
  begin(): Promise<boolean>;
  /** Counts one that was sent in an earlier run. false: the budget is used up. */
  count(): boolean;
  /** No request begins before so many milliseconds have gone by. */
  pause(ms: number): void;
  /** Requests so far, and those that may still be: none when the time is over. */
  readonly spent: number;
  readonly left: number;
}

export interface GateOptions {
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  /** Requests in all. */
  readonly budget: number;
  /** When the last one may begin, as `performance.now()` tells. */
  readonly endsAt: number;
  /** Ends each wait, with its reason. */
  readonly signal: AbortSignal | undefined;
}

export function createRequestGate(options: GateOptions): RequestGate {
  const { concurrency, requestsPerSecond, budget, endsAt, signal } = options;
  const waiting: (() => void)[] = [];
  let running = 0;
  let spent = 0;
  let nextStart = 0;

  function count(): boolean {
    if (spent >= budget) return false;
    spent++;
    return true;
  }

  const left = (): number => (performance.now() >= endsAt ? 0 : Math.max(0, budget - spent));

  return {
    count,
    async run(task) {
      if (running < concurrency) running++;
      // Whoever ends hands its place on.
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running--;
        else next();
      }
    },
    async begin() {
      // A pause may come while it waits. Timers may fire a little early.
      for (let wait = nextStart - performance.now(); wait > 0; wait = nextStart - performance.now()) {
        if (left() === 0) return false;
        await sleep(Math.ceil(wait), undefined, { signal });
      }
      if (left() === 0 || !count()) return false;
      nextStart = Math.max(nextStart, performance.now()) + 1000 / requestsPerSecond;
      return true;
    },
    pause(ms) {
      nextStart = Math.max(nextStart, performance.now() + ms);
    },
    get spent() {
      return spent;
    },
    get left() {
      return left();
    },
  };
}
