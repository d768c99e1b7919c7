import { GrammaskError } from '../errors.js';
import type { GrammarLimits } from './program-format.js';

/** Counts what a front end builds against its limits. */
export interface BuildBudget {
  /** One more expression, rule or schema node, of so many words. */
  add(words: number): void;
  /** A step of work without a result; looks at the clock now and then. */
  step(): void;
}

const DEFAULT_MEMORY_BYTES = 2 ** 30;
const STEPS_PER_CLOCK = 512;

export function createBuildBudget(limits: GrammarLimits = {}): BuildBudget {
  if (typeof limits !== 'object' || limits === null) {
    throw new GrammaskError('ARGUMENT', 'limits must be an object', {
      hint: 'as { timeoutMs: 1000 }, or leave it out',
    });
  }
  const { timeoutMs, memoryBytes = DEFAULT_MEMORY_BYTES, nodes = Number.POSITIVE_INFINITY } = limits;
  checkLimit('timeoutMs', timeoutMs);
  checkLimit('memoryBytes', memoryBytes);
  checkLimit('nodes', nodes);
  const end = timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
  let count = 0;
  let bytes = 0;
  let untilClock = STEPS_PER_CLOCK;

  function checkClock(): void {
    untilClock = STEPS_PER_CLOCK;
    if (performance.now() >= end) {
      throw new GrammaskError('DEADLINE', `building the grammar took longer than ${timeoutMs} ms`, {
        hint: 'raise limits.timeoutMs or make the grammar smaller',
      });
    }
  }
  function step(): void {
    if (--untilClock <= 0) checkClock();
  }

  if (timeoutMs !== undefined) checkClock();
  return {
    add(words) {
      count += 1;
      bytes += 4 * words;
      // What is long takes as much time as many short ones.
      untilClock -= words >>> 6;
      if (count > nodes) {
        throw new GrammaskError('MEMORY', `the grammar needs more than ${nodes} nodes`, {
          hint: 'raise limits.nodes or make the grammar smaller',
        });
      }
      if (bytes > memoryBytes) {
        throw new GrammaskError('MEMORY', `the grammar needs more than ${memoryBytes} bytes`, {
          hint: 'raise limits.memoryBytes or make the grammar smaller',
        });
      }
      step();
    },
    step,
  };
}

function checkLimit(name: string, value: number | undefined): void {
  if (value === undefined || (typeof value === 'number' && value >= 0)) return;
  throw new GrammaskError('ARGUMENT', `limits.${name} must be a number of 0 or more`);
}
