// Reads what the model answers to many prompts: those of one length at a time behind what they all begin with, each answer
// as far as its outcome. Prompts are never padded, so that a graph needs to know nothing of padding and no answer depends on
// what stands beside it in a batch but by the rounding of the arithmetic.
import { sample } from '../engine/sample.js';
import type { AbortWatch } from '../generate/abort.js';
import { hasBit } from '../generate/mask-bits.js';
import { halfValue } from '../model/log-probability.js';
import type { ModelWorker, ReadRows, Sequence } from '../model/model-worker.js';
import type { RowsAnswer, RowsQuestion } from '../model/row-reader.js';
import type { AnswerNode, AnswerTree } from './answer-tree.js';
import type { Outcome } from './outcome.js';

/** What the model answers to a prompt. */
export interface Reading {
  readonly outcome: Outcome;
  /** The smallest distance between the token that was taken and the next best one, in logits, on the way to the outcome. */
  readonly margin: number;
  /**
   * Of each target: how far the best token towards it lies above the best one away from it, in logits, where the answer
   * first comes to a choice between the two. Below 0: it went away. −∞: it never came to a choice.
   */
  readonly scores: Float32Array;
  /** The logarithm of the probability of each target token among the allowed ones; only for the next token, on request. */
  readonly logProbabilities: Float32Array | undefined;
  /** The largest logit of the first step; to compare two ways of reading. */
  readonly firstLogit: number;
}

/** How prompts are read. */
export interface ReaderOptions {
  readonly worker: ModelWorker;
  readonly tree: AnswerTree;
  readonly targetCount: number;
  /** Where the next token is looked at: the tokens of the targets. */
  readonly targetTokens: Int32Array | undefined;
  /** Whether `logProbabilities` are wanted; of next tokens only. */
  readonly wantsProbabilities: boolean;
  /** Prompts of one step at most. */
  readonly batch: number;
  /** Bytes that the cache of a batch may take. */
  readonly memoryBytes: number;
  readonly watch: AbortWatch;
}

/** What reading has cost. */
export interface ReaderStats {
  /** Prompts that were read, each once, and those that were read again alone. */
  prompts: number;
  alone: number;
  steps: number;
  /** Tokens that the model read, and those that it would have read without what prompts begin with. */
  tokens: number;
  tokensAlone: number;
}

export interface PromptReader {
  /** The answers to prompts of any lengths, in their order. */
  read(prompts: readonly Int32Array[]): Promise<Reading[]>;
  /** As `generate` reads a prompt: alone, from its beginning, one token of the answer after the other. */
  readAlone(prompt: Int32Array): Promise<Reading>;
  /** Forgets what was read, so that what comes does not depend on it in its last digits. */
  forget(): void;
  readonly stats: Readonly<ReaderStats>;
  close(): void;
}

interface Draft {
  outcome: Outcome | undefined;
  margin: number;
  scores: Float32Array;
  logProbabilities: Float32Array | undefined;
  firstLogit: number;
}

type Rows = NonNullable<ReadRows['rows']>;

/** Texts of one answer so far, and the tokens of each that are to be read. */
interface Work {
  readonly from: Pick<Sequence, 'readRows'>;
  readonly texts: Int32Array;
  readonly tokens: Int32Array;
  readonly node: AnswerNode;
  readonly drafts: readonly Draft[];
  readonly isFirst: boolean;
  /** What they go on from, closed when the last part was read. */
  readonly owner: { readonly rows: Rows; left: number } | undefined;
}

/**
 * Tokens of the first step of a batch, at most: more are no faster, and what a layer makes of them no longer lies in the
 * processor's cache. With the embedded model 8 prompts of 48 tokens a step take 0.8 of the processor time of 32.
 */
const stepTokens = 512;

export function createReader(options: ReaderOptions): PromptReader {
  const { worker, tree, targetCount, targetTokens, wantsProbabilities, watch } = options;
  const { batch: info } = worker.info;
  const stats: ReaderStats = { prompts: 0, alone: 0, steps: 0, tokens: 0, tokensAlone: 0 };
  let base = worker.openSequence();
  let baseTokens: Int32Array = new Int32Array(0);
  let single: Sequence | undefined;

  const draftOf = (): Draft => ({
    outcome: undefined,
    margin: Number.POSITIVE_INFINITY,
    scores: new Float32Array(targetCount).fill(Number.NEGATIVE_INFINITY),
    logProbabilities: undefined,
    firstLogit: Number.NaN,
  });

  /** How many prompts of a length are read at a time. */
  function batchSize(length: number): number {
    if (!info.takesSeveral) return 1;
    // The cache before and behind the step, and the answer's part of it.
    const bytes = 2 * (length + 32) * Math.max(1, info.cacheBytesPerToken);
    return Math.max(1, Math.min(options.batch, Math.floor(options.memoryBytes / bytes)));
  }

  /** How many tokens prompts of one length begin with in common, which are read once for all of them. */
  function sharedOf(prompts: readonly Int32Array[]): number {
    if (!info.sharesPrefix) return 0;
    const first = prompts[0] as Int32Array;
    // At least one token of each is read in the step that gives the logits.
    let shared = tree.root.forced.length > 0 ? first.length : first.length - 1;
    for (const prompt of prompts) shared = Math.min(shared, sharedLength(first, prompt));
    return shared;
  }

  /** Of prompts of one length those that one step reads. */
  function firstStep(prompts: readonly Int32Array[]): number {
    const width = (prompts[0] as Int32Array).length - sharedOf(prompts) + tree.root.forced.length;
    return Math.max(1, Math.min(prompts.length, Math.floor(stepTokens / width)));
  }

  /** A text of no tokens. */
  function startAnew(): void {
    base.close();
    base = worker.openSequence();
    baseTokens = new Int32Array(0);
  }

  async function moveBase(to: Int32Array): Promise<void> {
    const keep = sharedLength(baseTokens, to);
    if (keep === to.length && keep === baseTokens.length) return;
    if (to.length === 0) {
      startAnew();
      return;
    }
    // A cut alone is no step: the last token is read again.
    const from = Math.min(keep, to.length - 1);
    baseTokens = to.slice();
    stats.tokens += to.length - from;
    await watch.race(base.forward(to.subarray(from), from));
  }

  async function readBatch(prompts: readonly Int32Array[], drafts: readonly Draft[]): Promise<void> {
    const { root } = tree;
    const tail = root.forced;
    const length = (prompts[0] as Int32Array).length;
    await moveBase((prompts[0] as Int32Array).subarray(0, sharedOf(prompts)));
    const from = baseTokens.length;
    const width = length - from + tail.length;
    const tokens = new Int32Array(prompts.length * width);
    for (const [row, prompt] of prompts.entries()) {
      tokens.set(prompt.subarray(from), row * width);
      tokens.set(tail, row * width + length - from);
    }
    stats.prompts += prompts.length;
    stats.tokensAlone += prompts.length * (length + tail.length);
    const texts = new Int32Array(prompts.length);
    const stack: Work[] = [
      { from: base, texts, tokens, node: root, drafts, isFirst: true, owner: undefined },
    ];
    for (let work = stack.pop(); work !== undefined; work = stack.pop()) stack.push(...(await step(work)));
  }

  /** Writes down what a step said of each text, and sorts them by the token that they take. */
  function note({ node, drafts, isFirst }: Work, answer: RowsAnswer): Map<number, number[]> {
    const choices = node.branches.flatMap((branch, target) => (branch === undefined ? [] : [target]));
    const byToken = new Map<number, number[]>();
    for (const [row, draft] of drafts.entries()) {
      const best = answer.bestLogits[row] as number;
      draft.margin = Math.min(draft.margin, best - (answer.secondLogits[row] as number));
      if (isFirst) draft.firstLogit = best;
      for (const [place, target] of choices.entries()) {
        if (draft.scores[target] !== Number.NEGATIVE_INFINITY) continue;
        const set = 2 * (row * choices.length + place);
        draft.scores[target] = (answer.sets[set] as number) - (answer.sets[set + 1] as number);
      }
      const token = answer.best[row] as number;
      if (targetTokens !== undefined) {
        const logits = answer.targets.subarray(row * targetCount, (row + 1) * targetCount);
        const second = answer.secondLogits[row] as number;
        draft.scores = logits.map((logit, target) => {
          const wanted = targetTokens[target] as number;
          if (!hasBit(node.mask, wanted)) return Number.NEGATIVE_INFINITY;
          return logit - (wanted === token ? second : best);
        });
        if (wantsProbabilities) {
          draft.logProbabilities = logits.map((logit) => logit - (answer.logSums[row] as number));
        }
      }
      const same = byToken.get(token);
      if (same === undefined) byToken.set(token, [row]);
      else same.push(row);
    }
    return byToken;
  }

  /** One step; gives the parts that go on, each with the texts that took one token. */
  async function step(work: Work): Promise<Work[]> {
    const { node, drafts, owner, from, texts, tokens } = work;
    const question: RowsQuestion = {
      tokens,
      mask: node.mask,
      sets: node.branches.flatMap((branch) => (branch === undefined ? [] : [branch.towards, branch.away])),
      targets: targetTokens ?? new Int32Array(0),
      wantsLogSum: wantsProbabilities && targetTokens !== undefined,
    };
    const ask = (which: Int32Array, what: RowsQuestion, keeps: boolean): Promise<ReadRows> => {
      stats.steps++;
      stats.tokens += what.tokens.length;
      return watch.race(from.readRows(which, what, keeps));
    };
    // Where the outcome is known behind the next token, nothing is kept to read on.
    let { answer, rows } = await ask(texts, question, !node.endsNext);
    const going: { token: number; child: AnswerNode; members: number[]; places: Int32Array }[] = [];
    for (const [token, members] of note(work, answer)) {
      const child = tree.child(node, token);
      if (child.outcome === undefined)
        going.push({ token, child, members, places: Int32Array.from(members) });
      else for (const row of members) (drafts[row] as Draft).outcome = child.outcome;
    }
    if (going.length > 0 && rows === null) {
      // The guess was wrong: those that go on are read again, and kept.
      const again = going.flatMap(({ members }) => members);
      const width = tokens.length / drafts.length;
      const fed = new Int32Array(again.length * width);
      for (const [place, row] of again.entries()) {
        fed.set(tokens.subarray(row * width, (row + 1) * width), place * width);
      }
      const which = Int32Array.from(again, (row) => texts[row] as number);
      ({ rows } = await ask(
        which,
        { ...question, tokens: fed, sets: [], targets: new Int32Array(0), wantsLogSum: false },
        true,
      ));
      let place = 0;
      for (const part of going) part.places = part.places.map(() => place++);
    }
    if (owner !== undefined && --owner.left === 0) owner.rows.close();
    if (rows === null) return [];
    if (going.length === 0) rows.close();
    const next = { rows, left: going.length };
    return going.map(({ token, child, members, places }) => {
      const run = [token, ...child.forced];
      const fed = new Int32Array(members.length * run.length);
      for (let row = 0; row < members.length; row++) fed.set(run, row * run.length);
      return {
        from: next.rows,
        texts: places,
        tokens: fed,
        node: child,
        drafts: members.map((row) => drafts[row] as Draft),
        isFirst: false,
        owner: next,
      };
    });
  }

  const finished = (draft: Draft): Reading => ({ ...draft, outcome: draft.outcome as Outcome });

  return {
    stats,

    async read(prompts) {
      const drafts = prompts.map(draftOf);
      const root = tree.root;
      if (root.outcome !== undefined) {
        for (const draft of drafts) draft.outcome = root.outcome;
        return drafts.map(finished);
      }
      const order = prompts.map((_, index) => index).sort((a, b) => compare(prompts[a]!, prompts[b]!));
      for (let at = 0; at < order.length; ) {
        const { length } = prompts[order[at] as number] as Int32Array;
        const most = batchSize(length);
        let end = at + 1;
        while (end < order.length && end - at < most && prompts[order[end] as number]?.length === length)
          end++;
        const candidates = order.slice(at, end).map((index) => prompts[index] as Int32Array);
        const count = firstStep(candidates);
        const members = order.slice(at, at + count).map((index) => drafts[index] as Draft);
        await readBatch(candidates.slice(0, count), members);
        at += count;
      }
      return drafts.map(finished);
    },

    async readAlone(prompt) {
      single ??= worker.openSequence();
      const draft = draftOf();
      let node = tree.root;
      stats.alone++;
      await watch.race(single.forward(Int32Array.from([...prompt, ...node.forced]), 0));
      for (let isFirst = true; node.outcome === undefined; isFirst = false) {
        const { logits } = single;
        const token = sample(logits, node.mask, { temperature: 0 });
        const best = logitAt(logits, token);
        if (isFirst) draft.firstLogit = best;
        draft.margin = Math.min(draft.margin, best - bestOther(logits, node.mask, token));
        for (const [target, wanted] of (targetTokens ?? new Int32Array(0)).entries()) {
          if (!hasBit(node.mask, wanted)) continue;
          draft.scores[target] = logitAt(logits, wanted) - bestOther(logits, node.mask, wanted);
        }
        for (const [target, branch] of node.branches.entries()) {
          if (branch === undefined || draft.scores[target] !== Number.NEGATIVE_INFINITY) continue;
          draft.scores[target] = bestOther(logits, branch.towards, -1) - bestOther(logits, branch.away, -1);
        }
        node = tree.child(node, token);
        if (node.outcome === undefined) await watch.race(single.forward([token, ...node.forced]));
      }
      draft.outcome = node.outcome;
      return finished(draft);
    },

    forget: startAnew,

    close() {
      base.close();
      single?.close();
    },
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

export function sharedLength(a: Int32Array, b: Int32Array): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

/** Short ones first, then as in a dictionary: neighbours share what they begin with. */
function compare(a: Int32Array, b: Int32Array): number {
  if (a.length !== b.length) return a.length - b.length;
  const same = sharedLength(a, b);
  return (a[same] ?? 0) - (b[same] ?? 0);
}
