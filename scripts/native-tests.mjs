// Builds and runs the native tests (GoogleTest), alone or under sanitizers, and runs the fuzz targets.
//
//   node scripts/native-tests.mjs [--preset release|debug|asan|tsan] [--fuzz-seconds N]
//
// --fuzz-seconds: after the tests, run every fuzz target of the preset for so long (asan: the replay driver).
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nativeTargets, runFuzzTargets } from './fuzz-targets.mjs';
import {
  installHint,
  isMain,
  listFiles,
  onPath,
  readJson,
  root,
  runAsync,
  runMain,
  SetupError,
  tail,
  withProgress,
} from './tools.mjs';

/** Of GoogleTest's filter, all by default. Returns { passed, failed, skipReason }: skipReason says what this machine lacks, and how to get it. */
export async function runNativeTests({ preset = 'release', filter = '*' } = {}) {
  if (!listFiles('native/test').some((file) => file.endsWith('_test.cc'))) {
    return { passed: 0, failed: 0, skipReason: 'native/test holds no test yet' };
  }
  if (!onPath('cmake')) {
    return { passed: 0, failed: 0, skipReason: `cmake is missing. Install it: ${installHint('cmake')}` };
  }
  const configured = await runAsync('cmake', ['--preset', preset]);
  if (!configured.ok) {
    if (/Could NOT find GTest|GTestConfig/.test(configured.output)) {
      const hint = `GoogleTest is missing. Install it: ${installHint('gtest')}`;
      return { passed: 0, failed: 0, skipReason: hint };
    }
    throw new SetupError(`cmake --preset ${preset} failed.\n${tail(configured.output)}`);
  }
  const env = { ...process.env, CMAKE_BUILD_PARALLEL_LEVEL: String(Math.min(availableParallelism(), 8)) };
  const built = await withProgress(
    () => `building the native tests (${preset})`,
    () => runAsync('cmake', ['--build', '--preset', preset], { env }),
  );
  if (!built.ok) throw new SetupError(`the native tests do not build.\n${tail(built.output)}`);

  const program = join(root, '.build', preset, 'grammask_tests');
  const shards = Math.min(availableParallelism(), 8);
  const runs = await withProgress(
    () => `running the native tests (${preset})`,
    () =>
      Promise.all(
        Array.from({ length: shards }, (_, shard) => runShard(program, { preset, filter, shard, shards })),
      ),
  );
  return {
    passed: runs.reduce((sum, { passed }) => sum + passed, 0),
    failed: runs.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** One of several parts of the tests, as GoogleTest divides them. */
async function runShard(program, { preset, filter, shard, shards }) {
  const report = `.build/${preset}/report-${shard}.json`;
  rmSync(join(root, report), { force: true });
  const result = await runAsync(
    program,
    ['--gtest_brief=1', `--gtest_filter=${filter}`, `--gtest_output=json:${join(root, report)}`],
    {
      env: { ...process.env, GTEST_TOTAL_SHARDS: String(shards), GTEST_SHARD_INDEX: String(shard) },
    },
  );
  const counts = readJson(report);
  if (!result.ok) console.log(tail(result.output, 80));
  if (!counts) return { passed: 0, failed: 1 }; // it crashed, or a sanitizer ended it
  const failed = counts.failures + (result.ok || counts.failures > 0 ? 0 : 1);
  return { passed: counts.tests - counts.failures - (counts.disabled ?? 0), failed };
}

if (isMain(import.meta)) {
  await runMain(async () => {
    const { values } = parseArgs({
      options: { preset: { type: 'string', default: 'release' }, 'fuzz-seconds': { type: 'string' } },
    });
    mkdirSync(join(root, '.build'), { recursive: true });
    const counts = await runNativeTests({ preset: values.preset });
    if (counts.skipReason) console.log(`skipped: ${counts.skipReason}`);
    else if (values['fuzz-seconds'] !== undefined) {
      const seconds = Number(values['fuzz-seconds']);
      const fuzz = await runFuzzTargets(nativeTargets({ preset: values.preset, seconds }));
      counts.passed += fuzz.passed;
      counts.failed += fuzz.failed;
    }
    console.log(`${counts.passed} passed, ${counts.failed} failed`);
    if (counts.failed > 0) process.exitCode = 1;
  });
}
