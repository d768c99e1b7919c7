import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isFile } from '../../cli/inputs.js';
import { splitCommand } from '../../cli/split-command.js';
import { GrammaskError } from '../../errors.js';
import { readableBytes } from '../../readable-bytes.js';

/** Somebody else's verdict on a text, which is bytes where texts need not be UTF-8. Rejects with `ARGUMENT` where there is none, `DEADLINE` where it takes too long. */
export type Judge = (text: string | Uint8Array) => Promise<boolean>;

/**
 * The judge that an argument means: a JavaScript module that exports a function `accepts(text)`, or a command with its
 * arguments, which reads the text from standard input and ends with 0 (accepted) or 1 (rejected). No shell is asked.
 */
export async function createJudge(argument: string, timeoutMs: number): Promise<Judge> {
  if (/\.[cm]?js$/.test(argument) && isFile(argument)) return moduleJudge(argument);
  const [command, ...args] = splitCommand(argument, '--judge');
  if (command === undefined) throw wrong('--judge is empty');
  return (text) => commandVerdict(command, args, text, timeoutMs);
}

function wrong(message: string, cause?: unknown): GrammaskError {
  const hint =
    'a judge is a JavaScript module that exports accepts(text), or a command that ends with 0 (accepted) or 1 (rejected)';
  return new GrammaskError('ARGUMENT', message, { hint, cause });
}

async function moduleJudge(path: string): Promise<Judge> {
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    throw wrong(`the judge ${path} cannot be loaded: ${(cause as Error).message}`, cause);
  }
  const { accepts } = module;
  if (typeof accepts !== 'function') throw wrong(`the judge ${path} exports no function accepts`);
  return async (text) => {
    let verdict: unknown;
    try {
      verdict = await accepts(text);
    } catch (cause) {
      throw wrong(`the judge failed on ${shown(text)}: ${(cause as Error).message}`, cause);
    }
    if (typeof verdict === 'boolean') return verdict;
    throw wrong(`the judge gave ${JSON.stringify(verdict)} in place of true or false`);
  };
}

function commandVerdict(
  command: string,
  args: readonly string[],
  text: string | Uint8Array,
  timeoutMs: number,
) {
  return new Promise<boolean>((done, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let words = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new GrammaskError('DEADLINE', `the judge took more than ${timeoutMs} ms`));
    }, timeoutMs);
    child.stderr.on('data', (chunk) => {
      if (words.length < 2000) words += chunk;
    });
    child.once('error', (cause) => {
      clearTimeout(timer);
      reject(wrong(`the judge cannot be run: ${cause.message}`, cause));
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || code === 1) done(code === 0);
      else reject(wrong(`the judge ended with ${signal ?? `code ${code}`}: ${words.trim()}`));
    });
    // A judge need not read to the end.
    child.stdin.on('error', () => {});
    child.stdin.end(text);
  });
}

const shown = (text: string | Uint8Array): string =>
  typeof text === 'string' ? JSON.stringify(text) : `"${readableBytes(text)}"`;
