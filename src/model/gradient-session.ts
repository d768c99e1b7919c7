// A graph beside the weights that tells how a change of each token of a prompt changes the loss of wanted tokens
// (models/train/gradient_file.py).
import type { InferenceSession } from 'onnxruntime-node';
import { GrammaskError } from '../errors.js';
import { modelError } from './decoder-graph.js';

/** What is asked. */
export interface GradientQuestion {
  /** The prompt, then the wanted tokens but the last one. */
  tokens: Int32Array;
  targets: Int32Array;
  /** The places of the prompt that are asked about. */
  positions: Int32Array;
  /** Added to the logits: 0 where a token is allowed, a low number elsewhere. */
  bias: Float32Array;
}

/** What was found. */
export interface GradientAnswer {
  /** The mean of −ln p over the wanted tokens. */
  loss: number;
  /** Of each place, for each token: how the loss begins to change as the place turns to it. */
  gradient: Float32Array;
}

/** A graph that is loaded into this thread. `find` blocks it. */
export interface GradientSession {
  find(question: GradientQuestion): Promise<GradientAnswer>;
  release(): Promise<void>;
}

/** @throws GrammaskError `MODEL` where the runtime refuses it, or it is another graph */
export async function openGradientSession(path: string, threads: number): Promise<GradientSession> {
  const runtime = await import('onnxruntime-node');
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(path, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (cause) {
    throw new GrammaskError('MODEL', `the gradient cannot be loaded: ${(cause as Error).message}`, {
      hint: 'make it again with models/train/gradient_file.py',
      location: { path },
      cause,
    });
  }
  const int64 = (values: Int32Array): InstanceType<typeof runtime.Tensor> =>
    new runtime.Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
  return {
    async find({ tokens, targets, positions, bias }) {
      const feeds = {
        input_ids: int64(tokens),
        targets: int64(targets),
        positions: int64(positions),
        bias: new runtime.Tensor('float32', bias, [bias.length]),
      };
      const { loss, gradient } = await session.run(feeds).catch((cause: Error) => {
        throw modelError(`the gradient failed: ${cause.message}`, path);
      });
      const isAsAsked = loss?.type === 'float32' && gradient?.type === 'float32';
      if (!isAsAsked || gradient.data.length !== positions.length * bias.length) {
        throw modelError('the gradient is another graph than expected', path);
      }
      return { loss: (loss.data as Float32Array)[0] as number, gradient: gradient.data as Float32Array };
    },
    release: () => session.release(),
  };
}
