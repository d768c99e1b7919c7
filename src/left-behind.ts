import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import type { Writable } from 'node:stream';

/**
 * What is ended or removed when this process ends before it has done so itself, whatever ends it: `kill -9` leaves no time for it here. So a
 * second process reads a list from a pipe; when the pipe closes, it ends the process groups of the list and removes the folders. It
 * is started for the first entry, and does not keep this process alive.
 */
export function endLater(entry: { readonly group: number } | { readonly folder: string }): () => void {
  const note = (sign: '+' | '-'): void => {
    list ??= startWatch();
    list.write(`${sign}${JSON.stringify(entry)}\n`);
  };
  note('+');
  return () => note('-');
}

let list: Writable | undefined;

const watch = `
const { rmSync } = require('node:fs');
const open = new Set();
let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) line[0] === '+' ? open.add(line.slice(1)) : open.delete(line.slice(1));
});
process.stdin.on('end', () => {
  const entries = [...open].map((line) => JSON.parse(line));
  for (const { group } of entries) {
    if (group === undefined) continue;
    try {
      process.kill(process.platform === 'win32' ? group : -group, 'SIGKILL');
    } catch {}
  }
  for (const { folder } of entries) {
    if (folder === undefined) continue;
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch {}
  }
});
`;

function startWatch(): Writable {
  const child = spawn(process.execPath, ['-e', watch], {
    // Signals to the group of this process, as Ctrl-C, are not for it; nor does it hold a folder that may be removed.
    ...{ detached: true, windowsHide: true, cwd: tmpdir() },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { stdin } = child;
  // Where it cannot be started, or is ended from outside, nothing else changes.
  child.on('error', () => {});
  stdin.on('error', () => {});
  child.unref();
  (stdin as Writable & { unref?(): void }).unref?.();
  return stdin;
}
