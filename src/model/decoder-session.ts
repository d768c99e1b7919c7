import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { GrammaskError } from '../errors.js';
import { type DecoderState, makeDecoder, modelError, type Runtime } from './decoder-graph.js';
import { type DecoderLayout, readLayout } from './decoder-inputs.js';
import { logProbability } from './log-probability.js';
import { missingProviderFile } from './missing-provider.js';
import type { BatchInfo } from './protocol.js';
import { type RowLimits, readRows } from './row-reader.js';
import type { PlaceAnswer, RowsQuestion } from './rows-question.js';

/** A decoder that is loaded into this thread. `forward` blocks the thread. */
export interface DecoderSession {
  readonly logitsWidth: number;
  readonly logitsType: 'float32' | 'float16';
  newState(): DecoderState;
  /** Tokens of a step where there are many: a state that is cut behind a multiple of them is as if the rest was never fed. */
  readonly pieceTokens: number;
  /** Bytes of a state in main memory, which may be shared; undefined where it lies on the device. */
  hostBytes(state: DecoderState): number | undefined;
  /** Frees what a state holds on the device. It is not to be used again. */
  dropState(state: DecoderState): void;
  /**
   * Cuts the state to its first `keep` tokens, then feeds `tokens`, in pieces where they are many.
   *
   * @param isCancelled asked before each piece; a yes ends the call, with the pieces before it fed
   * @returns the logits behind the last token, or null where it was cancelled
   */
  forward(
    state: DecoderState,
    tokens: Int32Array,
    keep: number,
    isCancelled: () => boolean,
  ): Promise<Float32Array | Uint16Array | null>;
  /**
   * Cuts the state to its first `keep` tokens, then reads `tokens` but the last one.
   *
   * @returns the sum of the natural logarithms of the probabilities of all of `tokens` but the first, each behind those before
   *   it; null where it was cancelled
   */
  score(
    state: DecoderState,
    tokens: Int32Array,
    keep: number,
    isCancelled: () => boolean,
  ): Promise<number | null>;
  /** How several texts are read at a time. */
  readonly batch: BatchInfo;
  /** A state of texts of another one, each as often as it is named; to be dropped apart from it. */
  pick(state: DecoderState, texts: Int32Array): DecoderState;
  /**
   * Reads tokens behind each text of a state; without `keepsCache` that is not to be used again.
   *
   * @returns null where it was cancelled
   * @throws GrammaskError `LOGITS`
   */
  readRows(
    state: DecoderState,
    question: RowsQuestion,
    isCancelled: () => boolean,
    keepsCache: boolean,
  ): Promise<PlaceAnswer[] | null>;
  release(): Promise<void>;
}

/** Where the weights are and how they are to run. */
export interface SessionOptions {
  weights: string;
  device: string;
  threads: number;
}

// Rows of logits that one step may make, in numbers: without `num_logits_to_keep` every position makes one.
const logitsBudget = 1 << 24;
// Tokens of one step: between steps a generation can be given up.
const widestStep = 128;
// And of one step over several texts, all together.
const widestRowsStep = 2048;

/** @throws GrammaskError `MODEL` where the runtime is missing, or refuses the weights or the device */
export async function createDecoderSession(options: SessionOptions): Promise<DecoderSession> {
  const runtime = await importRuntime();
  const session = await openSession(runtime, options);
  try {
    return await probedSession(runtime, session, options);
  } catch (error) {
    // Nobody else knows of it. What went wrong first is what is told.
    await session.release().catch(() => {});
    throw error;
  }
}

async function probedSession(
  runtime: Runtime,
  session: InferenceSession,
  options: SessionOptions,
): Promise<DecoderSession> {
  const { device } = options;
  const layout = readLayout(session.inputMetadata, session.outputMetadata, options.weights);
  const decoder = makeDecoder(runtime, session, layout, options.weights);
  // One step shows what the metadata may leave open, and what only running tells.
  const probeState = decoder.newState();
  const probe = await decoder.step(probeState, Int32Array.of(0, 0), 2);
  decoder.drop(probeState);
  const logits = probe as Tensor;
  const logitsWidth = logits.dims.at(-1) ?? 0;
  if (logits.type !== 'float32' && logits.type !== 'float16') {
    throw modelError(`its logits are ${logits.type}, not float32 or float16`, options.weights);
  }
  // Tokens of one step: as many as rows of logits fit, where every position makes one.
  // Some graphs give the last row alone, whatever is asked.
  const rowsOfProbe = (logits.dims.at(-2) ?? 1) < 2 ? 1 : widestStep;
  const allRows = Math.min(rowsOfProbe, Math.max(1, Math.floor(logitsBudget / logitsWidth)));
  const widthOf = (state: DecoderState, length: number, most: number): number => {
    // The cache branch of a merged export is made for one token a step.
    if (layout.hasCacheBranch) return state.tokens.length > 0 ? 1 : length;
    return most;
  };
  const tokensPerStep = (texts: number, past: number, length: number): number => {
    if (layout.hasCacheBranch) return past > 0 ? 1 : length;
    const most = layout.logitsToKeep || rowsOfProbe === 1 ? widestRowsStep : logitsBudget / logitsWidth;
    return Math.max(1, Math.floor(Math.min(most, widestRowsStep) / texts));
  };
  const rowLimits: RowLimits = { logitsWidth, tokensPerStep };
  const pieceTokens = layout.hasCacheBranch
    ? Number.POSITIVE_INFINITY
    : layout.logitsToKeep
      ? widestStep
      : allRows;
  return {
    batch: {
      takesSeveral: layout.takesSeveral,
      sharesPrefix: device !== 'webgpu',
      severalPlaces: rowsOfProbe > 1 && !layout.hasCacheBranch,
      pieceTokens,
      cacheBytesPerToken: cacheBytesPerToken(layout),
    },
    pick: decoder.pick,
    readRows: (state, question, isCancelled, keepsCache) =>
      readRows(decoder, rowLimits, state, question, isCancelled, keepsCache),
    logitsWidth,
    logitsType: logits.type,
    newState: decoder.newState,
    pieceTokens,
    hostBytes({ cache }) {
      let bytes = 0;
      for (const tensor of cache.values()) {
        if (tensor.location !== 'cpu') return undefined;
        bytes += (tensor.data as Float32Array | Uint16Array).byteLength;
      }
      return bytes;
    },
    dropState: decoder.drop,
    release: () => session.release(),
    async forward(state, tokens, keep, isCancelled) {
      const feed = decoder.cut(state, keep, tokens);
      const most = layout.logitsToKeep ? widestStep : allRows;
      let last: Tensor | null = null;
      for (let at = 0; at < feed.length; ) {
        if (isCancelled()) return null;
        const piece = feed.subarray(at, at + widthOf(state, feed.length, most));
        at += piece.length;
        last = await decoder.step(state, piece, at === feed.length ? 1 : 0);
      }
      return last === null ? null : lastRow(last, logitsWidth);
    },
    async score(state, tokens, keep, isCancelled) {
      const feed = decoder.cut(state, keep, tokens);
      // Where the cache could not be cut, what was kept is read again.
      const first = feed.length - tokens.length;
      const read = feed.subarray(0, -1);
      let sum = 0;
      for (let at = 0; at < read.length; ) {
        if (isCancelled()) return null;
        const piece = read.subarray(at, at + widthOf(state, read.length, allRows));
        const rows = (await decoder.step(state, piece, piece.length)) as Tensor;
        for (let i = Math.max(0, first - at); i < piece.length; i++) {
          sum += logProbability(rowOf(rows, logitsWidth, piece.length - i), feed[at + i + 1] as number);
        }
        at += piece.length;
      }
      return sum;
    },
  };
}

function cacheBytesPerToken(layout: DecoderLayout): number {
  let bytes = 0;
  for (const { type, initial, axis } of layout.cache) {
    const numbers = initial.reduce((product, size, index) => product * (index === axis ? 1 : size), 1);
    bytes += numbers * (type === 'float16' ? 2 : 4);
  }
  return bytes;
}

type OutputLocation = 'cpu' | 'gpu-buffer';

async function importRuntime(): Promise<Runtime> {
  try {
    const module = (await import('onnxruntime-node')) as Runtime & { default?: Runtime };
    return module.default ?? module;
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    const message = missing
      ? 'onnxruntime-node, which runs the models, is not installed'
      : `onnxruntime-node cannot be loaded: ${(cause as Error).message}`;
    throw new GrammaskError('MODEL', message, {
      hint:
        'npm install onnxruntime-node@^1.30; where its install script fails or is blocked, first add ' +
        '"allowScripts": { "onnxruntime-node": false } to package.json and the line onnxruntime-node-install=skip to .npmrc',
      cause,
    });
  }
}

async function openSession(runtime: Runtime, options: SessionOptions): Promise<InferenceSession> {
  const { weights, device, threads } = options;
  try {
    return await runtime.InferenceSession.create(weights, {
      executionProviders: [device],
      ...(device === 'webgpu' ? { preferredOutputLocation: await cacheOnDevice(runtime, weights) } : {}),
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      // Threads that spin while they wait take the cores that the masks and the program need.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    const missing = /shared library/i.test((cause as Error).message)
      ? missingProviderFile(device)
      : undefined;
    if (missing !== undefined) {
      throw new GrammaskError('MODEL', `the device '${device}' needs a file that is missing: ${missing}`, {
        hint: `it comes with the install script of onnxruntime-node, with the libraries of the device beside it; or take device: 'cpu'`,
        location: { path: missing },
        cause,
      });
    }
    throw new GrammaskError('MODEL', `the weights cannot be loaded: ${(cause as Error).message}`, {
      hint:
        device === 'cpu'
          ? 'the file is damaged, cut short, or a file of external data beside it is missing'
          : `the device '${device}' may not exist here: try device: 'cpu'`,
      location: { path: weights },
      cause,
    });
  }
}

/**
 * Where each output is to lie: the logits in main memory, the cache where the model runs, so that a step gets it back as it
 * is. The runtime wants each output by its name, and only a session tells them: one is made for that alone.
 */
async function cacheOnDevice(runtime: Runtime, weights: string): Promise<Record<string, OutputLocation>> {
  const session = await runtime.InferenceSession.create(weights, {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  });
  try {
    const locations = session.outputNames.map((name): [string, OutputLocation] => [
      name,
      name === 'logits' ? 'cpu' : 'gpu-buffer',
    ]);
    return Object.fromEntries(locations);
  } finally {
    await session.release();
  }
}

/** The logits of the last position, float16 as its bits. */
function lastRow(logits: Tensor, width: number): Float32Array | Uint16Array {
  return rowOf(logits, width, 1);
}

/** The logits of a position, counted from the end: 1 is the last. */
function rowOf(logits: Tensor, width: number, fromEnd: number): Float32Array | Uint16Array {
  const data = logits.data as Float32Array | Uint16Array;
  const start = data.length - fromEnd * width;
  if (logits.type === 'float32') return (data as Float32Array).subarray(start, start + width);
  return new Uint16Array(data.buffer, data.byteOffset + start * 2, width);
}
