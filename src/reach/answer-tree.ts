// What the model may answer, as far as it was needed: a tree of beginnings of answers, shared by all texts, so that a mask
// is made once for a beginning and not once for a text.
import type { CompiledGrammar } from '../engine/compiled-grammar.js';
import type { Matcher } from '../engine/matcher.js';
import type { Vocabulary } from '../engine/vocabulary.js';
import { GrammaskError } from '../errors.js';
import {
  hasBit,
  isWithin,
  maskOf,
  maskOfFirst,
  NO_TOKEN,
  SEVERAL_TOKENS,
  soleToken,
} from '../generate/mask-bits.js';
import { canonicalJson } from './canonical-json.js';
import { ABSENT, type FieldProgress, fieldProgress, type Outcome, UNDECIDED } from './outcome.js';

/** A beginning of an answer behind which the model is asked, or at which the outcome is known. */
export interface AnswerNode {
  /** Tokens that must come, behind the token that led here. */
  readonly forced: readonly number[];
  /** Tokens from the beginning of the answer. */
  readonly depth: number;
  readonly outcome: Outcome | undefined;
  /** The tokens that may come next, with a bit for each logit. All zeros where the outcome is known. */
  readonly mask: Int32Array;
  /** Of each target, in their order, the tokens that go on to it and those that rule it out; undefined where some do neither. */
  readonly branches: readonly (Branch | undefined)[];
  /** The tokens that were taken on the way here: of each node its own. */
  readonly key: string;
}

/** Two sets of tokens, as masks. */
export interface Branch {
  readonly towards: Int32Array;
  readonly away: Int32Array;
}

/** How the outcome of an answer is read. */
export interface AnswerReading {
  readonly kind: 'token' | 'answer' | 'field';
  /** The names that lead to the field. */
  readonly path: readonly string[];
  /** Tokens of an answer within which the outcome must be known. */
  readonly maxTokens: number;
}

export interface AnswerTree {
  readonly root: AnswerNode;
  /** Behind a token that the mask of a node allows. */
  child(node: AnswerNode, token: number): AnswerNode;
  dispose(): void;
}

interface OwnNode extends AnswerNode {
  readonly matcher: Matcher | undefined;
  readonly bytes: Uint8Array;
  readonly children: Map<number, OwnNode>;
}

// Nodes that are kept: free text leads each text to one of its own.
const mostNodes = 4096;

/**
 * @param compiled the output grammar; undefined where every token may come
 * @param targets outcomes whose branches are wanted
 * @throws GrammaskError `UNSATISFIABLE` where there is no answer at all
 */
export function createAnswerTree(
  compiled: CompiledGrammar | undefined,
  vocabulary: Vocabulary,
  logitsWidth: number,
  reading: AnswerReading,
  targets: readonly Outcome[],
): AnswerTree {
  const stops = maskOf(vocabulary.stopTokens, logitsWidth);
  const nothing = new Int32Array(Math.ceil(logitsWidth / 32));
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let count = 0;
  let top: OwnNode | undefined;

  function progressOf(bytes: Uint8Array): FieldProgress {
    const text = decoder.decode(bytes);
    if (reading.kind === 'field') return fieldProgress(text, reading.path);
    return { at: 'inside', written: text };
  }

  /** The outcome of an answer that has ended. */
  function finished(bytes: Uint8Array): Outcome {
    const text = decoder.decode(bytes);
    if (reading.kind === 'answer') return JSON.stringify(text);
    // A number at the very end of a text is whole now.
    const progress = fieldProgress(`${text} `, reading.path);
    return progress.at === 'behind' ? canonicalJson(progress.value) : ABSENT;
  }

  function grow(matcher: Matcher, from: Uint8Array, depthBefore: number, key: string): OwnNode {
    let bytes = from;
    const forced: number[] = [];
    const leaf = (outcome: Outcome): OwnNode => {
      matcher.dispose();
      return node({
        matcher: undefined,
        key,
        bytes,
        forced,
        depth: depthBefore + forced.length,
        outcome,
        mask: nothing,
      });
    };
    for (;;) {
      if (reading.kind === 'field') {
        const progress = progressOf(Buffer.concat([bytes, matcher.forcedBytes()]));
        if (progress.at === 'behind') return leaf(canonicalJson(progress.value));
      }
      const mask = new Int32Array(nothing.length);
      const own = new Int32Array(Math.ceil(vocabulary.size / 32));
      matcher.fillMask(own);
      mask.set(own.subarray(0, mask.length));
      const sole = soleToken(mask);
      if (sole !== NO_TOKEN && isWithin(mask, stops)) return leaf(finished(bytes));
      if (sole === NO_TOKEN || depthBefore + forced.length >= reading.maxTokens) return leaf(UNDECIDED);
      if (sole === SEVERAL_TOKENS) {
        return node({
          matcher,
          key,
          bytes,
          forced,
          depth: depthBefore + forced.length,
          outcome: undefined,
          mask,
        });
      }
      if (!matcher.accept(sole)) return leaf(UNDECIDED);
      forced.push(sole);
      bytes = Buffer.concat([bytes, vocabulary.bytes(sole)]);
    }
  }

  function node(made: Omit<OwnNode, 'children' | 'branches'>): OwnNode {
    count++;
    const branches = made.outcome === undefined ? branchesOf(made.mask, made.bytes) : [];
    const children = new Map<number, OwnNode>();
    return { ...made, branches, children };
  }

  /** How far the answer is with one more token; a value that is whole in its canonical form. */
  function progressBehind(bytes: Uint8Array, token: number): FieldProgress {
    if (hasBit(stops, token)) {
      return { at: 'behind', value: reading.kind === 'answer' ? decoder.decode(bytes) : finished(bytes) };
    }
    const progress = progressOf(Buffer.concat([bytes, vocabulary.bytes(token)]));
    return progress.at === 'behind' ? { ...progress, value: canonicalOrSame(progress.value) } : progress;
  }

  function branchesOf(mask: Int32Array, bytes: Uint8Array): (Branch | undefined)[] {
    // Of next tokens the logits themselves are asked for.
    if (targets.length === 0 || reading.kind === 'token') return [];
    const goals = targets.map((target) =>
      reading.kind === 'answer' ? (JSON.parse(target) as string) : target,
    );
    const towards = targets.map(() => [] as number[]);
    const away = targets.map(() => [] as number[]);
    for (let token = 0; token < vocabulary.tokenCount; token++) {
      if (!hasBit(mask, token)) continue;
      const progress = progressBehind(bytes, token);
      // Before the field nothing is decided.
      if (progress.at === 'before') return targets.map(() => undefined);
      for (const [index, goal] of goals.entries()) {
        if (leadsTo(progress, goal)) (towards[index] as number[]).push(token);
        else (away[index] as number[]).push(token);
      }
    }
    return targets.map((_, index) =>
      towards[index]?.length === 0 || away[index]?.length === 0
        ? undefined
        : {
            towards: maskOf(towards[index] ?? [], logitsWidth),
            away: maskOf(away[index] ?? [], logitsWidth),
          },
    );
  }

  function makeRoot(): OwnNode {
    if (compiled === undefined) {
      const mask = maskOfFirst(vocabulary.tokenCount, logitsWidth);
      return node({
        matcher: undefined,
        key: '',
        bytes: new Uint8Array(),
        forced: [],
        depth: 0,
        outcome: undefined,
        mask,
      });
    }
    const matcher = compiled.matcher();
    if (reading.kind === 'token') {
      const mask = new Int32Array(nothing.length);
      const own = new Int32Array(Math.ceil(vocabulary.size / 32));
      matcher.fillMask(own);
      matcher.dispose();
      mask.set(own.subarray(0, mask.length));
      if (soleToken(mask) === NO_TOKEN) throw unsatisfiable();
      return node({
        matcher: undefined,
        key: '',
        bytes: new Uint8Array(),
        forced: [],
        depth: 0,
        outcome: undefined,
        mask,
      });
    }
    const root = grow(matcher, new Uint8Array(), 0, '');
    if (root.depth === 0 && root.outcome === UNDECIDED) throw unsatisfiable();
    return root;
  }

  function free(from: OwnNode): void {
    const left = [from];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      next.matcher?.dispose();
      left.push(...next.children.values());
      next.children.clear();
    }
  }

  return {
    get root() {
      if (top !== undefined && count > mostNodes) {
        free(top);
        top = undefined;
      }
      if (top === undefined) {
        count = 0;
        top = makeRoot();
      }
      return top;
    },
    child(parent, token) {
      const from = parent as OwnNode;
      const known = from.children.get(token);
      if (known !== undefined) return known;
      const made = makeChild(from, token);
      from.children.set(token, made);
      return made;
    },
    dispose() {
      if (top !== undefined) free(top);
      top = undefined;
    },
  };

  function makeChild(from: OwnNode, token: number): OwnNode {
    const { bytes, depth } = from;
    const key = `${from.key} ${token}`;
    const leaf = (outcome: Outcome): OwnNode =>
      node({ matcher: undefined, key, bytes, forced: [], depth: depth + 1, outcome, mask: nothing });
    if (reading.kind === 'token') return leaf(String(token));
    if (hasBit(stops, token)) return leaf(finished(bytes));
    const matcher = from.matcher?.fork();
    if (matcher === undefined || !matcher.accept(token)) return leaf(UNDECIDED);
    return grow(matcher, Buffer.concat([bytes, vocabulary.bytes(token)]), depth + 1, key);
  }
}

/** Whether what is written of a value, or all of it in its canonical form, may still become the goal. */
function leadsTo(progress: Exclude<FieldProgress, { at: 'before' }>, goal: string): boolean {
  if (progress.at === 'behind') return progress.value === goal;
  return goal.startsWith(progress.written) || progress.written.startsWith(goal);
}

function canonicalOrSame(text: string): string {
  try {
    return canonicalJson(text);
  } catch {
    return text;
  }
}

function unsatisfiable(): GrammaskError {
  return new GrammaskError('UNSATISFIABLE', 'no answer at all is in the output grammar', {
    hint: 'two of its demands contradict each other',
  });
}
