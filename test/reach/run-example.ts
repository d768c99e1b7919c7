import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Test } from 'tap';

/** What the program of a page of docs/ prints. */
export async function runExample(
  t: Test,
  page: string,
  changes: Record<string, string> = {},
): Promise<string> {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  let code = /^```js\n([\s\S]*?)^```$/m.exec(text)?.[1] ?? '';
  const modules = {
    "'grammask'": JSON.stringify(import.meta.resolve('../../src/index.js')),
    "'grammask/reach'": JSON.stringify(import.meta.resolve('../../src/reach/index.js')),
  };
  for (const [from, to] of Object.entries({ ...modules, ...changes })) code = code.replaceAll(from, to);
  const path = join(t.testdir(), 'example.mjs');
  writeFileSync(path, code);
  const lines = t.capture(console, 'log');
  await import(pathToFileURL(path).href);
  return lines()
    .map(({ args }) => args.join(' '))
    .join('\n');
}
