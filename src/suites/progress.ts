import { colorsFor } from '../cli/output.js';

/** One line on a terminal that says how far a run is. Elsewhere nothing is written. */
export interface Progress {
  show(done: number, total: number): void;
  clear(): void;
}

/** Milliseconds between two writes; the first comes only after them, so a short run shows none. */
const PAUSE = 100;

export function createProgress(stream: NodeJS.WriteStream): Progress {
  if (stream.isTTY !== true || process.env.TERM === 'dumb') return { show() {}, clear() {} };
  const colors = colorsFor(stream);
  let last = performance.now();
  let isShown = false;
  return {
    show(done, total) {
      const now = performance.now();
      if (now - last < PAUSE) return;
      last = now;
      isShown = true;
      stream.write(`\r\x1b[K${colors.dim(`${done} of ${total} texts`)}`);
    },
    clear() {
      if (isShown) stream.write('\r\x1b[K');
      isShown = false;
    },
  };
}
