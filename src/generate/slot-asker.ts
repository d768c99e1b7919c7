// The hook for completion engines: asks the host which names fill a slot, and tells the matcher.
import { setImmediate } from 'node:timers/promises';
import { describe } from '../engine/arguments.js';
import type { Matcher, SlotRequest } from '../engine/matcher.js';
import type { Vocabulary } from '../engine/vocabulary.js';
import { GrammaskError } from '../errors.js';
import type { GivenNames, PrunedName } from './pruned-names.js';
import type { GenerateTimings } from './timings.js';

/** What `onSlot` is asked: which names may stand in a slot. */
export interface SlotQuestion extends SlotRequest {
  /**
   * The answer so far. The name begins behind `text` and `before`, less what is `typed` of it at the end of `text`.
   */
  readonly text: string;
  /** Ends when the answer would come too late, or the generation is over. */
  readonly signal: AbortSignal;
}

/**
 * Which names may stand in a slot; null: unknown, the slot's own pattern decides; false: none, and nothing else is wanted behind what is
 * written in front of it, such as blanks in front of another slot.
 */
export type OnSlot = (question: SlotQuestion) => Promise<readonly string[] | null | false>;

/** How `onSlot` is used. */
export interface SlotHook {
  readonly onSlot: OnSlot;
  /** Milliseconds that one answer may take. */
  readonly timeoutMs: number;
  /** Told of the names that the model would have written. */
  readonly onPruned?: ((pruned: PrunedName) => void) | undefined;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Milliseconds after which the event loop has a turn: answers that are known are no pause, however many of them are asked for. */
const LONGEST_STRETCH = 8;

export interface SlotAsker {
  /**
   * Asks about the slots that are open behind these tokens, side by side, and gives the answers to the matcher. False where nothing is wanted
   * behind them.
   */
  askOpen(matcher: Matcher, tokens: readonly number[]): Promise<boolean>;
  /** The same for what one more token enters; false as soon as names rule it out. */
  askInside(matcher: Matcher, tokens: readonly number[], token: number): Promise<boolean>;
  /** Something was answered with names: then a text may come to a dead end. */
  readonly hasNarrowed: boolean;
  /** The slots for which there was no name at all at some place. */
  readonly emptied: ReadonlySet<string>;
  /** The answer that these tokens make, as it is told. */
  textOf(tokens: readonly number[]): string;
  /** The answers so far that were names, by the text in front of the name. */
  readonly given: ReadonlyMap<string, GivenNames>;
  /** Ends what is under way. */
  end(): void;
}

/** @param timings counts of questions go there */
export function createSlotAsker(
  { onSlot, timeoutMs }: SlotHook,
  vocabulary: Vocabulary,
  timings: GenerateTimings,
): SlotAsker {
  const running = new Set<AbortController>();
  // By slot and the text before the name. The search for an end asks ahead of the answer, which comes to the same places.
  const known = new Map<string, readonly string[] | null | false>();
  const given = new Map<string, GivenNames>();
  let isOver = false;
  let lastTurn = performance.now();

  async function answer(request: SlotRequest, text: string): Promise<readonly string[] | null | false> {
    const written = text.slice(0, text.length - request.typed.length);
    const place = `${request.name}\0${written}\0${Buffer.from(request.beforeBytes).toString('latin1')}`;
    const before = known.get(place);
    if (before !== undefined) return before;
    timings.slots.asked++;
    let isLate = false;
    const controller = new AbortController();
    running.add(controller);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<null>((resolve) => {
      // No timer of Node is longer.
      if (timeoutMs > 2 ** 31 - 1) return;
      timer = setTimeout(() => {
        timings.slots.timedOut++;
        isLate = true;
        resolve(null);
      }, timeoutMs);
    });
    try {
      const names = await Promise.race([onSlot({ ...request, text, signal: controller.signal }), late]);
      if (names === false) {
        if (!isLate) known.set(place, false);
        given.set(written + request.before, { slot: request.name, names: [] });
        return false;
      }
      if (names !== null && !Array.isArray(names)) {
        throw new GrammaskError('ARGUMENT', '`onSlot` gave neither an array of names nor null', {
          hint: 'null says that the names are not known',
        });
      }
      const wrong = names?.findIndex((name) => typeof name !== 'string') ?? -1;
      if (wrong >= 0) {
        const hint = `the slot is ${request.name}; null says that its names are not known`;
        throw new GrammaskError(
          'ARGUMENT',
          `\`onSlot\` gave ${describe(names?.[wrong])} among the names, and names are texts`,
          { hint },
        );
      }
      if (names === null) timings.slots.unknown++;
      if (!isLate) known.set(place, names);
      if (names !== null) given.set(written + request.before, { slot: request.name, names });
      return names;
    } finally {
      clearTimeout(timer);
      running.delete(controller);
      controller.abort();
    }
  }

  async function ask(matcher: Matcher, requests: readonly SlotRequest[], text: string): Promise<boolean> {
    if (performance.now() - lastTurn > LONGEST_STRETCH) {
      await setImmediate();
      lastTurn = performance.now();
    }
    // Work that was given up goes on to its next question.
    if (isOver) throw new GrammaskError('ABORTED', 'the generation is over');
    const started = performance.now();
    const answers = await Promise.all(requests.map((request) => answer(request, text)));
    for (const [index, names] of answers.entries()) {
      const request = requests[index] as SlotRequest;
      matcher.provide(request.id, names === false ? [] : names);
    }
    timings.slots.ms += performance.now() - started;
    return !answers.includes(false);
  }

  const textOf = (tokens: readonly number[]): string => {
    const texts = tokens.filter((token) => !vocabulary.isSpecial(token));
    return decoder.decode(Buffer.concat(texts.map((token) => vocabulary.bytes(token))));
  };

  return {
    async askOpen(matcher, tokens) {
      const open = matcher.slots({ ahead: false });
      return open.length === 0 || ask(matcher, open, textOf(tokens));
    },
    async askInside(matcher, tokens, token) {
      for (;;) {
        const inside = matcher.slots({ token });
        if (inside.length === 0) return true;
        if (!(await ask(matcher, inside, textOf(tokens)))) return false;
        if (matcher.validate([token]) === 0) return false;
      }
    },
    given,
    textOf,
    get emptied() {
      return new Set([...given.values()].filter(({ names }) => names.length === 0).map(({ slot }) => slot));
    },
    get hasNarrowed() {
      return given.size > 0;
    },
    end() {
      isOver = true;
      for (const controller of running) controller.abort();
    },
  };
}
