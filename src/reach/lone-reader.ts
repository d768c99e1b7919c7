// Reads what the model answers to a prompt as `generate` does: alone, from its beginning, one token of the answer after the other.
import { sample } from '../engine/sample.js';
import { hasBit } from '../generate/mask-bits.js';
import { halfValue } from '../model/log-probability.js';
import type { Sequence } from '../model/model-worker.js';
import type { AnswerNode } from './answer-tree.js';
import type { ReaderOptions } from './reader.js';
import { draftOf, finished, type Reading } from './reading.js';

export interface LoneReader {
  /** @param onTaken told of each token that was taken */
  read(
    prompt: Int32Array,
    onTaken?: (node: AnswerNode, token: number, child: AnswerNode) => void,
  ): Promise<Reading>;
  close(): void;
}

export function createLoneReader({
  worker,
  tree,
  targetCount,
  targetTokens,
  watch,
}: Pick<ReaderOptions, 'worker' | 'tree' | 'targetCount' | 'targetTokens' | 'watch'>): LoneReader {
  let single: Sequence | undefined;
  return {
    async read(prompt, onTaken) {
      single ??= worker.openSequence();
      const draft = draftOf(targetCount);
      let node = tree.root;
      await watch.race(single.forward(Int32Array.from([...prompt, ...node.forced]), 0));
      for (let isFirst = true; node.outcome === undefined; isFirst = false) {
        const { logits } = single;
        const token = sample(logits, node.mask, { temperature: 0 });
        const best = logitAt(logits, token);
        if (isFirst) draft.firstLogit = best;
        const second = bestOther(logits, node.mask, token);
        draft.margin = Math.min(draft.margin, best - second);
        for (const [target, wanted] of (targetTokens ?? new Int32Array(0)).entries()) {
          if (!hasBit(node.mask, wanted)) continue;
          draft.scores[target] = logitAt(logits, wanted) - (wanted === token ? second : best);
        }
        for (const [target, branch] of node.branches.entries()) {
          if (branch === undefined || draft.scores[target] !== Number.NEGATIVE_INFINITY) continue;
          draft.scores[target] = bestOther(logits, branch.towards, -1) - bestOther(logits, branch.away, -1);
        }
        const child = tree.child(node, token);
        onTaken?.(node, token, child);
        node = child;
        if (node.outcome === undefined) await watch.race(single.forward([token, ...node.forced]));
      }
      draft.outcome = node.outcome;
      return finished(draft);
    },
    close: () => single?.close(),
  };
}

/** The largest logit of a set but for one token. */
function bestOther(logits: Float32Array | Uint16Array, mask: Int32Array, not: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < logits.length; token++) {
    if (token === not || !hasBit(mask, token)) continue;
    most = Math.max(most, logitAt(logits, token));
  }
  return most;
}

function logitAt(logits: Float32Array | Uint16Array, token: number): number {
  const value = logits[token] as number;
  return logits instanceof Uint16Array ? halfValue(value) : value;
}
