import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type LoadModelOptions, loadModel, type Model } from '../../src/index.js';

/**
 * A folder with a trained decoder of 25,000 parameters and 192 tokens, which reads a ticket and writes who takes it
 * (fixtures/make.py).
 */
export const ticketsFolder = fileURLToPath(new URL('./fixtures/tickets', import.meta.url));

export function loadTickets(options?: LoadModelOptions): Promise<Model> {
  return loadModel(ticketsFolder, { threads: 1, ...options });
}

export const teams = ['billing', 'tech', 'sales'];

export const ticketSchema = {
  type: 'object',
  properties: { team: { enum: teams }, urgent: { type: 'boolean' } },
  required: ['team', 'urgent'],
};

/** The logits behind tokens, by the runtime alone: no cache, no batch, nothing of the package. */
export async function naiveLogits(): Promise<(tokens: readonly number[]) => Promise<Float32Array>> {
  const run = await naiveRun();
  return (tokens) => run(tokens, 'logits');
}

/** An output of the graph for tokens, by the runtime alone. */
export async function naiveRun(): Promise<
  (tokens: readonly number[], name: string) => Promise<Float32Array>
> {
  const session = await InferenceSession.create(`${ticketsFolder}/onnx/model.onnx`, { intraOpNumThreads: 1 });
  const int64 = (values: readonly number[], dims: readonly number[]): Tensor =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  return async (tokens, name) => {
    const feeds: Record<string, Tensor> = {
      input_ids: int64(tokens, [1, tokens.length]),
      attention_mask: int64(
        tokens.map(() => 1),
        [1, tokens.length],
      ),
      position_ids: int64([...tokens.keys()], [1, tokens.length]),
      num_logits_to_keep: int64([1], []),
    };
    for (const layer of [0, 1]) {
      for (const part of ['key', 'value']) {
        feeds[`past_key_values.${layer}.${part}`] = new Tensor('float32', new Float32Array(0), [1, 1, 0, 16]);
      }
    }
    return (await session.run(feeds, [name]))[name]?.data as Float32Array;
  };
}

export function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] as number) > (values[best] as number)) best = index;
  }
  return best;
}
