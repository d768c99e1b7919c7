// What a model says to prompts, by the runtime alone: no cache, nothing of the package, every prompt read from its beginning.
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** The logits behind prompts of one length, a row for each. */
export type NaiveModel = (prompts: readonly (readonly number[])[]) => Promise<Float32Array[]>;

export async function naiveModel(folder: string): Promise<NaiveModel> {
  const session = await InferenceSession.create(`${folder}/onnx/model.onnx`, { intraOpNumThreads: 1 });
  const int64 = (values: readonly number[], dims: readonly number[]): Tensor =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  return async (prompts) => {
    const rows = prompts.length;
    const length = prompts[0]?.length ?? 0;
    const dims = [rows, length];
    const feeds: Record<string, Tensor> = {
      input_ids: int64(prompts.flat(), dims),
      attention_mask: int64(
        prompts.flatMap((prompt) => prompt.map(() => 1)),
        dims,
      ),
      position_ids: int64(
        prompts.flatMap((prompt) => [...prompt.keys()]),
        dims,
      ),
      num_logits_to_keep: int64([1], []),
    };
    for (const input of session.inputMetadata) {
      if (!input.name.startsWith('past') || !input.isTensor) continue;
      const [, heads, , size] = input.shape as number[];
      feeds[input.name] = new Tensor('float32', new Float32Array(0), [rows, heads, 0, size] as number[]);
    }
    const logits = (await session.run(feeds, ['logits'])).logits?.data as Float32Array;
    const width = logits.length / rows;
    return prompts.map((_, row) => logits.subarray(row * width, (row + 1) * width));
  };
}
