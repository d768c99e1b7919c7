// The fuzz targets, native ones and those of the TypeScript side, run as many at a time as there are processors.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listFiles, root, runAsync, tail, withProgress } from './tools.mjs';

const loader = pathToFileURL(join(root, 'scripts', 'typescript-loader.mjs')).href;

/** The native targets of a preset that is built: each writes the input that it runs to a file first. */
export function nativeTargets({ preset, seconds, seed = 1 }) {
  return listFiles('native/fuzz').flatMap((file) => {
    const name = /([^/]+_fuzz)\.cc$/.exec(file)?.[1];
    if (!name) return [];
    const input = `.build/${preset}/${name}.input`;
    const corpus = join(root, 'native', 'fuzz', 'corpus', name);
    const args = ['--seconds', seconds, '--seed', seed, '--crash-file', join(root, input)];
    if (existsSync(corpus)) args.push(corpus);
    return [{ name: `fuzz ${name}`, program: join(root, '.build', preset, name), args, input }];
  });
}

export function typeScriptTargets({ seconds }) {
  return listFiles('test/fuzz')
    .filter((file) => file.endsWith('.fuzz.ts'))
    .map((file) => ({
      name: file,
      program: process.execPath,
      args: [`--import=${loader}`, file, '--seconds', seconds],
    }));
}

/** Runs them; prints a line for each that ends; returns { passed, failed }, one a target. */
export async function runFuzzTargets(targets) {
  const counts = { passed: 0, failed: 0 };
  const waiting = [...targets];
  const running = new Set();
  async function worker() {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      running.add(target.name);
      const result = await runAsync(target.program, target.args.map(String));
      running.delete(target.name);
      counts[result.ok ? 'passed' : 'failed'] += 1;
      const output = tail(result.output, result.ok ? 1 : 60);
      const where =
        result.ok || !target.input || !existsSync(join(root, target.input))
          ? ''
          : `\n      the input is in ${target.input}`;
      console.log(`${result.ok ? 'ok  ' : 'FAIL'}  ${target.name}: ${output}${where}`);
    }
  }
  const say = () =>
    `${counts.passed + counts.failed} of ${targets.length} done, at ${[...running].join(', ')}`;
  const atOnce = Math.min(targets.length, Math.max(1, availableParallelism()));
  await withProgress(say, () => Promise.all(Array.from({ length: atOnce }, worker)));
  return counts;
}
