// The loop of the published program, in a process of Python that stays, so that PyTorch is loaded once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Spent } from './rounds.js';

export interface UpstreamLoop {
  /** What it runs: names and versions. */
  readonly model: string;
  /** Scores so many prompts of a length, some at a time. */
  score(prompts: number, length: number, batch: number): Promise<Spent>;
  close(): Promise<void>;
}

export async function upstreamLoop(python: string): Promise<UpstreamLoop> {
  const script = fileURLToPath(new URL('./upstream_shape.py', import.meta.url));
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child, 'spawn');
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  async function answer<T>(): Promise<T> {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${python} ended: ${script} needs PyTorch`);
    return JSON.parse(value) as T;
  }
  const { model } = await answer<{ model: string }>();
  return {
    model,
    score(prompts, length, batch) {
      child.stdin.write(`${prompts} ${length} ${batch}\n`);
      return answer<Spent>();
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
