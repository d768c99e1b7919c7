// From sequences of symbols to prompts: which of them are texts that somebody can write and the model reads so.
import { expected } from '../engine/arguments.js';
import { GrammaskError } from '../errors.js';
import type { EncodedTexts, PromptSource } from '../model/protocol.js';
import { sharedLength } from '../model/token-rows.js';
import { insertedText, isPrintable } from './control.js';
import { ABSENT, type Outcome, UNDECIDED, valueOfOutcome } from './outcome.js';
import type { System } from './system.js';

/** What became of sequences of symbols. Each is counted once; their sum is `enumerated`. More than 2^53 − 1 are told as that. */
export interface CandidateCounts {
  enumerated: number;
  /** Texts that the model read, or that gave the same tokens as one that it read. */
  read: number;
  /** Of those, the ones that gave the same tokens as another one of the same chunk. */
  merged: number;
  /** Tokens whose bytes are no text. */
  notText: number;
  /** Not in the language of the control. */
  notInLanguage: number;
  /** With characters that cannot be seen. */
  unprintable: number;
  /** Texts that the tokenizer, given the whole prompt, writes with other tokens. */
  unstable: number;
}

export function noCounts(): CandidateCounts {
  return { enumerated: 0, read: 0, merged: 0, notText: 0, notInLanguage: 0, unprintable: 0, unstable: 0 };
}

export function addCounts(to: CandidateCounts, more: CandidateCounts): void {
  for (const name of Object.keys(to) as (keyof CandidateCounts)[]) {
    to[name] = Math.min(Number.MAX_SAFE_INTEGER, to[name] + more[name]);
  }
}

/** Sequences that were left out because no text of the control's language begins as they do. */
export function addSkipped(counts: CandidateCounts, count: number): void {
  addCounts(counts, { ...noCounts(), enumerated: count, notInLanguage: count });
}

/** A text that may stand in the slot, and what the model reads then. */
export interface Candidate {
  /** Indexes into the symbols of the control. */
  readonly sequence: readonly number[];
  /** As it is written; in the prompt it stands escaped, where the control says so. */
  readonly text: string;
  readonly prompt: Int32Array;
}

export interface CandidateMaker {
  /**
   * The candidates among these sequences, in their order; the others are counted. Those with the same tokens as another one are
   * given, and share its `prompt`.
   *
   * @throws GrammaskError `ARGUMENT` where the prompt and the answer do not fit into the model
   */
  make(sequences: readonly (readonly number[])[], counts: CandidateCounts): Promise<Candidate[]>;
  /** The candidate of a text of any kind; `ARGUMENT` where its prompt is too long. */
  ofText(text: string): Promise<Candidate>;
  /** The bytes of a sequence. */
  bytesOf(sequence: readonly number[]): Uint8Array;
  /** Whether a text of the control's language may begin so. */
  mayBegin(sequence: readonly number[]): boolean;
}

/** @throws GrammaskError `UNSUPPORTED` where the chat template hides the slot from a control that counts tokens */
export async function createCandidateMaker(system: System): Promise<CandidateMaker> {
  const { control, template, context, watch, mostTokens } = system;
  const { worker } = context;
  const { language, identity, unit } = control;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  const encode = async (sources: readonly PromptSource[]): Promise<Int32Array[]> =>
    split(await watch.race(worker.encodeTexts(sources)));
  let before: Int32Array = new Int32Array(0);
  let behind: Int32Array = new Int32Array(0);
  if (unit === 'token') {
    const around = await watch.race(template.around(worker));
    [before, behind] = (await encode([around.before, around.behind])) as [Int32Array, Int32Array];
  }

  const bytesOf = (sequence: readonly number[]): Uint8Array =>
    Buffer.concat(sequence.map((symbol) => control.symbols[symbol] as Uint8Array));

  function textOf(sequence: readonly number[], counts: CandidateCounts): string | undefined {
    let text: string;
    try {
      text = decoder.decode(bytesOf(sequence));
    } catch {
      counts.notText++;
      return undefined;
    }
    if (language !== undefined && !language.test(text)) counts.notInLanguage++;
    else if (control.printable && !isPrintable(text)) counts.unprintable++;
    else return text;
    return undefined;
  }

  function checkLength(prompt: Int32Array): void {
    if (prompt.length > 0 && prompt.length <= mostTokens) return;
    if (prompt.length === 0) {
      throw new GrammaskError('ARGUMENT', 'the prompt has no tokens', {
        hint: 'a model needs at least one to begin',
      });
    }
    throw new GrammaskError(
      'ARGUMENT',
      `a prompt has ${prompt.length} tokens, and the model's context leaves ${mostTokens} beside the answer`,
      { hint: 'take a smaller k, a shorter template or a smaller maxTokens' },
    );
  }

  /** Whether the tokenizer writes the text with its own symbols, between other tokens. */
  function isStable(prompt: Int32Array, ids: readonly number[]): boolean {
    if (unit === 'character') return true;
    if (sharedLength(prompt, before) < before.length) return false;
    return ids.every((id, place) => prompt[before.length + place] === id);
  }

  return {
    bytesOf,
    mayBegin: (sequence) => language === undefined || language.testPrefix(bytesOf(sequence)),
    async make(sequences, counts) {
      counts.enumerated += sequences.length;
      const texts = sequences.flatMap((sequence) => {
        const text = textOf(sequence, counts);
        return text === undefined ? [] : [{ sequence, text }];
      });
      const idsOf = (sequence: readonly number[]): number[] =>
        sequence.map((symbol) => control.ids[symbol] as number);
      const prompts =
        identity === 'ids'
          ? texts.map(({ sequence }) => Int32Array.from([...before, ...idsOf(sequence), ...behind]))
          : await encode(texts.map(({ text }) => template.fill(insertedText(control, text))));
      const known = new Map<string, Int32Array>();
      return texts.flatMap(({ sequence, text }, index): Candidate[] => {
        const prompt = prompts[index] as Int32Array;
        if (!isStable(prompt, idsOf(sequence))) {
          counts.unstable++;
          return [];
        }
        checkLength(prompt);
        counts.read++;
        const key = prompt.join();
        const same = known.get(key);
        if (same !== undefined) counts.merged++;
        else known.set(key, prompt);
        return [{ sequence, text, prompt: same ?? prompt }];
      });
    },
    async ofText(text) {
      if (typeof text !== 'string') throw expected('a text', 'text', text);
      const [prompt = new Int32Array(0)] = await encode([template.fill(insertedText(control, text))]);
      checkLength(prompt);
      return { sequence: [], text, prompt };
    },
  };
}

function split({ tokens, lengths }: EncodedTexts): Int32Array[] {
  let at = 0;
  return Array.from(lengths, (length) => {
    at += length;
    return tokens.subarray(at - length, at);
  });
}

/** What a text must not contain to be no copy of a target; undefined where the target has no text of its own. */
export function copyMark(outcome: Outcome, system: System): string | undefined {
  const { reading, context } = system;
  if (outcome === ABSENT || outcome === UNDECIDED) return undefined;
  const value =
    reading.kind === 'token'
      ? Buffer.from(context.vocabulary.bytes(Number(outcome))).toString()
      : valueOfOutcome(outcome);
  return markOf(typeof value === 'string' ? value : outcome);
}

/** The same of a value. */
export function copyMarkOf(value: unknown): string | undefined {
  return markOf(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

function markOf(text: string): string | undefined {
  const mark = text.trim().toLowerCase();
  return mark === '' ? undefined : mark;
}

/** Whether a text has the target in it, as somebody would who just says what he wants. */
export function isCopy(text: string, mark: string | undefined): boolean {
  return mark !== undefined && text.toLowerCase().includes(mark);
}
