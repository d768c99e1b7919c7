import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { hostileCases } from './hostile-cases.js';

/**
 * Sources that are made to hurt, in every dialect: deep nesting, readings without number, 10 MB, circles, loops of nothing,
 * no UTF-8. Each ends with a grammar or an error of its own within its deadline; texts and masks of the grammar do so, too.
 * A process of its own runs them, and another goes on where one crashes.
 */

interface Line {
  readonly index: number;
  readonly outcome?: string;
  readonly ms?: number;
  readonly problems?: readonly string[];
}

const loader = new URL('../../scripts/typescript-loader.mjs', import.meta.url).href;
const child = fileURLToPath(new URL('./hostile-child.ts', import.meta.url));

/** The lines of a process that begins with a case. */
function run(from: number): Promise<Line[]> {
  return new Promise((resolve, reject) => {
    const spawned = spawn(process.execPath, [`--import=${loader}`, child, String(from)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    spawned.stdout.on('data', (chunk) => {
      out += chunk;
    });
    spawned.once('error', reject);
    spawned.once('close', () =>
      resolve(
        out
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Line),
      ),
    );
  });
}

t.test('hostile sources end with a result or an error, and in time', { timeout: 300_000 }, async (t) => {
  const done = new Map<number, Line>();
  for (let from = 0; from < hostileCases.length; from++) {
    for (const line of await run(from)) {
      if (line.outcome !== undefined) done.set(line.index, line);
      from = line.index;
    }
  }
  for (const [index, { name }] of hostileCases.entries()) {
    const line = done.get(index);
    t.same(line?.problems, [], line === undefined ? `${name}: ended the process` : name);
  }
});
