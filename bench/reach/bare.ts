// The same prompts by the runtime alone: whole, in batches, the logits of the last token only, and nothing done with them.
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Reads prompts of one length, so many at a time. */
export async function bareRuntime(
  weights: string,
): Promise<(prompts: readonly Int32Array[], batch: number) => Promise<void>> {
  const session = await InferenceSession.create(weights, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const int64 = (values: ArrayLike<number>, dims: readonly number[]): Tensor =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  return async (prompts, batch) => {
    for (let at = 0; at < prompts.length; at += batch) {
      const rows = prompts.slice(at, at + batch);
      const length = rows[0]?.length ?? 0;
      const dims = [rows.length, length];
      const all = rows.flatMap((row) => [...row]);
      const feeds: Record<string, Tensor> = {
        input_ids: int64(all, dims),
        attention_mask: int64(
          all.map(() => 1),
          dims,
        ),
        position_ids: int64(
          all.map((_, index) => index % length),
          dims,
        ),
        num_logits_to_keep: int64([1], []),
      };
      for (const input of session.inputMetadata) {
        if (!input.name.startsWith('past') || !input.isTensor) continue;
        const [, heads, , size] = input.shape as number[];
        const shape = [rows.length, heads, 0, size] as number[];
        feeds[input.name] = new Tensor('float32', new Float32Array(0), shape);
      }
      await session.run(feeds, ['logits']);
    }
  };
}
