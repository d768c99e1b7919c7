import { isAbsolute, relative, resolve, sep } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GrammaskError } from '../../errors.js';
import { errorOfWire } from '../../wire-error.js';
import type { CheckReport } from '../patch.js';
import { checkContent, contentHash } from '../source-text.js';
import type { CheckReply, CheckRequest, CheckWorkerData } from './check-worker.js';

export interface CheckerOptions {
  /** The folder of the project. */
  project: string;
  /** The configuration, relative to the project. Default: `tsconfig.json` where there is one, else strict options. */
  tsconfig?: string | undefined;
  /** `project` (default): every file that a change may touch; `file`: the changed one alone, for very large projects. */
  scope?: 'project' | 'file' | undefined;
  /** Milliseconds of a check. Default 60,000, of which the first check of a project may need many. */
  timeoutMs?: number | undefined;
}

export interface CheckOptions {
  /** Default: that of the checker. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Look at the disk first, for other files may have changed. Default true; false saves time from candidate to candidate. */
  refresh?: boolean | undefined;
}

/** Says whether a project compiles with a text in the place of one of its files. */
export interface Checker {
  /**
   * @param file relative to the project, or absolute within it; it need not exist
   * @returns `unknown` where time ran out or the checker failed; it never throws for that
   * @throws GrammaskError `ARGUMENT` for a file outside of the project, a configuration that is wrong, or where the package
   *   `typescript` is missing; `DISPOSED`
   */
  check(file: string, content: string, options?: CheckOptions): Promise<CheckReport>;
  dispose(): Promise<void>;
}

/** Milliseconds beyond its deadline after which a thread that does not look at it is ended. */
const GRACE = 1000;

/** A file's path relative to a project, with `/`. Throws `ARGUMENT` where it is outside. */
export function projectFile(project: string, file: string): string {
  const name = relative(resolve(project), resolve(project, file));
  if (name !== '' && name !== '..' && !name.startsWith(`..${sep}`) && !isAbsolute(name)) {
    return name.replaceAll(sep, '/');
  }
  throw new GrammaskError('ARGUMENT', `the file ${file} is outside of the project`, {
    hint: `name a file within ${project}`,
    location: { path: file },
  });
}

/** A checker of a TypeScript project, in a thread that starts with the first check. */
export function createChecker(options: CheckerOptions): Checker {
  const project = resolve(options.project);
  const settings = { project, tsconfig: options.tsconfig, scope: options.scope ?? 'project' } as const;
  const cancelled = new SharedArrayBuffer(4);
  const word = new Int32Array(cancelled);
  let worker: Worker | undefined;
  let waiting: ((reply: CheckReply | Error) => void) | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let id = 0;
  let disposed = false;
  // Whether the thread has answered anything: a first check that is late has loaded most of what the next one needs.
  let answered = false;

  function start(): Worker {
    // Beside this file: a .js in the package, a .ts where the sources run as they are.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const workerData: CheckWorkerData = { settings, cancelled };
    const started = new Worker(new URL(`./check-worker.${extension}`, import.meta.url), { workerData });
    const fail = (error: Error): void => {
      if (worker === started) worker = undefined;
      waiting?.(error);
    };
    answered = false;
    started.on('message', (reply: CheckReply) => {
      answered = true;
      // Of a check that nobody waits for any more.
      if (reply.id === id) waiting?.(reply);
    });
    started.on('error', fail);
    started.on('exit', (code) => fail(new Error(`the thread of the checker ended with code ${code}`)));
    // A program that is done does not wait for it.
    started.unref();
    return started;
  }

  async function stop(): Promise<void> {
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  }

  async function run(request: CheckRequest, signal: AbortSignal | undefined): Promise<CheckReply | Error> {
    worker ??= start();
    const current = worker;
    current.ref();
    const cancel = (): void => {
      Atomics.store(word, 0, request.id);
    };
    let timer: NodeJS.Timeout | undefined;
    let lateAbort: (() => void) | undefined;
    try {
      return await new Promise<CheckReply | Error>((done) => {
        waiting = done;
        signal?.addEventListener('abort', cancel, { once: true });
        const late = (): void => done(new Error('the checker did not come back'));
        timer = setTimeout(late, Math.max(0, request.deadline - Date.now()) + GRACE);
        // An abort is looked at as seldom as a deadline.
        lateAbort = () => void setTimeout(late, GRACE).unref();
        signal?.addEventListener('abort', lateAbort, { once: true });
        if (signal?.aborted) cancel();
        current.postMessage(request);
      });
    } finally {
      waiting = undefined;
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      if (lateAbort !== undefined) signal?.removeEventListener('abort', lateAbort);
      current.unref();
    }
  }

  async function check(file: string, content: string, own: CheckOptions): Promise<CheckReport> {
    if (disposed) throw new GrammaskError('DISPOSED', 'the checker is disposed');
    const { signal, refresh = true } = own;
    const timeoutMs = own.timeoutMs ?? options.timeoutMs ?? 60_000;
    const started = performance.now();
    id += 1;
    const request = { id, task: { file, content, refresh }, deadline: Date.now() + timeoutMs };
    const reply = await run(request, signal);
    const report = {
      hash: contentHash(content),
      diagnostics: [],
      checker: 'checker' in reply ? reply.checker : 'typescript',
      ms: performance.now() - started,
    };
    if (reply instanceof Error) {
      // Whatever it is at, the next check gets a thread that answers. One that is still starting is left to it.
      if (answered) await stop();
      const late = Date.now() >= request.deadline;
      const reason = signal?.aborted ? 'aborted' : late ? 'timeout' : 'failed';
      return { ...report, status: 'unknown', reason, message: reply.message };
    }
    if (reply.kind === 'cancelled') {
      return { ...report, status: 'unknown', reason: signal?.aborted ? 'aborted' : 'timeout' };
    }
    if (reply.kind === 'error') {
      const { error } = reply;
      if (error.code !== undefined) throw errorOfWire(error);
      return { ...report, status: 'unknown', reason: 'failed', message: error.message };
    }
    const hasErrors = reply.diagnostics.some(({ severity }) => severity === 'error');
    return { ...report, status: hasErrors ? 'errors' : 'clean', diagnostics: reply.diagnostics };
  }

  return {
    async check(file, content, own = {}) {
      checkContent(content, file);
      const name = projectFile(project, file);
      const result = last.then(() => check(name, content, own));
      last = result.catch(() => {});
      return result;
    },
    async dispose() {
      disposed = true;
      Atomics.store(word, 0, id);
      await stop();
    },
  };
}
