// Reads what the model answers to many prompts: those of one length at a time behind what they all begin with, each answer
// as far as its outcome. Prompts are never padded, so that a graph needs to know nothing of padding and no answer depends on
// what stands beside it in a batch but by the rounding of the arithmetic.
import { GrammaskError } from '../errors.js';
import type { AbortWatch } from '../generate/abort.js';
import { hasBit } from '../generate/mask-bits.js';
import type { ModelWorker, ReadRows, Sequence } from '../model/model-worker.js';
import type { PlaceAnswer, PlaceQuestion } from '../model/rows-question.js';
import { extended, pickedRows, sharedLength } from '../model/token-rows.js';
import { type AnswerPath, createAnswerPaths } from './answer-path.js';
import type { AnswerNode, AnswerTree } from './answer-tree.js';
import { createLoneReader } from './lone-reader.js';
import { type Draft, draftOf, finished, type Reading } from './reading.js';
import { createSharedBeginning } from './shared-beginning.js';

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
  /** The prompt whose answer tells how answers begin, before others were read. */
  readonly usualPrompt: () => Promise<Int32Array>;
}

export interface PromptReader {
  /** The answers to prompts of any lengths, in their order. */
  read(prompts: readonly Int32Array[]): Promise<Reading[]>;
  /** As `generate` reads a prompt: alone, from its beginning, one token of the answer after the other. */
  readAlone(prompt: Int32Array): Promise<Reading>;
  /** Forgets what was read, so that what comes does not depend on it in its last digits. */
  forget(): void;
  close(): void;
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
  readonly owner: Owner | undefined;
}

/** Texts that parts go on from: closed when the last one was read. */
interface Owner {
  readonly rows: Rows;
  left: number;
}

/** Texts that take one token behind so many tokens of a path. */
interface Leaving {
  readonly at: number;
  readonly token: number;
  readonly child: AnswerNode;
  readonly members: readonly number[];
}

/**
 * Tokens of the first step of a batch, at most: more are no faster, and what a layer makes of them no longer lies in the
 * processor's cache. With the embedded model 8 prompts of 48 tokens a step take 0.8 of the processor time of 32.
 */
const stepTokens = 512;

/** Tokens of a path at most, and logits that are made along it in a step. */
const pathTokens = 32;
const pathLogits = 1 << 22;

export function createReader(options: ReaderOptions): PromptReader {
  const { worker, tree, targetCount, targetTokens, wantsProbabilities, watch } = options;
  const { batch: info } = worker.info;
  const beginning = createSharedBeginning(worker, watch);
  const alone = createLoneReader(options);
  let isLed = false;
  const paths = createAnswerPaths(tree);
  const endsNext = (node: AnswerNode): boolean => targetTokens !== undefined || paths.endsNext(node);

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

  /** How most texts of so many may go on, where a step tells of several tokens of each. */
  function usualFrom(node: AnswerNode, texts: number): AnswerPath {
    const room = Math.floor(pathLogits / texts / worker.info.logitsWidth) - 1;
    return paths.usualFrom(node, info.severalPlaces ? Math.min(pathTokens, room) : 0);
  }

  /** Of prompts of one length those that one step reads. */
  function firstStep(prompts: readonly Int32Array[]): number {
    const { root } = tree;
    const answer = root.forced.length + usualFrom(root, prompts.length).tokens.length;
    const width = (prompts[0] as Int32Array).length - sharedOf(prompts) + answer;
    return Math.max(1, Math.min(prompts.length, Math.floor(stepTokens / width)));
  }

  async function readBatch(prompts: readonly Int32Array[], drafts: readonly Draft[]): Promise<void> {
    const { root } = tree;
    const tail = root.forced;
    const length = (prompts[0] as Int32Array).length;
    await beginning.moveTo((prompts[0] as Int32Array).subarray(0, sharedOf(prompts)), prompts.length);
    const from = beginning.length;
    const width = length - from + tail.length;
    const tokens = new Int32Array(prompts.length * width);
    for (const [row, prompt] of prompts.entries()) {
      tokens.set(prompt.subarray(from), row * width);
      tokens.set(tail, row * width + length - from);
    }
    const texts = new Int32Array(prompts.length);
    const stack: Work[] = [
      { from: beginning.sequence, texts, tokens, node: root, drafts, isFirst: true, owner: undefined },
    ];
    for (let work = stack.pop(); work !== undefined; work = stack.pop()) stack.push(...(await step(work)));
  }

  /** Writes down what a step said of some texts at a choice, and sorts them by the token that they take. */
  function note(
    node: AnswerNode,
    { drafts }: Work,
    members: readonly number[],
    answer: PlaceAnswer,
    isFirst: boolean,
  ): Map<number, number[]> {
    const goals = node.branches.flatMap((branch, target) => (branch === undefined ? [] : [target]));
    const byToken = new Map<number, number[]>();
    for (const row of members) {
      const draft = drafts[row] as Draft;
      const best = answer.bestLogits[row] as number;
      draft.margin = Math.min(draft.margin, best - (answer.secondLogits[row] as number));
      if (isFirst) draft.firstLogit = best;
      for (const [place, target] of goals.entries()) {
        if (draft.scores[target] !== Number.NEGATIVE_INFINITY) continue;
        const set = 2 * (row * goals.length + place);
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

  /** What is asked about a choice, behind which so many tokens are read. */
  const questionOf = (node: AnswerNode, back: number): PlaceQuestion => ({
    back,
    mask: node.mask,
    sets: node.branches.flatMap((branch) => (branch === undefined ? [] : [branch.towards, branch.away])),
    targets: targetTokens ?? new Int32Array(0),
    wantsLogSum: wantsProbabilities && targetTokens !== undefined,
  });

  function readAlong({ from, texts, tokens: own, drafts }: Work, path: AnswerPath): Promise<ReadRows> {
    const tokens = extended(own, drafts.length, path.tokens);
    const places = path.choices.map(({ node, at }) => questionOf(node, path.tokens.length - at));
    const last = path.choices.at(-1)?.node as AnswerNode;
    // Where the outcome is known behind the next token, nothing is kept to read on.
    return watch.race(from.readRows(texts, { tokens, places }, !endsNext(last)));
  }

  /** One step; gives the parts that go on, each with the texts that took one token. */
  async function step(work: Work): Promise<Work[]> {
    const { drafts, owner } = work;
    let path = usualFrom(work.node, drafts.length);
    let read: ReadRows;
    try {
      read = await readAlong(work, path);
    } catch (error) {
      // On a path that no text takes, numbers may be missing too.
      if (path.tokens.length === 0 || !isWithoutNumbers(error)) throw error;
      path = paths.usualFrom(work.node, 0);
      read = await readAlong(work, path);
    }
    const { answers, rows } = read;
    const leaving = follow(work, path, answers);
    const onward = rows === null ? [] : leaving.filter(({ at }) => at === path.tokens.length);
    const again = leaving.filter((part) => !onward.includes(part));
    if (owner !== undefined) {
      owner.left += again.length - 1;
      if (owner.left === 0) owner.rows.close();
    }
    const next = rows === null ? undefined : { rows, left: onward.length };
    if (next?.left === 0) next.rows.close();
    return [
      // Those that are not where the step ended are read once more from where it began.
      ...again.map((part) => againOf(work, part, path)),
      ...(next === undefined ? [] : onward.map((part) => onwardOf(work, part, next))),
    ];
  }

  /** The outcomes of the texts that have one; gives the others by where they leave the path, or go on behind its end. */
  function follow(work: Work, { choices }: AnswerPath, answers: readonly PlaceAnswer[]): Leaving[] {
    const leaving: Leaving[] = [];
    let members: readonly number[] = [...work.drafts.keys()];
    for (const [index, { node, at }] of choices.entries()) {
      const isFirst = work.isFirst && index === 0;
      const following = choices[index + 1]?.node;
      const byToken = note(node, work, members, answers[index] as PlaceAnswer, isFirst);
      members = [];
      for (const [token, rows] of byToken) {
        const child = tree.child(node, token);
        paths.note(node, token, child, rows.length);
        if (child.outcome !== undefined)
          for (const row of rows) (work.drafts[row] as Draft).outcome = child.outcome;
        else if (child === following) members = rows;
        else leaving.push({ at, token, child, members: rows });
      }
    }
    return leaving;
  }

  /** What is left to read of texts behind a step. */
  function onwardOf({ drafts }: Work, { token, child, members }: Leaving, owner: Owner): Work {
    return {
      from: owner.rows,
      owner,
      texts: Int32Array.from(members),
      tokens: extended(new Int32Array(0), members.length, [token, ...child.forced]),
      node: child,
      drafts: members.map((row) => drafts[row] as Draft),
      isFirst: false,
    };
  }

  /** What is to be read of texts from where a step began, with what it read of them. */
  function againOf(work: Work, { at, token, child, members }: Leaving, path: AnswerPath): Work {
    const own = pickedRows(work.tokens, work.drafts.length, members);
    return {
      ...work,
      texts: Int32Array.from(members, (row) => work.texts[row] as number),
      tokens: extended(own, members.length, [...path.tokens.slice(0, at), token, ...child.forced]),
      node: child,
      drafts: members.map((row) => work.drafts[row] as Draft),
      isFirst: false,
    };
  }

  /** Looks once how answers begin. That is a guess: a model without numbers there is told of where it matters. */
  async function lead(): Promise<void> {
    if (isLed || targetTokens !== undefined) return;
    isLed = true;
    try {
      const prompt = await watch.race(options.usualPrompt());
      await alone.read(prompt, (node, token, child) => paths.note(node, token, child, 1));
    } catch (error) {
      if (!isWithoutNumbers(error)) throw error;
    }
    paths.keep();
  }

  return {
    async read(prompts) {
      const drafts = prompts.map(() => draftOf(targetCount));
      const root = tree.root;
      if (root.outcome !== undefined) {
        for (const draft of drafts) draft.outcome = root.outcome;
        return drafts.map(finished);
      }
      await lead();
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

    readAlone: (prompt) => alone.read(prompt),

    forget() {
      paths.forget();
      beginning.forget();
    },

    close() {
      beginning.close();
      alone.close();
    },
  };
}

const isWithoutNumbers = (error: unknown): boolean =>
  GrammaskError.isInstance(error) && error.code === 'LOGITS';

/** Short ones first, then as in a dictionary: neighbours share what they begin with. */
function compare(a: Int32Array, b: Int32Array): number {
  if (a.length !== b.length) return a.length - b.length;
  const same = sharedLength(a, b);
  return (a[same] ?? 0) - (b[same] ?? 0);
}
