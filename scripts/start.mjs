// npm start: makes the clone ready where it is not, then runs the demonstration.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setUp } from './setup.mjs';
import { root, runMain } from './tools.mjs';

await runMain(async () => {
  await setUp();
  const file = join(root, 'dist', 'cli', 'demo.js');
  if (!existsSync(file)) {
    console.error('grammask: src/cli/demo.ts does not exist, so there is nothing to run.');
    process.exitCode = 70;
    return;
  }
  const { runDemo } = await import(pathToFileURL(file).href);
  process.exitCode = (await runDemo(process.argv.slice(2))) ?? 0;
});
