// Run by webgpu.test.ts in a process of its own, whose environment names the Vulkan driver: compares one model on two devices.
import { fileURLToPath } from 'node:url';
import { loadModel } from '../../src/index.js';
import { createDecoderSession } from '../../src/model/decoder-session.js';

const weights = fileURLToPath(new URL('../../models/json/onnx/model.onnx', import.meta.url));
const tokens = Int32Array.from({ length: 12 }, (_, index) => 40 + index);

async function logitsOn(device: string): Promise<{ first: number[]; cut: number[]; locations: string[] }> {
  const session = await createDecoderSession({ weights, device, threads: 1 });
  const state = session.newState();
  const feed = async (piece: Int32Array, keep: number): Promise<number[]> =>
    Array.from((await session.forward(state, piece, keep, () => false)) as Float32Array);
  const first = await feed(tokens.subarray(0, 8), 0);
  await feed(tokens.subarray(8), 8);
  const locations = [...new Set([...state.cache.values()].map(({ location }) => location))];
  const cut = await feed(tokens.subarray(5, 6), 5);
  session.dropState(state);
  await session.release();
  return { first, cut, locations };
}

const difference = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, index) => Math.abs(value - (b[index] as number))));

const cpu = await logitsOn('cpu');
const gpu = await logitsOn('webgpu');
const model = await loadModel(undefined, { device: 'webgpu' });
const schema = {
  type: 'object',
  properties: { ok: { type: 'boolean' } },
  required: ['ok'],
  additionalProperties: false,
};
const { text } = await model.generate({ prompt: 'The pump runs.', schema, maxTokens: 12, temperature: 0 });
await model.dispose();
console.log(
  JSON.stringify({
    difference: difference(cpu.first, gpu.first),
    afterCut: difference(cpu.cut, gpu.cut),
    locations: gpu.locations,
    text,
  }),
);
