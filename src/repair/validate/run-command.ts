import { type ChildProcess, spawn } from 'node:child_process';
import { endLater } from '../../left-behind.js';

/** A command that is run without a shell. */
export interface CommandRun {
  readonly command: readonly string[];
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  /** Characters of output that are kept: a sixth from its start, the rest from its end. */
  readonly maxOutput: number;
  readonly signal?: AbortSignal | undefined;
}

export interface CommandResult {
  readonly ended: 'exit' | 'timeout' | 'aborted' | 'error';
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly ms: number;
}

/** Milliseconds that output may still come in after the command has ended. */
const LAST_OUTPUT = 300;

/**
 * Runs a command in a process group of its own, which is ended with it: when time is out, when it is aborted, when the
 * command ends and leaves others behind, and when this process is killed. It reads nothing from standard input. It never
 * rejects.
 */
export function runCommand(run: CommandRun): Promise<CommandResult> {
  const { timeoutMs, signal } = run;
  const [program = '', ...args] = run.command;
  const output = createOutput(run.maxOutput);
  const started = performance.now();
  return new Promise((resolve) => {
    let ended: CommandResult['ended'] = 'exit';
    let timer: NodeJS.Timeout | undefined;
    const finish = (exitCode: number | null, name: string | null): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      resolve({ ended, exitCode, signal: name, output: output.text(), ms: performance.now() - started });
    };
    let child: ChildProcess;
    let isEnded = (): void => {};
    const stop = (why: 'timeout' | 'aborted'): void => {
      ended = why;
      endGroup(child);
    };
    const abort = (): void => stop('aborted');
    try {
      child = spawn(program, args, {
        cwd: run.folder,
        env: run.env,
        stdio: ['ignore', 'pipe', 'pipe'],
        shell: false,
        windowsHide: true,
        detached: process.platform !== 'win32',
      });
    } catch (error) {
      // A program name with a zero in it, for one.
      ended = 'error';
      output.add((error as Error).message);
      finish(null, null);
      return;
    }
    if (child.pid !== undefined) isEnded = endLater({ group: child.pid });
    timer = setTimeout(() => stop('timeout'), timeoutMs);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (chunk: string) => output.add(chunk));
      stream?.on('error', () => {});
    }
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      ended = 'error';
      output.add(error.message);
      finish(null, null);
    });
    child.once('exit', (code, name) => {
      // What it left running must not outlive it, nor hold its output open.
      endGroup(child);
      isEnded();
      let late: NodeJS.Timeout | undefined;
      child.once('close', () => {
        clearTimeout(late);
        finish(code, name);
      });
      late = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, LAST_OUTPUT);
    });
  });
}

function endGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

/** The start and the end of a text that may be endless. */
function createOutput(max: number): { add(chunk: string): void; text(): string } {
  const headRoom = Math.floor(max / 6);
  let head = '';
  let tail = '';
  let left = 0;
  return {
    add(chunk) {
      const room = headRoom - head.length;
      if (room > 0) head += chunk.slice(0, room);
      tail += chunk.slice(Math.max(0, room));
      const over = tail.length - (max - headRoom);
      // In steps, so that a long output is not copied for each chunk.
      if (over <= max) return;
      left += over;
      tail = tail.slice(over);
    },
    text() {
      const over = Math.max(0, tail.length - (max - headRoom));
      const lost = left + over;
      return lost === 0 ? head + tail : `${head}\n… ${lost} characters left out …\n${tail.slice(over)}`;
    },
  };
}
