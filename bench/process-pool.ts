// Processes that work beside each other. Processes and not threads: one that crashes, or does not come back from native code,
// costs itself and the one task it had.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What came of a task. */
export type Outcome<Report> =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'crash'; readonly reason: string }
  | { readonly kind: 'time-out'; readonly reason: string };

export interface PoolOptions<Task, Report> {
  /** The module that a process runs. It says `ready`, then answers each task with a report. */
  readonly worker: URL;
  /** Processes at a time. */
  readonly jobs: number;
  /** What every process is told at its start. */
  readonly setting: unknown;
  readonly execArgv?: readonly string[];
  /** Ends the work; the tasks under way have no outcome. */
  readonly signal: AbortSignal;
  /** Milliseconds after which a process that has not answered is ended. */
  hardLimit(task: Task): number;
  onOutcome(task: Task, outcome: Outcome<Report>): void;
}

/** Tasks that a process does before another one takes its place: what it keeps in memory is bounded by that. */
const TASKS_OF_A_PROCESS = 1000;

/** A process reads a vocabulary before its first task. */
const START_LIMIT = 300_000;

export async function runPool<Task, Report>(
  tasks: readonly Task[],
  options: PoolOptions<Task, Report>,
): Promise<void> {
  let next = 0;
  const take = (): Task | undefined => (options.signal.aborted ? undefined : tasks[next++]);
  const lanes = Array.from({ length: Math.min(options.jobs, tasks.length) }, async () => {
    for (let task = take(); task !== undefined; ) task = await runProcess(task, take, options);
  });
  await Promise.all(lanes);
}

/** Runs tasks in one process until it ends; gives the next task where there are more. */
async function runProcess<Task, Report>(
  first: Task,
  take: () => Task | undefined,
  { worker, setting, execArgv = [], signal, hardLimit, onOutcome }: PoolOptions<Task, Report>,
): Promise<Task | undefined> {
  const child = fork(fileURLToPath(worker), [JSON.stringify(setting)], {
    execArgv: [...process.execArgv, ...execArgv],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000);
  });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `exit code ${code}` : `ended by ${signal}`),
    );
  });
  const stop = (): boolean => child.kill('SIGKILL');
  signal.addEventListener('abort', stop);
  try {
    const start = await answerOf(child, exited, START_LIMIT);
    if (signal.aborted) return undefined;
    if (start.kind !== 'message') throw new Error(`a process did not start: ${start.reason} ${errors}`);
    let task: Task | undefined = first;
    for (let done = 0; task !== undefined && done < TASKS_OF_A_PROCESS; done++) {
      child.send(task as object);
      const answer = await answerOf(child, exited, hardLimit(task));
      if (signal.aborted) return undefined;
      if (answer.kind === 'message') {
        onOutcome(task, { kind: 'report', report: answer.message as Report });
      } else {
        const reason = answer.kind === 'crash' ? `${answer.reason} ${errors}`.trim() : answer.reason;
        onOutcome(task, { kind: answer.kind, reason });
        return take();
      }
      task = take();
    }
    return task;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

type Answer =
  | { readonly kind: 'message'; readonly message: unknown }
  | { readonly kind: 'crash' | 'time-out'; readonly reason: string };

function answerOf(child: ChildProcess, exited: Promise<string>, limit: number): Promise<Answer> {
  return new Promise((resolve) => {
    const onMessage = (message: unknown): void => end({ kind: 'message', message });
    const timer = setTimeout(
      () => end({ kind: 'time-out', reason: `no answer in ${limit} ms: the process was ended` }),
      limit,
    );
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      resolve(answer);
    };
    child.once('message', onMessage);
    exited.then((reason) => end({ kind: 'crash', reason }));
  });
}
