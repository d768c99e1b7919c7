import { Worker } from 'node:worker_threads';
import { GrammaskError } from '../errors.js';
import { threadFlags } from '../thread-flags.js';
import type { PackedVocabulary } from '../tokenizer/packed-vocabulary.js';
import { errorOfWire } from '../wire-error.js';
import type { GradientAnswer, GradientQuestion } from './gradient-session.js';
import type {
  ChatMessage,
  DecoderInfo,
  EncodedTexts,
  PromptSource,
  WorkerData,
  WorkerReply,
  WorkerRequest,
} from './protocol.js';
import type { PlaceAnswer, RowsQuestion } from './rows-question.js';

/** A model in a thread of its own. Its promises reject with `MODEL` where the thread fails, `DISPOSED` after `dispose()`. */
export interface ModelWorker {
  readonly info: DecoderInfo;
  /** Token ids of a prompt, and the milliseconds that it took. */
  encode(source: PromptSource): Promise<{ tokens: Int32Array; ms: number }>;
  /** Token ids of many prompts. */
  encodeTexts(sources: readonly PromptSource[]): Promise<EncodedTexts>;
  /** What the chat template makes of messages. */
  render(messages: readonly ChatMessage[], schemaText?: string): Promise<string>;
  openSequence(): Sequence;
  /** What a graph of gradients beside the weights says. */
  gradient(path: string, question: GradientQuestion): Promise<GradientAnswer>;
  /** Ends the thread at the next border between steps; every open promise rejects at once. */
  dispose(): Promise<void>;
}

/** A text in progress on the side of the model. */
export interface Sequence {
  /** Logits behind the last token fed, in shared memory: written when a `forward` resolves. */
  readonly logits: Float32Array | Uint16Array;
  /** Tokens fed so far. */
  readonly length: number;
  /**
   * Feeds tokens; calls are done in their order.
   *
   * @param keep tokens to keep before these are fed; default all
   * @returns milliseconds of the model's work
   */
  forward(tokens: readonly number[] | Int32Array, keep?: number): Promise<number>;
  /**
   * Feeds a whole prompt, the first thing that is fed, and remembers it for a while: where it is known, wholly or its beginning,
   * nothing of that is read again.
   *
   * @returns milliseconds of the model's work, and how many tokens were known
   */
  prompt(tokens: Int32Array): Promise<{ ms: number; known: number }>;
  /**
   * Reads tokens behind the first `keep`, and gives the logarithm of the probability of all of them but the first. What is
   * kept behind it is what `keep` of the next call says.
   */
  score(tokens: Int32Array, keep: number): Promise<number>;
  /**
   * Reads on from this text, or these texts, which stay as they are.
   *
   * @param texts which of them, each as often as it is named: one entry of the answers for each
   * @param keeps whether the texts that were read are wanted again
   */
  readRows(texts: Int32Array, question: RowsQuestion, keeps: boolean): Promise<ReadRows>;
  /** Frees it. A step under way ends at its next border, and its promise rejects with `ABORTED`. */
  close(): void;
}

/** Several texts that were read, with what was asked of their logits. */
export interface ReadRows {
  /** Of each place that was asked about, in their order. */
  answers: PlaceAnswer[];
  /** To read on; null where that was not wanted. To be closed. */
  rows: Pick<Sequence, 'readRows' | 'close'> | null;
}

type Encoded = Extract<WorkerReply, { kind: 'encoded' }>;
type EncodedMany = Extract<WorkerReply, { kind: 'encoded-texts' }>;
type Rendered = Extract<WorkerReply, { kind: 'rendered' }>;
type Scored = Extract<WorkerReply, { kind: 'scored' }>;
type GradientFound = Extract<WorkerReply, { kind: 'gradient-found' }>;
type RowsRead = Extract<WorkerReply, { kind: 'rows-read' }>;
type Forwarded = Extract<WorkerReply, { kind: 'forwarded' }>;

interface Waiting {
  resolve(value: never): void;
  reject(error: GrammaskError): void;
}

/** A thread that loads its model. Its promises reject with `MODEL` or `VOCABULARY` where the folder cannot be used. */
export interface StartingModel {
  /** The tokens of the model, which are there before its weights are. */
  vocabulary: Promise<PackedVocabulary>;
  worker: Promise<ModelWorker>;
}

/** Starts the thread of a model. */
export function startModelWorker(data: WorkerData): StartingModel {
  keepToThisMachine();
  // Beside this file: worker.js in the package, worker.ts where the sources run as they are.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
    workerData: data,
    // ONNX Runtime reads the command line of the process with a recursive matcher, once: a long argument overflows the
    // usual 4 MB.
    resourceLimits: { stackSizeMb: 64 },
    ...threadFlags(process.execArgv),
  });
  const path = data.weights;
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const starting = {
    vocabulary: firstReply(worker, 'vocabulary', path).then(({ vocabulary }) => vocabulary),
    worker: firstReply(worker, 'ready', path).then(({ info }) => connect(worker, info, ended, path)),
  };
  // Whoever waits for one of them does not look at the other.
  starting.vocabulary.catch(() => {});
  starting.worker.catch(() => {});
  return starting;
}

/**
 * ONNX Runtime 1.29 and newer sends events about models and runs to its makers, and keeps a device number and a log on the disk, unless
 * this variable is set when it is loaded (github.com/microsoft/onnxruntime/pull/27379). Who has set it, or another value, is heeded.
 */
function keepToThisMachine(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}

/** The reply of one kind; rejects where the thread fails before it. */
function firstReply<Kind extends WorkerReply['kind']>(
  worker: Worker,
  kind: Kind,
  path: string,
): Promise<Extract<WorkerReply, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: WorkerReply): void => {
      if (reply.kind === kind) resolve(reply as Extract<WorkerReply, { kind: Kind }>);
      else if (reply.kind === 'failed') reject(errorOfWire(reply.error));
      else return;
      worker.off('message', onMessage);
    };
    worker.on('message', onMessage);
    worker.once('error', (error) => reject(threadFailed(error.message, path, error)));
    worker.once('exit', () => reject(threadFailed('it ended while it was loading', path)));
  });
}

function connect(worker: Worker, info: DecoderInfo, ended: Promise<void>, path: string): ModelWorker {
  const waiting = new Map<number, Waiting>();
  let openSequences = 0;
  let nextId = 1;
  let over: GrammaskError | undefined;

  let isEnding = false;

  // An idle model does not keep the process alive.
  const updateRef = (): void => {
    if (isEnding || waiting.size + openSequences > 0) worker.ref();
    else worker.unref();
  };

  function end(error: GrammaskError): void {
    over ??= error;
    const open = [...waiting.values()];
    waiting.clear();
    for (const { reject } of open) reject(over);
    updateRef();
  }
  worker.on('error', (error) => end(threadFailed(error.message, path, error)));
  worker.once('exit', () => end(threadFailed('it ended', path)));
  worker.on('message', (reply: WorkerReply) => {
    if (!('id' in reply)) return;
    const entry = waiting.get(reply.id);
    waiting.delete(reply.id);
    updateRef();
    if (reply.kind === 'error') entry?.reject(errorOfWire(reply.error));
    else entry?.resolve(reply as never);
  });
  // Only now: listening to a thread holds the process again.
  updateRef();

  const send = (request: WorkerRequest): void => {
    if (over === undefined) worker.postMessage(request);
  };
  function ask<Reply extends WorkerReply, Value>(
    make: (id: number) => WorkerRequest,
    read: (reply: Reply) => Value,
  ): Promise<Value> {
    if (over !== undefined) return Promise.reject(over);
    const id = nextId++;
    const reply = new Promise<Reply>((resolve, reject) => waiting.set(id, { resolve, reject } as Waiting));
    const answer = reply.then(read);
    // Whoever gave up a step does not look at its end.
    answer.catch(() => {});
    updateRef();
    send(make(id));
    return answer;
  }

  /** A sequence of several texts, which closes on its own. */
  function rowsOf(sequence: number): NonNullable<ReadRows['rows']> {
    return {
      readRows: (texts, question, keeps) => readRows(sequence, texts, question, keeps),
      close: () => send({ kind: 'close', sequence }),
    };
  }

  function readRows(
    from: number,
    texts: Int32Array,
    question: RowsQuestion,
    keeps: boolean,
  ): Promise<ReadRows> {
    const to = keeps ? nextId++ : null;
    return ask<RowsRead, ReadRows>(
      (id) => ({ kind: 'rows', id, from, texts, to, question }),
      ({ answers }) => ({ answers, rows: to === null ? null : rowsOf(to) }),
    );
  }

  function openSequence(): Sequence {
    if (over !== undefined) throw over;
    const sequence = nextId++;
    const half = info.logitsType === 'float16';
    const row = new SharedArrayBuffer(info.logitsWidth * (half ? 2 : 4));
    const logits = half ? new Uint16Array(row) : new Float32Array(row);
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    let length = 0;
    let closed = false;
    openSequences++;
    updateRef();
    send({
      kind: 'open',
      sequence,
      logits: row,
      cancelled: cancelled.buffer as SharedArrayBuffer,
    });
    return {
      logits,
      get length() {
        return length;
      },
      forward(tokens, keep = length) {
        length = keep + tokens.length;
        const request = { kind: 'forward', sequence, tokens: Int32Array.from(tokens), keep } as const;
        return ask<Forwarded, number>(
          (id) => ({ ...request, id }),
          (reply) => reply.ms,
        );
      },
      prompt(tokens) {
        length = tokens.length;
        return ask<Forwarded, { ms: number; known: number }>(
          (id) => ({ kind: 'prompt', id, sequence, tokens: Int32Array.from(tokens) }),
          ({ ms, known }) => ({ ms, known }),
        );
      },
      score(tokens, keep) {
        length = keep + tokens.length - 1;
        return ask<Scored, number>(
          (id) => ({ kind: 'score', id, sequence, tokens, keep }),
          (reply) => reply.logprob,
        );
      },
      readRows: (texts, question, keeps) => readRows(sequence, texts, question, keeps),
      close() {
        if (closed) return;
        closed = true;
        Atomics.store(cancelled, 0, 1);
        openSequences--;
        send({ kind: 'close', sequence });
        updateRef();
      },
    };
  }

  return {
    info,
    openSequence,
    encode: (source) =>
      ask<Encoded, { tokens: Int32Array; ms: number }>(
        (id) => ({ kind: 'encode', id, source }),
        ({ tokens, ms }) => ({ tokens, ms }),
      ),
    encodeTexts: (sources) =>
      ask<EncodedMany, EncodedTexts>(
        (id) => ({ kind: 'encode-texts', id, sources }),
        ({ encoded }) => encoded,
      ),
    render: (messages, schemaText) =>
      ask<Rendered, string>(
        (id) => ({ kind: 'render', id, messages, schemaText }),
        ({ text }) => text,
      ),
    gradient: (path, question) =>
      ask<GradientFound, GradientAnswer>(
        (id) => ({ kind: 'gradient', id, path, question }),
        ({ answer }) => answer,
      ),
    async dispose() {
      if (over === undefined) {
        send({ kind: 'dispose' });
        end(
          new GrammaskError('DISPOSED', 'the model was disposed', { hint: 'load it again with loadModel' }),
        );
      }
      isEnding = true;
      updateRef();
      await ended;
    },
  };
}

function threadFailed(why: string, path: string, cause?: unknown): GrammaskError {
  return new GrammaskError('MODEL', `the model's thread failed: ${why}`, {
    hint: 'load the model again',
    location: { path },
    cause,
  });
}
