// A thread with a large stack, in which the compiler reads types that are nested deeply.
import { type MessagePort, workerData } from 'node:worker_threads';
import { wireError } from '../../wire-error.js';
import type { DeepAnswer, DeepTask } from './deep-stack.js';
import { readTypeSchema } from './json-schema-of-type.js';

const { task, done, port } = workerData as { task: DeepTask; done: Int32Array; port: MessagePort };

function answer(): DeepAnswer {
  try {
    return { schema: readTypeSchema(task) };
  } catch (error) {
    return { error: wireError(error) };
  }
}

port.postMessage(answer());
Atomics.store(done, 0, 1);
Atomics.notify(done, 0);
