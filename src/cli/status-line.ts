import { colorsFor } from './output.js';

/** One line on a terminal, on standard error, that says how far a run is. Elsewhere nothing is written. */
export interface StatusLine {
  show(text: string): void;
  clear(): void;
}

/** Milliseconds between two writes. */
const PAUSE = 100;

export function statusLine(isWanted: boolean): StatusLine {
  const stream = process.stderr;
  const hasRoom = stream.isTTY === true && stream.columns > 0 && process.env.TERM !== 'dumb';
  if (!hasRoom || !isWanted) return { show() {}, clear() {} };
  const colors = colorsFor(stream);
  let last = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show(text) {
      const now = performance.now();
      if (now - last < PAUSE) return;
      last = now;
      isShown = true;
      stream.write(`\r\x1b[K${colors.dim(text.slice(0, stream.columns - 1))}`);
    },
    clear() {
      if (isShown) stream.write('\r\x1b[K');
      isShown = false;
    },
  };
}
