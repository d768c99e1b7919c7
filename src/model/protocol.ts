// What crosses between the thread of the program and the thread of the model. Plain data only.
import type { ErrorCode } from '../errors.js';
import type { PackedVocabulary } from '../tokenizer/packed-vocabulary.js';
import type { WireError } from '../wire-error.js';
import type { GradientAnswer, GradientQuestion } from './gradient-session.js';
import type { PlaceAnswer, RowsQuestion } from './rows-question.js';

/** A message of a conversation, as chat templates take it. */
export interface ChatMessage {
  /** `'system'`, `'user'`, `'assistant'`, or what else the model's template knows. */
  role: string;
  content: string;
}

/** What the model's thread is started with. */
export interface WorkerData {
  folder: string;
  weights: string;
  device: string;
  threads: number;
}

/** How a model reads several texts at a time. */
export interface BatchInfo {
  /** Whether it does; else they are read one by one. */
  takesSeveral: boolean;
  /** Whether texts go on from the cache of what they begin with: it must lie in main memory. */
  sharesPrefix: boolean;
  /** Whether a step gives logits behind several tokens of a text, where that is asked. */
  severalPlaces: boolean;
  /** As of `DecoderSession`: tokens of a step where there are many. Infinity where a state is never as if less was fed. */
  pieceTokens: number;
  /** Bytes of cache that a token of a text takes. */
  cacheBytesPerToken: number;
}

/** What a started model says of itself. */
export interface DecoderInfo {
  /** Numbers in one row of logits. */
  logitsWidth: number;
  logitsType: 'float32' | 'float16';
  /** Whether the folder has a chat template, and whether that reads the variable `schema`. */
  chatTemplate: { readsSchema: boolean } | null;
  batch: BatchInfo;
}

/** Token ids of several texts, one behind the other. */
export interface EncodedTexts {
  tokens: Int32Array;
  /** How many of them belong to each text. */
  lengths: Int32Array;
}

/**
 * Text for the tokenizer: as it is, or messages that go through the chat template; or what is tokens already; or a text that goes on
 * behind another one, so that nothing is put before it.
 */
export type PromptSource =
  | {
      prompt: string;
      /** A chat template has written it, or it is a part of a prompt: the tokenizer adds no special tokens. */
      isRendered?: boolean;
    }
  | { tokens: Int32Array }
  | { continuation: string }
  | {
      messages: readonly ChatMessage[];
      /** The JSON Schema of the answer as JSON text, for templates that read it. */
      schemaText?: string | undefined;
    };

export type WorkerRequest =
  | { kind: 'encode'; id: number; source: PromptSource }
  | { kind: 'open'; sequence: number; logits: SharedArrayBuffer; cancelled: SharedArrayBuffer }
  | { kind: 'forward'; id: number; sequence: number; tokens: Int32Array; keep: number }
  /** A whole prompt, which is remembered. */
  | { kind: 'prompt'; id: number; sequence: number; tokens: Int32Array }
  | { kind: 'score'; id: number; sequence: number; tokens: Int32Array; keep: number }
  | { kind: 'encode-texts'; id: number; sources: readonly PromptSource[] }
  | { kind: 'render'; id: number; messages: readonly ChatMessage[]; schemaText: string | undefined }
  | {
      kind: 'rows';
      id: number;
      /** Whose texts are read on, and which of them, each as often as it is named. */
      from: number;
      texts: Int32Array;
      /** The sequence that goes on from there; null: what was read is forgotten. */
      to: number | null;
      question: RowsQuestion;
    }
  /** Of a graph beside the weights, which is loaded for the first one. */
  | { kind: 'gradient'; id: number; path: string; question: GradientQuestion }
  | { kind: 'close'; sequence: number }
  | { kind: 'dispose' };

export type WorkerReply =
  | { kind: 'vocabulary'; vocabulary: PackedVocabulary }
  | { kind: 'ready'; info: DecoderInfo }
  | { kind: 'failed'; error: WireError<ErrorCode> }
  | { kind: 'encoded'; id: number; tokens: Int32Array; ms: number }
  | { kind: 'forwarded'; id: number; ms: number; known: number }
  | { kind: 'scored'; id: number; logprob: number }
  | { kind: 'encoded-texts'; id: number; encoded: EncodedTexts }
  | { kind: 'rendered'; id: number; text: string }
  | { kind: 'rows-read'; id: number; answers: PlaceAnswer[] }
  | { kind: 'gradient-found'; id: number; answer: GradientAnswer }
  | { kind: 'error'; id: number; error: WireError<ErrorCode> };
