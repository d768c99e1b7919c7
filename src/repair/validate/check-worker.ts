// The thread of a checker: one check after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { type WireError, wireError } from '../../wire-error.js';
import { findTypeScript, type TypeScriptApi } from '../engines/typescript/find-typescript.js';
import type { Diagnostic } from '../patch.js';
import { type CheckTask, createProjectChecker, type ProjectSettings } from './check-project.js';

/** What the thread is started with. */
export interface CheckWorkerData {
  readonly settings: ProjectSettings;
  /** One word: the number of the check that is to end now. */
  readonly cancelled: SharedArrayBuffer;
}

export interface CheckRequest {
  readonly id: number;
  readonly task: CheckTask;
  /** When the check must be over, as Date.now() counts. */
  readonly deadline: number;
}

export type CheckReply = { readonly id: number } & (
  | {
      readonly kind: 'checked';
      readonly diagnostics: readonly Diagnostic[];
      readonly tsconfig: string | null;
      readonly checker: string;
    }
  | { readonly kind: 'cancelled'; readonly checker: string }
  | { readonly kind: 'error'; readonly error: WireError }
);

const port = parentPort as NonNullable<typeof parentPort>;
const { settings, cancelled } = workerData as CheckWorkerData;
const stopped = new Int32Array(cancelled);
let ready: { ts: TypeScriptApi; checker: ReturnType<typeof createProjectChecker> } | undefined;

port.on('message', (request: CheckRequest) => port.postMessage(answer(request)));

function answer({ id, task, deadline }: CheckRequest): CheckReply {
  try {
    if (ready === undefined) {
      // The one that the completion engine uses: what it offers must be right to the checker.
      const { ts } = findTypeScript(settings.project);
      ready = { ts, checker: createProjectChecker(ts, settings) };
    }
    const { ts, checker } = ready;
    const name = `typescript ${ts.version}`;
    const isCancelled = (): boolean => Date.now() > deadline || Atomics.load(stopped, 0) === id;
    if (isCancelled()) return { kind: 'cancelled', id, checker: name };
    try {
      return { kind: 'checked', id, checker: name, ...checker.check(task, isCancelled) };
    } catch (error) {
      if (error instanceof ts.OperationCanceledException) return { kind: 'cancelled', id, checker: name };
      throw error;
    }
  } catch (error) {
    return { kind: 'error', id, error: wireError(error) };
  }
}
