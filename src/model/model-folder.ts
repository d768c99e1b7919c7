import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GrammaskError } from '../errors.js';

/** A folder in the Hugging Face layout of ONNX decoders, and which of its weights are meant. */
export interface ModelFolder {
  path: string;
  /** The file of the weights; ONNX Runtime finds files of external data beside it. */
  weights: string;
  dtype: string;
  /** Positions that the model was made for, where its configuration tells. */
  contextLength: number | undefined;
}

const packageRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The folder of the model that comes with the package. */
export const embeddedModelPath = join(packageRoot, 'models', 'json');

/** The folder of the one that fills gaps in TypeScript. */
export const repairModelPath = join(packageRoot, 'models', 'repair');

// Ending of the file of each dtype, in the order in which one is taken where nothing tells.
const endings: ReadonlyMap<string, string> = new Map([
  ['fp32', ''],
  ['fp16', '_fp16'],
  ['q8', '_quantized'],
  ['int8', '_int8'],
  ['uint8', '_uint8'],
  ['q4', '_q4'],
  ['q4f16', '_q4f16'],
  ['bnb4', '_bnb4'],
  ['q2', '_q2'],
  ['q2f16', '_q2f16'],
  ['q1', '_q1'],
  ['q1f16', '_q1f16'],
]);

/** The dtypes that have a file name of their own. */
export const dtypes: readonly string[] = [...endings.keys()];

/**
 * Reads a model's folder.
 *
 * @param path the folder; without it, the model of the package
 * @param dtype which weights; without it what config.json names, then the first that is there
 * @throws GrammaskError `MODEL` for a folder that is missing or has no such weights, with its path
 */
export async function readModelFolder(path: string | undefined, dtype?: string): Promise<ModelFolder> {
  const folder = path === undefined ? embeddedModelPath : resolve(path);
  await checkFolder(folder, path);
  const config = await readConfig(join(folder, 'config.json'));
  const hub = record(config['transformers.js_config']);
  const found = await findWeights(folder, baseNames(hub));
  const wanted = dtype ?? dtypeOf(hub);
  return { path: folder, ...choose(folder, found, wanted), contextLength: contextLengthOf(config) };
}

async function checkFolder(folder: string, given: string | undefined): Promise<void> {
  const isFolder = await stat(folder).then(
    (entry) => entry.isDirectory(),
    () => undefined,
  );
  if (isFolder) return;
  const message = isFolder === undefined ? 'there is no such model folder' : 'the model path is no folder';
  throw new GrammaskError('MODEL', `${message}: ${given ?? folder}`, {
    hint:
      given === undefined
        ? 'the package is incomplete: install it again'
        : 'pass the folder that holds config.json, tokenizer.json and onnx/, or nothing for the embedded model',
    location: { path: folder },
  });
}

async function readConfig(path: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new GrammaskError('MODEL', `config.json cannot be read: ${(cause as Error).message}`, {
      location: { path },
      cause,
    });
  }
  try {
    return record(JSON.parse(text));
  } catch (cause) {
    throw new GrammaskError('MODEL', `config.json is no JSON: ${(cause as Error).message}`, {
      hint: 'the file is damaged or cut short: fetch it again',
      location: { path },
      cause,
    });
  }
}

function baseNames(hub: Record<string, unknown>): string[] {
  const own = hub.model_file_name;
  return typeof own === 'string' ? [own] : ['model', 'decoder_model_merged'];
}

function dtypeOf(hub: Record<string, unknown>): string | undefined {
  const value = typeof hub.dtype === 'object' ? record(hub.dtype).model : hub.dtype;
  return typeof value === 'string' && endings.has(value) ? value : undefined;
}

/** The file of each dtype that is there. */
async function findWeights(folder: string, bases: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const directory of [join(folder, 'onnx'), folder]) {
    const names = new Set(await readdir(directory).catch(() => []));
    for (const base of bases) {
      for (const [dtype, ending] of endings) {
        const name = `${base}${ending}.onnx`;
        if (names.has(name) && !found.has(dtype)) found.set(dtype, join(directory, name));
      }
    }
  }
  return found;
}

function choose(
  folder: string,
  found: ReadonlyMap<string, string>,
  wanted: string | undefined,
): { weights: string; dtype: string } {
  const dtype = wanted ?? dtypes.find((name) => found.has(name));
  const weights = dtype === undefined ? undefined : found.get(dtype);
  if (dtype !== undefined && weights !== undefined) return { weights, dtype };
  const path = join(folder, 'onnx');
  if (found.size === 0) {
    throw new GrammaskError('MODEL', `the model folder has no weights: ${folder}`, {
      hint: 'expected onnx/model.onnx, or another dtype of it such as onnx/model_q4.onnx',
      location: { path },
    });
  }
  throw new GrammaskError('MODEL', `the model folder has no weights of dtype ${dtype}: ${folder}`, {
    hint: `there are ${[...found.keys()].join(', ')}`,
    location: { path },
  });
}

function contextLengthOf(config: Record<string, unknown>): number | undefined {
  const own = config.max_position_embeddings ?? config.n_positions;
  const value = own ?? record(config.text_config).max_position_embeddings;
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
