// npm test: makes the clone ready where it is not, then runs the native tests and the TypeScript tests.
//
//   npm test                     everything that is quick
//   npm test -- FILE ...         these test files only
//   npm run test:full            also the long suites (GRAMMASK_TEST_FULL=1) and ten minutes of each fuzz target
//   npm run coverage             TypeScript tests with coverage
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { nativeTargets, runFuzzTargets, typeScriptTargets } from './fuzz-targets.mjs';
import { runNativeTests } from './native-tests.mjs';
import { setUp } from './setup.mjs';
import { root, run, runMain, SetupError, withProgress } from './tools.mjs';

const fuzzSeconds = Number(process.env.GRAMMASK_FUZZ_SECONDS ?? 600);

await runMain(async () => {
  const { values, positionals } = parseArgs({
    options: { full: { type: 'boolean', default: false }, coverage: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  await setUp();
  const total = { passed: 0, failed: 0 };
  const add = (counts) => {
    total.passed += counts.passed;
    total.failed += counts.failed;
  };
  if (positionals.length === 0 && !values.coverage) add(await nativeTests('release'));
  add(await typeScriptTests(values, positionals));
  if (values.full && positionals.length === 0) {
    add(await nativeTests('asan'));
    // Where threads meet.
    add(await nativeTests('tsan', '*FillMasks*:*ThreadPool*:*Shards*'));
    const seconds = fuzzSeconds;
    add(
      await runFuzzTargets([
        ...nativeTargets({ preset: 'asan', seconds }),
        ...typeScriptTargets({ seconds }),
      ]),
    );
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  if (total.failed > 0) process.exitCode = 1;
});

async function nativeTests(preset, filter) {
  try {
    const { passed, failed, skipReason } = await runNativeTests({ preset, filter });
    if (skipReason) console.log(`skip  native tests: ${skipReason}`);
    else
      console.log(
        `${failed > 0 ? 'FAIL' : 'ok  '}  native tests (${preset})  ${passed} passed, ${failed} failed`,
      );
    return { passed, failed };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.log(`FAIL  native tests (${preset}): ${error.message}`);
    return { passed: 0, failed: 1 };
  }
}

async function typeScriptTests({ full, coverage }, files) {
  // It stands on an installed package, so it is loaded after the set-up.
  const { createReporter } = await import('./reporter.mjs');
  const tap = join(root, 'node_modules', 'tap', 'dist', 'esm', 'run.mjs');
  const args = ['run', '--reporter=tap', '--no-color'];
  if (coverage) {
    args.push('--plugin=@tapjs/typescript', '--no-disable-coverage', '--allow-incomplete-coverage');
  } else {
    args.push(`--node-arg=--import=${pathToFileURL(join(root, 'scripts', 'typescript-loader.mjs'))}`);
  }
  const env = { ...process.env, ...(full ? { GRAMMASK_TEST_FULL: '1' } : {}) };
  const child = spawn(process.execPath, [tap, ...args, ...files], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const reporter = createReporter();
  child.stdout.pipe(reporter).pipe(process.stdout, { end: false });
  const ended = Promise.all([
    new Promise((resolve) => child.once('close', (code) => resolve(code))),
    new Promise((resolve) => reporter.once('end', resolve)),
  ]);
  const say = () => `TypeScript tests, ${reporter.counts.files} files done`;
  const [status] = await withProgress(say, () => ended);
  if (coverage) run(process.execPath, [tap, 'report', '--coverage-report=text'], { show: true });
  const { passed, failed } = reporter.counts;
  // tap found something wrong that no test point carried.
  if (status !== 0 && failed === 0) {
    console.log(`FAIL  tap ended with status ${status}`);
    return { passed, failed: 1 };
  }
  return { passed, failed };
}
