import type { Bracket, Frame, Machine } from './machine.js';
import { depthOf, stateOf } from './machine.js';
import type { Close } from './state-table.js';
import { STATES } from './states.js';
import { reachOf, type SuffixReading } from './suffix.js';

/**
 * Where in the brackets a state stands, since that decides what may end there:
 *
 * - `matched`: within a bracket or a construct that the hole begins and ends: the same for all holes. A construct that is over
 *   with its last token may have to end with a word, or otherwise, since that decides what may stand right behind it;
 * - `stack`: what is open was open before the hole, which may close it;
 * - `opened`: the hole has opened something that it leaves to the suffix.
 */
export type Context =
  | { readonly kind: 'matched'; readonly ends?: 'with a word' | 'otherwise' }
  | { readonly kind: 'stack'; readonly stack: Frame | undefined; readonly reading: number }
  | {
      readonly kind: 'opened';
      readonly depth: number;
      readonly reading: number;
      /** What closes the innermost of it. */
      readonly close: Close;
    };

export const MATCHED: Context = { kind: 'matched' };

/** A name for rules; equal contexts have one name. */
export function contextName(context: Context): string {
  switch (context.kind) {
    case 'matched':
      return context.ends === undefined ? '' : `-${context.ends.replaceAll(' ', '-')}`;
    case 'stack':
      if (context.stack === undefined && context.reading === 0) return '-top';
      return `-in${context.reading}-${context.stack?.id ?? 'file'}`;
    case 'opened':
      return `-open${context.reading}-${context.depth}${context.close}`;
  }
}

/** What the brackets of prefix and suffix ask of a hole. */
export interface Balance {
  /** The context behind an opening bracket that the hole does not close; undefined where the suffix does not either. */
  readonly opened: (context: Context, close: Close, bracket: Bracket | undefined) => Context | undefined;
  /** Whether the hole may end in a state. */
  readonly ends: (context: Context, state: string) => boolean;
}

/** How many of the outermost brackets of the prefix the suffix closes. */
export function commonDepth(prefix: readonly Bracket[], suffix: readonly Bracket[]): number {
  const differs = prefix.findIndex((bracket, index) => bracket !== suffix[index]);
  return differs < 0 ? prefix.length : differs;
}

export function createBalance(
  machine: Machine,
  prefix: readonly Bracket[],
  readings: readonly SuffixReading[],
  suffix: string,
): Balance {
  const known = new Map<string, boolean>();
  const readingOf = (index: number): SuffixReading => readings[index] as SuffixReading;

  const common = readings.map(({ brackets }) => commonDepth(prefix, brackets));
  /** Whether what is open in a context agrees with the outermost brackets of what the suffix closes. */
  const agrees = (context: Exclude<Context, { kind: 'matched' }>): boolean =>
    context.kind === 'opened' || depthOf(context.stack) <= (common[context.reading] as number);
  const beyond = (close: Close): Frame =>
    machine.push(undefined, { close, bracket: undefined, to: 'beyond', inner: 'beyond' });

  /** The stack down to its first bracket; what the suffix does behind that is not looked at. */
  function nearest(stack: Frame | undefined): Frame | undefined {
    const frames: Frame[] = [];
    let frame = stack;
    for (; frame !== undefined && frame.bracket === undefined; frame = frame.below) frames.push(frame);
    let result = frame === undefined ? undefined : beyond(frame.close);
    for (const { close, bracket, to, inner } of frames.reverse()) {
      result = machine.push(result, { close, bracket, to, inner });
    }
    return result;
  }

  const reaches = new Map<Close | undefined, number>();
  /** How much of the suffix can follow any state there; what is wrong behind that is not the hole's fault. */
  function most(context: Exclude<Context, { kind: 'matched' }>): number {
    const stack = context.kind === 'stack' ? context.stack : beyond(context.close);
    let frame = stack;
    while (context.kind === 'stack' && frame !== undefined && frame.bracket === undefined)
      frame = frame.below;
    const close = frame?.close;
    let reach = reaches.get(close);
    if (reach === undefined) {
      const below = close === undefined ? undefined : beyond(close);
      const all = [...STATES.keys()].filter((state) => state !== 'beyond' && stateOf(state).raw !== true);
      reach = reachOf(
        machine,
        all.map((state) => ({ state, stack: below })),
        suffix,
      );
      reaches.set(close, reach);
    }
    return reach;
  }

  const depth = (context: Exclude<Context, { kind: 'matched' }>): number =>
    context.kind === 'opened' ? context.depth : depthOf(context.stack);

  return {
    opened(context, close, bracket) {
      if (context.kind === 'matched' || !agrees(context)) return undefined;
      const { reading } = context;
      const { brackets } = readingOf(reading);
      const now = depth(context);
      if (now > brackets.length) return undefined;
      if (bracket === undefined) return { kind: 'opened', depth: now, reading, close };
      return brackets[now] === bracket ? { kind: 'opened', depth: now + 1, reading, close } : undefined;
    },
    ends(context, state) {
      if (context.kind === 'matched') return false;
      const { begins, brackets } = readingOf(context.reading);
      if (depth(context) !== brackets.length || !agrees(context)) return false;
      if ((begins === 'template') !== (stateOf(state).raw === true)) return false;
      if (begins !== 'code') return true;
      const key = `${contextName(context)} ${state}`;
      let ends = known.get(key);
      if (ends === undefined) {
        const stack = context.kind === 'stack' ? nearest(context.stack) : beyond(context.close);
        // What the hole has opened, the suffix must go on with.
        const least = Math.max(most(context), context.kind === 'opened' ? 1 : 0);
        ends = reachOf(machine, [{ state, stack }], suffix) >= least;
        known.set(key, ends);
      }
      return ends;
    },
  };
}
