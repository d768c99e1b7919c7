import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { GrammaskError } from '../../errors.js';
import { errorOfWire, type WireError } from '../../wire-error.js';
import type { TypeSchema } from './type-tags.js';

/** What the thread is to do. */
export interface DeepTask {
  readonly file: string;
  readonly name: string;
  readonly tsconfig: string | undefined;
  readonly timeoutMs: number | undefined;
}

export type DeepAnswer = { readonly schema: TypeSchema } | { readonly error: WireError };

/** Enough for types that are nested 20,000 deep; taken only as far as it is used. */
const STACK_MB = 256;
/** The compiler takes about ten seconds for such types. */
const LONGEST_MS = 120_000;

/**
 * The schema of a type in a thread with a stack of its own. The compiler recurses on what it reads: one type that is nested
 * too deeply must not keep the others of its file from being read.
 *
 * @throws GrammaskError what reading the type is guilty of; `DEADLINE` for a thread that does not answer
 */
export function onDeepStack(task: DeepTask): TypeSchema {
  const done = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  // Beside this file: .js in the package, .ts where the sources run as they are.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./deep-stack-thread.${extension}`, import.meta.url), {
    workerData: { task, done, port: port2 },
    transferList: [port2],
    resourceLimits: { stackSizeMb: STACK_MB },
  });
  worker.unref();
  try {
    Atomics.wait(done, 0, 0, LONGEST_MS);
    const answer = receiveMessageOnPort(port1)?.message as DeepAnswer | undefined;
    if (answer === undefined) {
      throw new GrammaskError('DEADLINE', `${task.file}: the compiler takes too long for these types`, {
        hint: 'give inner types names of their own',
        location: { path: task.file },
      });
    }
    if ('error' in answer) throw errorOfWire(answer.error);
    return answer.schema;
  } finally {
    port1.close();
    void worker.terminate();
  }
}
