import { Worker } from 'node:worker_threads';
import { GrammaskError } from '../../../errors.js';
import { threadFlags } from '../../../thread-flags.js';
import { errorOfWire } from '../../../wire-error.js';
import { abortError } from '../cached.js';
import type { EngineStatus } from '../completion-engine.js';
import type {
  EngineProgress,
  ProjectInfo,
  Question,
  ServiceData,
  ServiceReply,
  ServiceRequest,
} from './protocol.js';

/**
 * A language service in a thread of its own. It is started again once if it ends by itself, and whenever the compiler throws: what that
 * keeps from question to question is then in pieces, and every later one would throw as well.
 */
export interface ServiceThread {
  readonly status: EngineStatus;
  /** @throws GrammaskError why it could not start */
  ready(): Promise<ProjectInfo>;
  /**
   * Questions are asked one at a time, the newest first; those that change what the service reads go before all others.
   *
   * @throws GrammaskError `ABORTED`; `BUSY` for the oldest where too many wait; `ENGINE` where the thread ends; `DISPOSED`
   */
  ask(question: Question, signal?: AbortSignal | undefined): Promise<ServiceReply>;
  dispose(): Promise<void>;
}

interface Job {
  readonly id: number;
  readonly question: Question;
  resolve(reply: ServiceReply): void;
  reject(error: unknown): void;
  isAskedAgain: boolean;
}

/** Questions that wait. Their askers have mostly given up when as many others came after them. */
const MOST_WAITING = 64;
const MOST_RESTARTS = 1;
/** So often the compiler may throw without an answer in between. */
const MOST_FAULTS = 3;

export function startServiceThread(
  settings: Omit<ServiceData, 'cancelled'>,
  onProgress: ((progress: EngineProgress) => void) | undefined,
): ServiceThread {
  const cancelled = new SharedArrayBuffer(4);
  const giveUp = new Int32Array(cancelled);
  const waiting: Job[] = [];
  const urgent: Job[] = [];
  let running: Job | undefined;
  let state: EngineStatus['state'] = 'starting';
  let error: GrammaskError | undefined;
  let restarts = 0;
  let ends = 0;
  let faults = 0;
  let nextId = 1;
  let worker: Worker;
  let ready!: {
    promise: Promise<ProjectInfo>;
    resolve(info: ProjectInfo): void;
    reject(error: unknown): void;
  };

  const over = (): boolean => state === 'failed' || state === 'disposed';

  function newReady(): void {
    let resolve!: (info: ProjectInfo) => void;
    let reject!: (error: unknown) => void;
    const promise = new Promise<ProjectInfo>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    // Whoever does not wait for it learns of a failure by the status.
    promise.catch(() => {});
    ready = { promise, resolve, reject };
  }

  // An idle service does not keep the process alive.
  function updateRef(): void {
    if (state === 'starting' || running !== undefined || waiting.length + urgent.length > 0) worker.ref();
    else worker.unref();
  }

  function end(next: 'failed' | 'disposed', why: GrammaskError): void {
    if (over()) return;
    state = next;
    error = next === 'failed' ? why : error;
    ready.reject(why);
    const open = [...urgent.splice(0), ...waiting.splice(0), ...(running === undefined ? [] : [running])];
    running = undefined;
    for (const job of open) job.reject(why);
    updateRef();
  }

  function sendNext(): void {
    if (state !== 'ready' || running !== undefined) return;
    running = urgent.shift() ?? waiting.pop();
    if (running !== undefined)
      worker.postMessage({ ...running.question, id: running.id } satisfies ServiceRequest);
    updateRef();
  }

  function onReply(reply: ServiceReply): void {
    if (reply.kind === 'progress') onProgress?.(reply.progress);
    else if (reply.kind === 'ready') {
      state = 'ready';
      ready.resolve(reply.info);
      sendNext();
    } else if (reply.kind === 'failed') {
      end('failed', errorOfWire(reply.error));
    } else if (reply.id === running?.id) {
      const job = running;
      running = undefined;
      const failure = reply.kind === 'error' ? errorOfWire(reply.error) : undefined;
      if (failure?.code === 'ENGINE') {
        onFault(job, failure);
        return;
      }
      if (reply.kind === 'answer' || reply.kind === 'diagnostics') faults = 0;
      if (failure !== undefined) job.reject(failure);
      else job.resolve(reply);
      sendNext();
    }
  }

  function onFault(job: Job, why: GrammaskError): void {
    faults += 1;
    if (job.isAskedAgain || faults > MOST_FAULTS) job.reject(why);
    else if (job.question.kind === 'refresh') urgent.push(job);
    else waiting.push(job);
    job.isAskedAgain = true;
    const broken = worker;
    if (faults > MOST_FAULTS) end('failed', why);
    else restart(why);
    void broken.terminate();
  }

  function restart(why: GrammaskError): void {
    error = why;
    restarts += 1;
    // Those who wait for the start go on waiting.
    if (state === 'ready') newReady();
    state = 'starting';
    start();
  }

  function onEnd(why: string, cause?: unknown): void {
    if (over()) return;
    const died = new GrammaskError('ENGINE', `the thread of the language service ended: ${why}`, {
      hint: 'a project that is too large for the memory of a thread ends it: name a smaller one, or the part that is needed',
      cause,
    });
    running?.reject(died);
    running = undefined;
    ends += 1;
    if (ends > MOST_RESTARTS) end('failed', died);
    else restart(died);
  }

  function start(): void {
    // Beside this file: worker.js in the package, worker.ts where the sources run as they are.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const thread = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
      workerData: { ...settings, cancelled } satisfies ServiceData,
      // The compiler recurses on what it reads.
      resourceLimits: { stackSizeMb: 32 },
      ...threadFlags(process.execArgv),
    });
    worker = thread;
    let cause: unknown;
    thread.on('message', (reply: ServiceReply) => {
      if (worker === thread) onReply(reply);
    });
    thread.on('error', (failure: unknown) => {
      cause = failure;
    });
    thread.once('exit', (code) => {
      const why = cause instanceof Error ? cause.message : `code ${code}`;
      if (worker === thread) onEnd(why, cause);
    });
    updateRef();
  }

  newReady();
  start();

  return {
    get status() {
      return { state, error, restarts };
    },
    ready: () => ready.promise,
    ask(question, signal) {
      if (over()) {
        return Promise.reject(error !== undefined && state === 'failed' ? error : disposedError());
      }
      if (signal?.aborted) return Promise.reject(abortError(signal));
      return new Promise<ServiceReply>((resolve, reject) => {
        const stopListening = (): void => signal?.removeEventListener('abort', onAbort);
        const job: Job = {
          id: nextId++,
          question,
          resolve(reply) {
            stopListening();
            resolve(reply);
          },
          reject(why) {
            stopListening();
            reject(why);
          },
          isAskedAgain: false,
        };
        const onAbort = (): void => {
          const at = waiting.indexOf(job);
          if (at >= 0) waiting.splice(at, 1);
          else if (running === job) Atomics.store(giveUp, 0, job.id);
          job.reject(abortError(signal as AbortSignal));
          updateRef();
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        if (question.kind === 'refresh') urgent.push(job);
        else waiting.push(job);
        if (waiting.length > MOST_WAITING) {
          waiting
            .shift()
            ?.reject(new GrammaskError('BUSY', 'too many questions wait for the language service'));
        }
        sendNext();
        updateRef();
      });
    },
    async dispose() {
      end('disposed', disposedError());
      await worker.terminate();
    },
  };
}

function disposedError(): GrammaskError {
  return new GrammaskError('DISPOSED', 'the completion engine was disposed');
}
