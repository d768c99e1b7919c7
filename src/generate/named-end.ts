// The end that `onLimit: 'close'` keeps ready, in a grammar with slots: its names are asked for on the way to it.
import type { Completion, Matcher } from '../engine/matcher.js';
import type { Vocabulary } from '../engine/vocabulary.js';
import { allowedTokens } from './mask-bits.js';
import type { SlotAsker } from './slot-asker.js';

export interface NamedEndOptions {
  readonly vocabulary: Vocabulary;
  readonly asker: SlotAsker;
  /** Words of a mask. */
  readonly maskWords: number;
  shortestEnd(of: Matcher): Completion | null;
  /** So many tokens are taken back on the way at most. */
  readonly longestWayBack: number;
}

// An end is looked for anew so often, as names rule out the last one.
const mostEnds = 64;

/**
 * A short end of a text whose names were all asked for: the shortest, where none of its names is ruled out. null where none is
 * found. The matcher stays where it is.
 *
 * @param taken the tokens of the text so far
 */
export async function findNamedEnd(
  matcher: Matcher,
  taken: readonly number[],
  { vocabulary, asker, maskWords, shortestEnd, longestWayBack }: NamedEndOptions,
): Promise<Completion | null> {
  const trial = matcher.fork();
  const tokens = [...taken];
  const ruledOut = new Map<number, Set<number>>();

  /** Of the tokens of one byte that may come next, but for some, the one with the shortest end. */
  function otherWay(except: ReadonlySet<number>): number | undefined {
    const allowed = new Int32Array(maskWords);
    trial.fillMask(allowed);
    let best: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const token of allowedTokens(allowed)) {
      if (token >= vocabulary.tokenCount || except.has(token) || vocabulary.bytes(token).length !== 1)
        continue;
      if (!trial.accept(token)) continue;
      const length = shortestEnd(trial)?.bytes.length ?? Number.POSITIVE_INFINITY;
      trial.rollback(1);
      if (length >= least) continue;
      least = length;
      best = token;
    }
    return best;
  }

  /**
   * From where names left nothing, goes back to the last place with another way, and one token along it. False where there
   * is none.
   */
  async function turn(): Promise<boolean> {
    for (let steps = 0; steps < longestWayBack && tokens.length > taken.length; steps++) {
      ruledOut.delete(tokens.length);
      const last = tokens.pop() as number;
      trial.rollback(1);
      const here = ruledOut.get(tokens.length) ?? new Set();
      ruledOut.set(tokens.length, here.add(last));
      for (;;) {
        const other = otherWay(here);
        if (other === undefined) break;
        if ((await asker.askInside(trial, tokens, other)) && trial.accept(other)) {
          tokens.push(other);
          return true;
        }
        here.add(other);
      }
    }
    return false;
  }

  try {
    for (let tries = 0; tries < mostEnds; tries++) {
      const isWanted = await asker.askOpen(trial, tokens);
      const found = isWanted ? shortestEnd(trial) : null;
      if (found === null) {
        if (await turn()) continue;
        return null;
      }
      let isWhole = true;
      for (const token of found.tokens) {
        isWhole =
          (await asker.askOpen(trial, tokens)) &&
          (await asker.askInside(trial, tokens, token)) &&
          trial.accept(token);
        if (!isWhole) break;
        tokens.push(token);
      }
      if ((await asker.askOpen(trial, tokens)) && isWhole && trial.isAccepting) {
        const all = tokens.slice(taken.length);
        return {
          tokens: Int32Array.from(all),
          bytes: Buffer.concat(all.map((token) => vocabulary.bytes(token))),
        };
      }
    }
    return null;
  } finally {
    trial.dispose();
  }
}
