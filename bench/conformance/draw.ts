// Texts drawn at random through masks alone.
import type { CompiledGrammar, Matcher } from '../../src/index.js';
import type { SeededRandom } from '../../test/support/seeded-random.js';
import type { RealVocabulary } from './real-vocabulary.js';
import { type Clock, emptyMask, isAllowed, mayEnd, WaysDiffer } from './text-walk.js';

/** What came of drawing a text. `undecided`: how many states on the way could not be decided. */
export type Drawn =
  | { readonly outcome: 'text'; readonly text: string; readonly undecided: number }
  /** Nothing could follow the text so far. */
  | { readonly outcome: 'dead end'; readonly text: string; readonly undecided: number }
  /** The matcher knew no end of the text so far, and drawing on did not lead to one. */
  | { readonly outcome: 'no end'; readonly text: string; readonly undecided: number };

/** Bytes that end or begin something in JSON, and those of numbers: drawn often, or a text would be one long string. */
const STRUCTURE = Buffer.from('"}],:{["}],0123456789.-e\\');

/** Draws tokens of a vocabulary, the first byte first, so that structure is not lost among letters. */
export interface TokenPicker {
  /** An allowed token that is no stop token; undefined where there is none. */
  pick(mask: Int32Array, random: SeededRandom): number | undefined;
}

export function createTokenPicker({ tokens }: RealVocabulary): TokenPicker {
  const byFirst: number[][] = Array.from({ length: 256 }, () => []);
  tokens.forEach((bytes, token) => {
    const first = bytes?.[0];
    if (first !== undefined) byFirst[first]?.push(token);
  });

  function among(first: number, mask: Int32Array, random: SeededRandom): number | undefined {
    const group = byFirst[first] ?? [];
    if (group.length === 0) return undefined;
    const start = random.below(group.length);
    for (let index = 0; index < group.length; index++) {
      const token = group[(start + index) % group.length] as number;
      if (isAllowed(mask, token)) return token;
    }
    return undefined;
  }

  return {
    pick(mask, random) {
      if (random.chance(0.4)) {
        for (let attempt = 0; attempt < 4; attempt++) {
          const token = among(random.pick(STRUCTURE as unknown as number[]), mask, random);
          if (token !== undefined) return token;
        }
      }
      const start = random.below(256);
      // 97 and 256 have no common factor: every byte comes once.
      for (let index = 0; index < 256; index++) {
        const token = among((start + index * 97) % 256, mask, random);
        if (token !== undefined) return token;
      }
      return undefined;
    },
  };
}

export interface DrawLimits {
  /** Tokens drawn before the text is brought to its end. */
  readonly length: number;
  /** Tokens more, one at a time, where no end is known there. */
  readonly longer: number;
}

/**
 * Draws a text token by token through masks, and closes it by the shortest completion. Each token of that must be allowed
 * too.
 *
 * @throws WaysDiffer where a mask and `accept`, or a mask and `isAccepting`, disagree
 */
export function drawText(
  compiled: CompiledGrammar,
  vocabulary: RealVocabulary,
  picker: TokenPicker,
  random: SeededRandom,
  { length, longer }: DrawLimits,
  clock: Clock,
): Drawn {
  using matcher = compiled.matcher({ maxRollback: 0, timeoutMs: clock.patience });
  const mask = emptyMask(vocabulary);
  const tokens: number[] = [];
  const ended = (outcome: Drawn['outcome']): Drawn => ({
    outcome,
    text: textOf(tokens, vocabulary),
    undecided: matcher.stats.undecided,
  });
  for (;;) {
    clock.check();
    const isComplete = mayEnd(matcher, vocabulary, mask);
    if (tokens.length >= length) {
      if (isComplete) return ended('text');
      if (close(matcher, vocabulary, mask, tokens)) return ended('text');
      if (tokens.length >= length + longer) return ended('no end');
    }
    if (isComplete && random.chance(0.2)) return ended('text');
    const token = picker.pick(mask, random);
    if (token === undefined) return ended(isComplete ? 'text' : 'dead end');
    take(matcher, token, tokens);
  }
}

/** Writes the shortest completion; false where none is known. */
function close(matcher: Matcher, vocabulary: RealVocabulary, mask: Int32Array, tokens: number[]): boolean {
  const completion = matcher.shortestCompletion();
  if (completion === null) return false;
  for (const [index, token] of completion.tokens.entries()) {
    // Looking at each of a long completion's masks would take most of the time.
    if (index < 8) {
      matcher.fillMask(mask);
      if (!isAllowed(mask, token)) throw new WaysDiffer(`token ${token} of the completion: not in the mask`);
    }
    take(matcher, token, tokens);
  }
  if (!mayEnd(matcher, vocabulary, mask)) throw new WaysDiffer('the completion does not end in the language');
  return true;
}

function take(matcher: Matcher, token: number, tokens: number[]): void {
  if (!matcher.accept(token)) throw new WaysDiffer(`token ${token} is in the mask and was not accepted`);
  tokens.push(token);
}

function textOf(tokens: readonly number[], vocabulary: RealVocabulary): string {
  return Buffer.concat(tokens.map((token) => vocabulary.tokens[token] ?? new Uint8Array())).toString();
}
