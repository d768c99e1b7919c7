import { availableParallelism } from 'node:os';
import { checkOptions, expected } from '../engine/arguments.js';
import { engine } from '../engine/binding.js';
import { Compiler } from '../engine/compiler.js';
import { buildVocabulary, type Vocabulary } from '../engine/vocabulary.js';
import { GrammaskError } from '../errors.js';
import type { Generate, Stream } from '../generate/call-signatures.js';
import { createCompiledGrammars } from '../generate/compiled-grammars.js';
import type { DecodeContext } from '../generate/decode.js';
import { generate } from '../generate/generate.js';
import type { GenerateOptions } from '../generate/options.js';
import { type ScoreOptions, score } from '../generate/score.js';
import { stream } from '../generate/stream.js';
import { dtypes, type ModelFolder, readModelFolder } from './model-folder.js';
import { type ModelWorker, startModelWorker } from './model-worker.js';
import type { DecoderInfo } from './protocol.js';

/** How a model is loaded. */
export interface LoadModelOptions {
  /** Where it runs: a name of ONNX Runtime's execution providers. Default `'cpu'`. */
  device?: string | undefined;
  /**
   * Which weights of the folder: `'fp32'`, `'fp16'`, `'q8'`, `'int8'`, `'uint8'`, `'q4'`, `'q4f16'`, `'bnb4'` and so on.
   * Default: what config.json names, else the first in this order that the folder has.
   */
  dtype?: string | undefined;
  /**
   * Threads of one step of the model. Default: half of the processor's, at most 4, so that masks and the program have
   * theirs. On a machine that is busy with other work, 1 is often fastest.
   */
  threads?: number | undefined;
  /** Called when a stage of the loading begins. */
  onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** A stage of the loading. */
export interface LoadProgress {
  stage: 'folder' | 'vocabulary' | 'weights' | 'ready';
  /** The file or folder of the stage. */
  path: string;
}

/** What a loaded model is. */
export interface ModelInfo {
  path: string;
  weights: string;
  dtype: string;
  device: string;
  threads: number;
  /** Positions that it was made for, where its configuration tells. */
  contextLength: number | undefined;
  /** The chat template that `messages` go through, and whether it reads `schema`; null where there is none. */
  chatTemplate: { readsSchema: boolean } | null;
}

/** A language model in a thread of its own. Several generations may run at a time; they take turns in the thread. */
export interface Model {
  readonly info: ModelInfo;
  readonly vocabulary: Vocabulary;
  /**
   * Generates an answer. `value` is typed by the constraint.
   *
   * @throws GrammaskError `ARGUMENT` and `UNSUPPORTED` for options; what the grammar and its compile throw;
   *   `UNSATISFIABLE` and `BUDGET_TOO_SMALL` before the first token; `ABORTED`; `LOGITS` where the model gives NaN;
   *   `DEAD_END`; `INVALID` where a library's schema finds fault with the value, `VERIFY` where ajv does; `MODEL` where a
   *   step fails; `DISPOSED`. The model stays usable.
   */
  readonly generate: Generate;
  /** As `generate`, piece by piece. */
  readonly stream: Stream;
  /**
   * How likely texts are: the natural logarithm of the probability of each continuation of a prompt, all as token ids.
   *
   * @throws GrammaskError `ARGUMENT`, `TOKEN_RANGE`, `BUDGET_TOO_SMALL`, `ABORTED`, `MODEL`, `DISPOSED`
   */
  score(options: ScoreOptions): Promise<number[]>;
  /** Ends the thread. Generations under way reject with `DISPOSED`. A second call waits for the same end. */
  dispose(): Promise<void>;
  /** As `dispose()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const contexts = new WeakMap<Model, DecodeContext>();

/** What a loaded model works with; for this package only. `ARGUMENT` for what `loadModel` has not made. */
export function contextOfModel(model: Model): DecodeContext {
  const context = typeof model === 'object' && model !== null ? contexts.get(model) : undefined;
  if (context === undefined) throw expected('a model of loadModel', 'model', model);
  return context;
}

/**
 * Loads a model: any folder in the Hugging Face layout of ONNX decoders.
 *
 * @param path the folder; without it, the small model of the package that reads texts into JSON
 * @throws GrammaskError `MODEL` for a folder that is missing, has no weights or weights that do not fit its tokenizer,
 *   and where onnxruntime-node is not installed; `VOCABULARY` for its tokenizer; `ARGUMENT`
 */
export async function loadModel(path?: string, options?: LoadModelOptions): Promise<Model> {
  if (path !== undefined && typeof path !== 'string') throw expected('the path of a folder', 'path', path);
  const { dtype, device, threads, onProgress } = readOptions(options);
  onProgress?.({ stage: 'folder', path: path ?? 'the embedded model' });
  const folder = await readModelFolder(path, dtype);
  onProgress?.({ stage: 'vocabulary', path: folder.path });
  // Before the thread begins: while it loads its own libraries, the system lets no other thread load one.
  engine();
  const thread = startModelWorker({ folder: folder.path, weights: folder.weights, device, threads });
  let worker: ModelWorker;
  let vocabulary: Vocabulary;
  try {
    vocabulary = await buildVocabulary(await thread.vocabulary);
    onProgress?.({ stage: 'weights', path: folder.weights });
    worker = await thread.worker;
    checkFit(worker.info, vocabulary, folder);
    onProgress?.({ stage: 'ready', path: folder.path });
  } catch (error) {
    await thread.worker.then(
      (started) => started.dispose(),
      () => {},
    );
    throw error;
  }
  const compiler = new Compiler(vocabulary);
  const { contextLength } = folder;
  const compiledGrammars = createCompiledGrammars(compiler);
  const context = { worker, compiler, compiledGrammars, vocabulary, contextLength };
  const dispose = async (): Promise<void> => {
    await worker.dispose();
    compiledGrammars.clear();
    compiler.dispose();
  };
  const model: Model = {
    info: { ...folder, device, threads, chatTemplate: worker.info.chatTemplate },
    vocabulary,
    generate: ((generateOptions: GenerateOptions) => generate(context, generateOptions)) as Generate,
    stream: ((generateOptions: GenerateOptions) => stream(context, generateOptions)) as Stream,
    score: (scoreOptions) => score(context, scoreOptions),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
  contexts.set(model, context);
  return model;
}

function checkFit({ logitsWidth }: DecoderInfo, { tokenCount }: Vocabulary, folder: ModelFolder): void {
  if (logitsWidth >= tokenCount) return;
  throw new GrammaskError(
    'MODEL',
    `the weights do not fit the tokenizer: ${logitsWidth} logits for ${tokenCount} tokens`,
    {
      hint: 'tokenizer.json and the weights belong to different models',
      location: { path: folder.weights },
    },
  );
}

interface ReadOptions {
  device: string;
  dtype: string | undefined;
  threads: number;
  onProgress: LoadModelOptions['onProgress'];
}

function readOptions(options: LoadModelOptions | undefined): ReadOptions {
  const { device, dtype, threads, onProgress } = checkOptions(options, [
    'device',
    'dtype',
    'threads',
    'onProgress',
  ]);
  if (device !== undefined && (typeof device !== 'string' || device === '')) {
    throw expected('the name of a device', 'device', device);
  }
  if (dtype !== undefined && !dtypes.includes(dtype)) {
    throw expected(`one of ${dtypes.join(', ')}`, 'dtype', dtype);
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= 256)) {
    throw expected('a whole number from 1 to 256', 'threads', threads);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw expected('a function', 'onProgress', onProgress);
  }
  return { device: device ?? 'cpu', dtype, threads: threads ?? defaultThreads(), onProgress };
}

function defaultThreads(): number {
  return Math.min(4, Math.max(1, availableParallelism() >> 1));
}
