// npm test: makes the clone ready where it is not, then runs the native tests and the TypeScript tests.
//
//   npm test                     everything that is quick
//   npm test -- FILE ...         these test files only
//   npm run test:full            also the long suites (GRAMMASK_TEST_FULL=1) and ten minutes of each fuzz target
//   npm run coverage             TypeScript tests with coverage
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runFuzzTargets, runNativeTests } from './native-tests.mjs';
import { setUp } from './setup.mjs';
import { listFiles, root, run, runMain, SetupError, tail } from './tools.mjs';

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
  if (positionals.length === 0 && !values.coverage) add(nativeTests('release'));
  add(await typeScriptTests(values, positionals));
  if (values.full && positionals.length === 0) {
    add(nativeTests('asan'));
    add(runFuzzTargets({ preset: 'asan', seconds: fuzzSeconds }));
    add(typeScriptFuzzTargets());
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  if (total.failed > 0) process.exitCode = 1;
});

function nativeTests(preset) {
  try {
    const { passed, failed, skipReason } = runNativeTests({ preset });
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
  if (coverage) args.push('--no-disable-coverage', '--allow-incomplete-coverage');
  const env = { ...process.env, ...(full ? { GRAMMASK_TEST_FULL: '1' } : {}) };
  const child = spawn(process.execPath, [tap, ...args, ...files], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const reporter = createReporter();
  child.stdout.pipe(reporter).pipe(process.stdout, { end: false });
  const [status] = await Promise.all([
    new Promise((resolve) => child.once('close', (code) => resolve(code))),
    new Promise((resolve) => reporter.once('end', resolve)),
  ]);
  if (coverage) run(process.execPath, [tap, 'report', '--coverage-report=text'], { show: true });
  const { passed, failed } = reporter.counts;
  // tap found something wrong that no test point carried.
  if (status !== 0 && failed === 0) {
    console.log(`FAIL  tap ended with status ${status}`);
    return { passed, failed: 1 };
  }
  return { passed, failed };
}

function typeScriptFuzzTargets() {
  const counts = { passed: 0, failed: 0 };
  for (const file of listFiles('test/fuzz')) {
    if (!file.endsWith('.fuzz.ts')) continue;
    const args = ['--import', 'tsx', file, '--seconds', String(fuzzSeconds)];
    const result = run(process.execPath, args);
    console.log(`${result.ok ? 'ok  ' : 'FAIL'}  ${file}: ${tail(result.output, result.ok ? 1 : 60)}`);
    counts[result.ok ? 'passed' : 'failed'] += 1;
  }
  return counts;
}
