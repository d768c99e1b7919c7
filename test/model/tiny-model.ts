import { fileURLToPath } from 'node:url';
import { type LoadModelOptions, loadModel, type Model } from '../../src/index.js';

/** A folder with decoders of a few kilobytes and random weights; its tokens are the 256 bytes, `<|end|>`, `<|mark|>`. */
export const tinyFolder = fileURLToPath(new URL('./fixtures/tiny', import.meta.url));

/** Loads it; the dtype chooses what the graph looks like (fixtures/make.py). */
export function loadTiny(options?: LoadModelOptions): Promise<Model> {
  return loadModel(tinyFolder, { threads: 1, ...options });
}
