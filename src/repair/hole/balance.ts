import type { Closing, Context, Contexts, Ends, Level, Opened } from './contexts.js';
import { depthOf, type Frame, type Position, stateOf } from './machine.js';
import type { PrefixFacts } from './prefix.js';
import type { RuleSymbol } from './rules.js';
import { type Bracket, CLOSERS, type Close } from './state-table.js';
import { CONSTRUCTS, constructsAround, reachable, SOFT, SYNTAX_STATES, statesIn } from './states.js';
import { createLookAhead, type SuffixReading } from './suffix.js';

/** How many brackets that the suffix closes too a hole may close before less is checked. */
const FOLLOWED = 3;

/** How much of a suffix can be read: so many of its first tokens, and whether all of it. */
interface Reach {
  readonly near: number;
  readonly far: boolean;
}

export interface BalanceOptions {
  /**
   * What of the brackets of the prefix the hole may end: `brackets`: them; `constructs`: what ends without a token of its own
   * only; `nothing`.
   */
  readonly leaves: 'brackets' | 'constructs' | 'nothing';
  /** Where the hole may begin. */
  readonly starts: readonly Position[];
  /** Where no bracket may be ended, the hole ends at the stacks at which it began, in these states. */
  readonly isEnd: (state: string) => boolean;
  /** What may follow where the states are not followed any more, with so many brackets open. */
  readonly loose: (reading: SuffixReading, depth: number) => RuleSymbol;
}

/** How many of the outermost brackets of the prefix the suffix closes. */
export function commonDepth(prefix: readonly Bracket[], suffix: readonly Bracket[]): number {
  const differs = prefix.findIndex((bracket, index) => bracket !== suffix[index]);
  return differs < 0 ? prefix.length : differs;
}

const CODE_STATES = SYNTAX_STATES.filter((state) => stateOf(state).raw !== true);
const RAW_STATES = SYNTAX_STATES.filter((state) => stateOf(state).raw === true);
const IN_CONSTRUCTS: readonly Opened[] = [
  ...SOFT.map((close) => ({ close, around: undefined })),
  ...(['>', ':'] as const).map((around) => ({ close: 'soft', around }) as const),
];

/** The contexts of a hole, by its readings of the suffix: what the brackets of prefix and suffix ask of it. */
export function createBalance(
  { automaton, brackets: prefix }: PrefixFacts,
  readings: readonly SuffixReading[],
  suffix: string,
  contexts: Contexts,
  { leaves, starts, isEnd, loose }: BalanceOptions,
): (reading: number, stack: Frame | undefined) => Context {
  const { machine } = automaton;
  const lookAhead = createLookAhead(automaton, suffix);
  const beyond = (close: Close): Frame =>
    machine.push(undefined, { close, bracket: undefined, to: 'beyond', inner: 'beyond' });
  const nowhere = contexts.ends([]);

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

  const mosts = new Map<Close | undefined, Reach>();
  /** How much of the suffix can follow any state there; what is wrong behind that is not the hole's fault. */
  function most(close: Close | undefined): Reach {
    let reach = mosts.get(close);
    if (reach === undefined) {
      const stack = close === undefined ? undefined : beyond(close);
      const plain = CODE_STATES.map((state) => ({ state, stack }));
      const nested = CODE_STATES.flatMap((state) => inConstructs(state, stack));
      const far = lookAhead.far(automaton.of([...plain, ...nested]));
      reach = { near: lookAhead.near(automaton.of(plain)), far };
      mosts.set(close, reach);
    }
    return reach;
  }
  /** Whether as much of the suffix can follow. Where no state can be followed by all of it, a fault far behind says nothing. */
  function follows(positions: readonly Position[], { near, far }: Reach): boolean {
    const readings = automaton.of(positions);
    return lookAhead.near(readings) >= near && (!far || lookAhead.far(readings));
  }
  /** A state in the constructs that it may be in, within the bracket of a stack. */
  function inConstructs(state: string, stack: Frame | undefined, close?: Close): Position[] {
    const own = constructsAround(state).filter(
      (construct) => close === undefined || construct.close === close,
    );
    return own.map((construct) => ({ state, stack: machine.inConstruct(stack, construct) }));
  }

  /** Which of the states the hole may end in; of those that cannot come there nothing is said, so that more contexts are equal. */
  function endsOf(
    begins: SuffixReading['begins'],
    positions: (state: string) => readonly Position[],
    least: Reach,
    within: ReadonlySet<string>,
  ): Ends {
    const states = begins === 'template' ? RAW_STATES : CODE_STATES;
    return contexts.ends(
      states.filter((state) => {
        if (!within.has(state)) return false;
        return begins !== 'code' || follows(positions(state), least);
      }),
    );
  }

  /** By stack: the states in which the hole comes there. */
  const entries = new Map<Frame | undefined, Set<string>>();
  function enter(stack: Frame | undefined, state: string): boolean {
    const known = entries.get(stack);
    if (known === undefined) entries.set(stack, new Set([state]));
    else known.add(state);
    return known === undefined;
  }
  for (const { state, stack } of starts) {
    enter(stack, state);
    for (let frame = stack; frame !== undefined; frame = frame.below) {
      if (!enter(frame.below, frame.to)) break;
    }
  }
  function endsOfPrefix({ begins }: SuffixReading, stack: Frame | undefined): Ends {
    if (leaves !== 'brackets' && !starts.some((start) => start.stack === stack)) return nowhere;
    let frame = stack;
    while (frame !== undefined && frame.bracket === undefined) frame = frame.below;
    const within = reachable(entries.get(stack) ?? []);
    const own = nearest(stack);
    const ends = endsOf(begins, (state) => [{ state, stack: own }], most(frame?.close), within);
    return leaves === 'brackets' ? ends : contexts.ends([...ends.states].filter(isEnd));
  }
  const endsOfOpened = new Map<string, Ends>();
  /** What the hole has opened, the suffix must go on with: a bracket, or a construct within one. */
  function endsOfOpen(
    begins: SuffixReading['begins'],
    { close, around }: Opened,
    bracket: Close | undefined,
  ): Ends {
    const key = `${begins} ${close} ${around} ${bracket}`;
    let ends = endsOfOpened.get(key);
    if (ends === undefined) {
      const { near, far } = most(bracket);
      const stack = bracket === undefined ? undefined : beyond(bracket);
      const outer = CONSTRUCTS.filter((construct) => construct.close === around);
      const stacks = around === undefined ? [stack] : outer.map((one) => machine.inConstruct(stack, one));
      const positions = (state: string): Position[] =>
        close === bracket ? [{ state, stack }] : stacks.flatMap((below) => inConstructs(state, below, close));
      ends = endsOf(begins, positions, { near: Math.max(near, 1), far }, statesIn(close));
      endsOfOpened.set(key, ends);
    }
    return ends;
  }

  /** By reading: what may be left open from so many open brackets on. */
  const levels = readings.map((): (Level | undefined)[] => []);
  function levelOf(number: number, depth: number): Level {
    const { begins, brackets } = readings[number] as SuffixReading;
    const known = levels[number] as (Level | undefined)[];
    let last = depth;
    while (known[last] === undefined && last < brackets.length) last += 1;
    for (let at = last; at >= depth; at--) {
      if (known[at] !== undefined) continue;
      const isAll = at === brackets.length;
      const own = at === 0 ? undefined : CLOSERS[brackets[at - 1] as Bracket];
      const places =
        own === undefined ? IN_CONSTRUCTS : [...IN_CONSTRUCTS, { close: own, around: undefined }];
      known[at] = contexts.level({
        opensComment: begins === 'comment',
        bracket: brackets[at],
        next: known[at + 1],
        ends: isAll ? places.map((place) => ({ ...place, ends: endsOfOpen(begins, place, own) })) : [],
      });
    }
    return known[depth] as Level;
  }

  const made = readings.map(() => new Map<Frame | undefined, Context>());
  return (number, stack) => {
    const reading = readings[number] as SuffixReading;
    const known = made[number] as Map<Frame | undefined, Context>;
    const common = commonDepth(prefix, reading.brackets);
    const isLoose = (frame: Frame): boolean =>
      frame.bracket !== undefined && depthOf(frame.below) < common - FOLLOWED;
    const mayClose = (frame: Frame): boolean =>
      leaves === 'brackets' || (leaves === 'constructs' && frame.bracket === undefined);
    // From the stack down to what is known or leads no further, and up again.
    const missing: (Frame | undefined)[] = [];
    for (let frame = stack; ; frame = frame.below) {
      if (known.has(frame)) break;
      missing.push(frame);
      if (frame === undefined || !mayClose(frame) || isLoose(frame)) break;
    }
    for (const frame of missing.reverse()) {
      const depth = depthOf(frame);
      const agrees = depth <= common;
      const next = (): Closing['next'] =>
        isLoose(frame as Frame) ? loose(reading, depth - 1) : (known.get((frame as Frame).below) as Context);
      const context = contexts.prefix({
        ends: agrees && depth === reading.brackets.length ? endsOfPrefix(reading, frame) : nowhere,
        opensComment: reading.begins === 'comment',
        closing:
          frame === undefined || !mayClose(frame)
            ? undefined
            : { close: frame.close, bracket: frame.bracket, to: frame.to, next: next() },
        level: agrees && leaves === 'brackets' ? levelOf(number, depth) : undefined,
      });
      known.set(frame, context);
    }
    return known.get(stack) as Context;
  };
}
