// The ways to put a text to an engine. Each gives a verdict; where two of them are about one question, they must agree.
import type { CompiledGrammar, Matcher } from '../../src/index.js';
import type { RealVocabulary } from './real-vocabulary.js';
import { noteTime, type TimeCounts } from './times.js';

/** Two ways to ask the same thing gave different answers: always a fault of the engine. */
export class WaysDiffer extends Error {}

/** The time for a schema is over. */
export class OutOfTime extends Error {}

/**
 * The time for a schema: processor time of this process, so that a busy machine does not change what comes out. It is looked
 * at between calls of the engine, whose own limits are of wall-clock time: `patience` milliseconds.
 */
export interface Clock {
  /** @throws OutOfTime */
  check(): void;
  /** Processor time so far, in milliseconds. */
  readonly spent: number;
  readonly patience: number;
}

/** How much longer than its processor time a call may take. */
export const BUSY_FACTOR = 5;

export function startClock(milliseconds: number): Clock {
  const start = process.cpuUsage();
  const spent = (): number => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  return {
    get spent() {
      return spent();
    },
    patience: milliseconds * BUSY_FACTOR,
    check() {
      if (spent() > milliseconds) throw new OutOfTime(`not done in ${milliseconds} ms of processor time`);
    },
  };
}

export interface WalkTimes {
  readonly mask: TimeCounts;
  readonly accept: TimeCounts;
}

/** The verdict of a matcher that is given one byte after the other. */
export function acceptsByBytes(compiled: CompiledGrammar, text: string, clock: Clock): boolean {
  using matcher = compiled.matcher({ maxRollback: 0, timeoutMs: clock.patience });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at++) {
    if (at % 256 === 0) clock.check();
    if (!matcher.acceptBytes(bytes.subarray(at, at + 1))) return false;
  }
  return matcher.isAccepting;
}

/**
 * Writes a text token by token: each must be allowed by the mask computed just before it, and at the end a stop token
 * must be.
 *
 * @returns null where all of it is allowed, else what is not
 * @throws WaysDiffer where a mask and `accept`, or a mask and `isAccepting`, disagree
 */
export function firstRefusal(
  compiled: CompiledGrammar,
  vocabulary: RealVocabulary,
  text: string,
  clock: Clock,
  times?: WalkTimes,
): string | null {
  using matcher = compiled.matcher({ maxRollback: 1, timeoutMs: clock.patience });
  const mask = emptyMask(vocabulary);
  for (const [index, token] of vocabulary.encode(text).entries()) {
    clock.check();
    const started = performance.now();
    matcher.fillMask(mask);
    const filled = performance.now();
    const accepted = matcher.accept(token);
    const done = performance.now();
    if (times !== undefined) {
      noteTime(times.mask, (filled - started) * 1000);
      noteTime(times.accept, (done - filled) * 1000);
    }
    const shown = `token ${index} (${JSON.stringify(Buffer.from(vocabulary.tokens[token] ?? []).toString())})`;
    if (isAllowed(mask, token) !== accepted) {
      throw new WaysDiffer(`${shown}: accept says ${accepted}, the mask ${!accepted}`);
    }
    if (!accepted) return shown;
  }
  return mayEnd(matcher, vocabulary, mask) ? null : 'the end';
}

/**
 * Whether the mask here allows a stop token.
 *
 * @throws WaysDiffer where `isAccepting` says otherwise
 */
export function mayEnd(matcher: Matcher, vocabulary: RealVocabulary, mask: Int32Array): boolean {
  matcher.fillMask(mask);
  const allowed = isAllowed(mask, vocabulary.stopToken);
  if (allowed !== matcher.isAccepting) {
    throw new WaysDiffer(`the end: isAccepting says ${!allowed}, the mask ${allowed}`);
  }
  return allowed;
}

export function emptyMask(vocabulary: RealVocabulary): Int32Array {
  return new Int32Array(Math.ceil(vocabulary.engine.size / 32));
}

export function isAllowed(mask: Int32Array, token: number): boolean {
  return (((mask[token >> 5] ?? 0) >>> (token & 31)) & 1) === 1;
}
