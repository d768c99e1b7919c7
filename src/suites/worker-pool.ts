import { Worker } from 'node:worker_threads';
import { GrammaskError } from '../errors.js';
import { errorOfWire } from '../wire-error.js';
import type { CoverageCounts } from './coverage/counts.js';
import type { ChunkReply, WorkerReply, WorkerRequest, WorkerSettings } from './protocol.js';

/** Chunks that wait in a thread while it works on another, so that it never waits for this one. */
const AHEAD = 2;

/** The next message for a thread that has room; undefined where none is left. */
export type NextRequests = (worker: number) => readonly WorkerRequest[] | undefined;

/** Threads that judge texts. */
export interface WorkerPool {
  /** Adds threads up to this number. */
  grow(count: number): void;
  /**
   * Gives out messages until none is left. Each list that `next` returns ends with one chunk.
   *
   * @throws GrammaskError what a thread failed with
   */
  run(next: NextRequests, onReply: (reply: ChunkReply) => void): Promise<void>;
  /** What the threads counted of each suite; they end. */
  finish(): Promise<readonly (readonly [number, CoverageCounts])[]>;
  /** Ends the threads at once. */
  dispose(): Promise<void>;
}

export function createWorkerPool(settings: WorkerSettings): WorkerPool {
  const workers: Worker[] = [];
  let onMessage: (worker: number, message: WorkerReply) => void = () => {};
  let onFailure: (error: unknown) => void = () => {};
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    onFailure(error);
  };

  function start(): void {
    const index = workers.length;
    // Beside this file: worker.js in the package, worker.ts where the sources run as they are.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), { workerData: settings });
    worker.on('message', (message: WorkerReply) => {
      if (message.kind === 'error') fail(errorOfWire(message.error));
      else onMessage(index, message);
    });
    worker.on('error', fail);
    worker.on('exit', (code) => {
      if (code !== 0) fail(new GrammaskError('STATE', `a thread of the test run ended with code ${code}`));
    });
    workers.push(worker);
  }

  return {
    grow(count) {
      while (workers.length < count) start();
    },
    run: (next, onReply) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) throw failure;
        onFailure = reject;
        let open = 0;
        const feed = (worker: number): boolean => {
          const requests = next(worker);
          if (requests === undefined) return false;
          open += 1;
          for (const request of requests) workers[worker]?.postMessage(request);
          return true;
        };
        onMessage = (worker, message) => {
          if (message.kind !== 'chunk') return;
          open -= 1;
          onReply(message);
          if (!feed(worker) && open === 0) resolve();
        };
        for (let round = 0; round < AHEAD; round++) {
          for (let worker = 0; worker < workers.length; worker++) feed(worker);
        }
        if (open === 0) resolve();
      }),
    finish: () =>
      new Promise((resolve, reject) => {
        onFailure = reject;
        const all: (readonly [number, CoverageCounts])[] = [];
        let open = workers.length;
        if (open === 0) resolve(all);
        onMessage = (_, message) => {
          if (message.kind !== 'counts') return;
          all.push(...message.counts);
          open -= 1;
          if (open === 0) resolve(all);
        };
        for (const worker of workers) worker.postMessage({ kind: 'finish' });
      }),
    async dispose() {
      onFailure = () => {};
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
