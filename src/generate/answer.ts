import type { Vocabulary } from '../engine/vocabulary.js';
import { createTextAssembler } from './text-assembler.js';

/** How an answer ended: the model or the grammar ended it; a limit was reached; it was closed without the model. */
export type FinishReason = 'stop' | 'length' | 'closed';

/** An answer while it is written. */
export interface Answer {
  readonly tokens: readonly number[];
  /** So many of them were handed on as text: these stay. */
  readonly emitted: number;
  /** The text that was handed on. */
  readonly text: string;
  /** Whether a text that ends the answer has come. */
  readonly isStopped: boolean;
  readonly finishReason: FinishReason | undefined;
  /** The tokens with which it was closed; they stand last. */
  readonly ending: readonly number[];
  push(token: number): void;
  /** Hands on the tokens up to this one, all by default; what is new of the text. */
  emit(end?: number): string;
  /** The same for all that is left, and what was held back because a text that ends the answer may begin so. */
  emitRest(): string;
  /** All that is written, whatever was handed on. */
  whole(): string;
  /** Its bytes: those of `text` where a text ended it, else of all that is written. */
  bytes(): Uint8Array;
  end(reason: FinishReason): void;
  /** Ends it with these tokens. */
  close(ending: readonly number[]): void;
  /** It goes on behind so many tokens: without its ending, if it had ended. */
  cut(length: number): void;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** An empty answer. @param stop texts that end it */
export function createAnswer(vocabulary: Vocabulary, stop: readonly string[]): Answer {
  const assembler = createTextAssembler(stop);
  const tokens: number[] = [];
  let emitted = 0;
  let finishReason: FinishReason | undefined;
  let ending: readonly number[] = [];
  const emit = (end = tokens.length): string => {
    let delta = '';
    for (; emitted < end; emitted++) {
      const token = tokens[emitted] as number;
      if (!vocabulary.isSpecial(token)) delta += assembler.push(vocabulary.bytes(token));
    }
    return delta;
  };
  const written = (): Uint8Array =>
    Buffer.concat(
      tokens.filter((token) => !vocabulary.isSpecial(token)).map((token) => vocabulary.bytes(token)),
    );
  return {
    tokens,
    get emitted() {
      return emitted;
    },
    get text() {
      return assembler.text;
    },
    get isStopped() {
      return assembler.isStopped;
    },
    get finishReason() {
      return finishReason;
    },
    get ending() {
      return ending;
    },
    push(token) {
      tokens.push(token);
    },
    emit,
    emitRest: () => emit() + assembler.end(),
    whole: () => decoder.decode(written()),
    bytes: () => Uint8Array.from(assembler.isStopped ? Buffer.from(assembler.text) : written()),
    end(reason) {
      finishReason = reason;
    },
    close(end) {
      ending = end;
      tokens.push(...end);
      finishReason = 'closed';
    },
    cut(length) {
      tokens.length = length;
      ending = [];
      finishReason = undefined;
    },
  };
}
