// Runs test files as processes and writes what they say as one TAP, each file a subtest of it.
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { Parser } from 'tap-parser';
import { listFiles, root, SetupError } from './tools.mjs';

/** Milliseconds for a file, and again from every `t.setTimeout` of it on; the same as in .taprc. */
const TIMEOUT = 120_000;
/** Some tests compare times: a machine with more processors does not run more files at once. */
const JOBS = Math.min(availableParallelism(), 4);

/** Test files, from the root: those that are named, or are in a folder that is named; all where nothing is. */
export function testFiles(paths) {
  const files = (paths.length > 0 ? paths : ['test']).flatMap((path) => {
    const name = relative(root, resolve(root, path)).split(sep).join('/');
    const stat = statSync(join(root, name), { throwIfNoEntry: false });
    if (!stat) throw new SetupError(`there is no ${path}`);
    return stat.isFile() ? [name] : listFiles(name).filter((file) => file.endsWith('.test.ts'));
  });
  // Those that ask for more time are the long ones. They come first, so that all processors end together.
  const isLong = (file) => /^t\.setTimeout\(/m.test(readFileSync(join(root, file), 'utf8'));
  const long = new Set(files.filter(isLong));
  return [...long, ...files.filter((file) => !long.has(file))];
}

/**
 * Runs them; `scriptOf` gives a file's JavaScript. Returns whether all passed.
 * TAP goes to the stream `output`, which is ended.
 */
export async function runTestFiles(files, { scriptOf, output, env = process.env }) {
  const waiting = [...files];
  let [done, ok] = [0, true];
  output.write('TAP version 14\n');
  async function job() {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const result = await runFile(scriptOf(file), env);
      done += 1;
      ok &&= result.ok;
      output.write(asSubtest(file, done, result));
    }
  }
  await Promise.all(Array.from({ length: JOBS }, job));
  output.end(`1..${done}\n`);
  return ok;
}

function asSubtest(file, number, { ok, text, seconds, skip, details }) {
  const indented = text.replace(/^TAP version.*\n/, '').replace(/^(?=.)/gm, '    ');
  const directive = skip === undefined ? `time=${seconds * 1000}ms` : `SKIP ${skip}`;
  const point = `${ok ? 'ok' : 'not ok'} ${number} - ${file} # ${directive}\n`;
  const known = Object.entries(details).filter(([, value]) => value !== null && value !== undefined);
  const lines = known.map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`);
  return `# Subtest: ${file}\n${indented.trimEnd()}\n${point}${lines.length > 0 ? `  ---\n${lines.join('')}  ...\n` : ''}`;
}

/** One file, to its end or to its time limit. */
function runFile(script, env) {
  return new Promise((done) => {
    const started = performance.now();
    const chunks = [];
    const parser = new Parser();
    const running = followNames(parser);
    let expired;
    let timer;
    const child = spawn(process.execPath, ['--enable-source-maps', script], {
      cwd: root,
      env: { ...env, TAP_TIMEOUT: String(TIMEOUT / 1000), TAP_CHILD_ID: '1', TAP_CHILD_KEY: '1' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const limit = (milliseconds) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        expired = { expired: `after ${milliseconds / 1000} s`, running: running() };
        end(child);
      }, milliseconds);
    };
    limit(TIMEOUT);
    // So tap tells of `t.setTimeout`; 0 is none.
    child.on('message', ({ setTimeout: milliseconds }) => {
      if (milliseconds > 0) limit(milliseconds);
      else if (milliseconds === 0) clearTimeout(timer);
    });
    child.stdout.on('data', (chunk) => {
      chunks.push(chunk);
      parser.write(chunk);
    });
    child.once('error', (error) => chunks.push(Buffer.from(`Bail out! ${error.message}\n`)));
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      parser.end();
      const { results } = parser;
      done({
        ok: exitCode === 0 && results.ok && expired === undefined,
        text: Buffer.concat(chunks).toString(),
        seconds: Math.round(performance.now() - started) / 1000,
        skip:
          exitCode === 0 && results.plan?.skipAll ? results.plan.skipReason || 'no tests found' : undefined,
        details: { exitCode: exitCode || null, signal, ...expired },
      });
    });
  });
}

/** First so that tap can say what it was waiting for, which it cannot while the file computes. */
function end(child) {
  child.kill('SIGALRM');
  setTimeout(() => child.kill('SIGKILL'), 1000).unref();
}

/** Returns a function that says what a file is doing: the tests that have begun, and the last assertion. */
function followNames(parser) {
  const open = [];
  let last = '';
  const follow = (child) => {
    child.on('assert', ({ name }) => {
      last = name;
    });
    child.on('child', (next) => {
      open.push(next.name);
      last = '';
      follow(next);
    });
    child.on('complete', () => {
      if (child !== parser) open.pop();
    });
  };
  follow(parser);
  return () => [...open, last && `after "${last}"`].filter(Boolean).join(' > ') || 'no test has begun';
}
