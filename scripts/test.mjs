// npm test: makes the clone ready where it is not, then runs the native tests and the TypeScript tests.
//
//   npm test                     everything that is quick
//   npm test -- FILE ...         these test files only
//   npm run test:full            also the long suites (GRAMMASK_TEST_FULL=1) and ten minutes of each fuzz target
//   npm run test:full -- --part sanitizers
//                                one part of it: native, typescript, or sanitizers (with the fuzz targets)
//   npm run coverage             TypeScript tests with coverage
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nativeTargets, runFuzzTargets, typeScriptTargets } from './fuzz-targets.mjs';
import { runNativeTests } from './native-tests.mjs';
import { runNeonTests } from './neon-tests.mjs';
import { setUp } from './setup.mjs';
import { root, run, runMain, SetupError, withProgress } from './tools.mjs';
import { runTsanAddonTests } from './tsan-addon-tests.mjs';

const tap = join(root, 'node_modules', 'tap', 'dist', 'esm', 'run.mjs');
const fuzzSeconds = Number(process.env.GRAMMASK_FUZZ_SECONDS ?? 600);

await runMain(async () => {
  const { values, positionals } = parseArgs({
    options: {
      full: { type: 'boolean', default: false },
      coverage: { type: 'boolean', default: false },
      part: { type: 'string', multiple: true },
    },
    allowPositionals: true,
  });
  const parts = partsOf(values, positionals);
  await setUp();
  const total = { passed: 0, failed: 0 };
  const add = (counts) => {
    total.passed += counts.passed;
    total.failed += counts.failed;
  };
  if (parts.has('native')) add(await nativeTests('release'));
  if (parts.has('native') && values.full) add(await said('for 64-bit ARM', runNeonTests));
  if (parts.has('typescript')) add(await typeScriptTests(values, positionals));
  if (parts.has('sanitizers')) {
    add(await nativeTests('asan'));
    // Where threads meet.
    add(await nativeTests('tsan', '*FillMasks*:*ThreadPool*:*Shards*'));
    add(await said('the engine in Node, tsan', runTsanAddonTests));
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

/** What to run, of native, typescript and sanitizers. */
function partsOf({ full, coverage, part }, files) {
  const all = full ? ['native', 'typescript', 'sanitizers'] : ['native', 'typescript'];
  const unknown = part?.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new SetupError(
      `there is no part ${unknown}: ${all.join(', ')}${full ? '' : '; sanitizers belongs to test:full'}`,
    );
  }
  return new Set(part ?? (files.length > 0 || coverage ? ['typescript'] : all));
}

function nativeTests(preset, filter) {
  return said(preset, () => runNativeTests({ preset, filter }));
}

/** Runs native tests and says what came of them. */
async function said(which, work) {
  try {
    const { passed, failed, skipReason } = await work();
    if (skipReason) console.log(`skip  native tests (${which}): ${skipReason}`);
    else {
      console.log(
        `${failed > 0 ? 'FAIL' : 'ok  '}  native tests (${which})  ${passed} passed, ${failed} failed`,
      );
    }
    return { passed, failed };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.log(`FAIL  native tests (${which}): ${error.message}`);
    return { passed: 0, failed: 1 };
  }
}

async function typeScriptTests({ full, coverage }, paths) {
  // These stand on installed packages, so they are loaded after the set-up.
  const { createReporter } = await import('./reporter.mjs');
  const { compileTree } = await import('./typescript-cache.mjs');
  const { runTestFiles, testFiles } = await import('./test-files.mjs');
  const reporter = createReporter();
  reporter.pipe(process.stdout, { end: false });
  const ended = new Promise((resolve) => reporter.once('end', resolve));
  const env = { ...process.env, ...(full ? { GRAMMASK_TEST_FULL: '1' } : {}) };
  const work = coverage
    ? runUnderTap(paths, reporter, env)
    : runTestFiles(testFiles(paths), { scriptOf: compileTree(), output: reporter, env });
  const say = () => `TypeScript tests, ${reporter.counts.files} files done`;
  const [ok] = await withProgress(say, () => Promise.all([work, ended]));
  if (coverage) run(process.execPath, [tap, 'report', '--coverage-report=text'], { show: true });
  const { passed, failed } = reporter.counts;
  // Something is wrong that no test point carried.
  if (!ok && failed === 0) {
    console.log('FAIL  the tests ended with an error');
    return { passed, failed: 1 };
  }
  return { passed, failed };
}

/** Coverage is tap's own, with its runner. Returns whether all passed. */
function runUnderTap(paths, output, env) {
  const args = ['run', '--reporter=tap', '--no-color', '--plugin=@tapjs/typescript'];
  args.push('--no-disable-coverage', '--allow-incomplete-coverage');
  const stdio = ['ignore', 'pipe', 'inherit'];
  const child = spawn(process.execPath, [tap, ...args, ...paths], { cwd: root, env, stdio });
  child.stdout.pipe(output);
  return new Promise((resolve) => child.once('close', (status) => resolve(status === 0)));
}
