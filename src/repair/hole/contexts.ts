import type { Bracket, Frame, Machine } from './machine.js';
import type { Close } from './state-table.js';
import { bracketsOf, depthOf, stateOf } from './machine.js';
import { followsState, type SuffixReading } from './suffix.js';

/**
 * Where in the brackets a state stands, since that decides what may end there:
 *
 * - `matched`: within a bracket or a construct that the hole begins and ends: the same for all holes;
 * - `stack`: what is open was open before the hole, which may close it;
 * - `opened`: the hole has opened something that it leaves to the suffix.
 */
export type Context =
  | { readonly kind: 'matched' }
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
      return '';
    case 'stack':
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

export function createBalance(
  machine: Machine,
  readings: readonly SuffixReading[],
  suffix: string,
): Balance {
  const known = new Map<string, boolean>();
  const readingOf = (index: number): SuffixReading => readings[index] as SuffixReading;

  /** Whether what is open in a context agrees with the outermost brackets of what the suffix closes. */
  function agrees(context: Exclude<Context, { kind: 'matched' }>): boolean {
    if (context.kind === 'opened') return true;
    const { brackets } = readingOf(context.reading);
    return bracketsOf(context.stack).every((bracket, index) => brackets[index] === bracket);
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
        const stack =
          context.kind === 'stack'
            ? context.stack
            : machine.push(undefined, context.close, undefined, 'beyond');
        ends = followsState(machine, { state, stack }, suffix);
        known.set(key, ends);
      }
      return ends;
    },
  };
}
