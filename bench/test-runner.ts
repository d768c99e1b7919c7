// What `grammask test` takes for 10,000 JSON texts of about 1 KB, from a cold start: the time of the whole process, the median
// of three.
//
//   npm run bench:test [-- --texts 10000] [--runs 3]
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from '../src/cli/output.js';
import { createRandom } from '../src/generate/random.js';

const { values } = parseArgs({
  options: { texts: { type: 'string', default: '10000' }, runs: { type: 'string', default: '3' } },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'grammask-bench-'));
try {
  writeTexts(Number(values.texts));
  const times: number[] = [];
  for (let run = 0; run < Number(values.runs); run++) times.push(runOnce());
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(
    `grammask test, ${values.texts} JSON texts of 1 KB, cold start: ${(median(times) / 1000).toFixed(2)} s ` +
      `(${times.map((time) => (time / 1000).toFixed(2)).join(', ')})`,
  );
  console.log(`${availableParallelism()} cores, load ${load.join(' ')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function runOnce(): number {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist', 'cli', 'main.js'), 'test', folder],
    { encoding: 'utf8', cwd: root },
  );
  const time = performance.now() - started;
  if (status !== 0) throw new Error(`grammask test ended with ${status}: ${stdout}${stderr}`);
  return time;
}

/** Four of five texts to accept; the fifth is cut off, or has one character too many. */
function writeTexts(count: number): void {
  copyFileSync(join(root, 'grammars', 'json.ebnf'), join(folder, 'json.ebnf'));
  const random = createRandom(1);
  for (const verdict of ['accept', 'reject']) mkdirSync(join(folder, 'json', verdict), { recursive: true });
  for (let index = 0; index < count; index++) {
    const text = jsonText(random);
    const at = 1 + Math.floor(random() * (text.length - 2));
    if (index % 5 < 4) writeFileSync(join(folder, 'json', 'accept', `${index}.json`), text);
    else
      writeFileSync(
        join(folder, 'json', 'reject', `${index}.json`),
        `${text.slice(0, at)}\u0001${text.slice(at)}`,
      );
  }
}

/** An object of about 1,000 characters, indented, as files are. */
function jsonText(random: () => number): string {
  const record: Record<string, unknown> = {};
  for (let size = 0; size < 900; ) {
    const name = word(random);
    record[name] = value(random, 0);
    size = JSON.stringify(record, null, 2).length;
  }
  return `${JSON.stringify(record, null, 2)}\n`;
}

function value(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth < 3 ? 7 : 5));
  const list = (): number[] => Array.from({ length: 1 + Math.floor(random() * 4) }, (_, index) => index);
  if (kind === 0) return Math.floor(random() * 1e6);
  if (kind === 1) return random() * 1000 - 500;
  if (kind === 2) return random() < 0.5;
  if (kind < 5)
    return list()
      .map(() => word(random))
      .join(random() < 0.1 ? '\n' : ' ');
  if (kind === 5) return list().map(() => value(random, depth + 1));
  return Object.fromEntries(list().map(() => [word(random), value(random, depth + 1)]));
}

function word(random: () => number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyzéß';
  const length = 2 + Math.floor(random() * 9);
  return Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join('');
}
