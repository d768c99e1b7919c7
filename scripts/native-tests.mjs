// Builds and runs the native tests (GoogleTest), alone or under sanitizers, and runs the fuzz targets.
//
//   node scripts/native-tests.mjs [--preset release|debug|asan|tsan] [--fuzz-seconds N]
//
// --fuzz-seconds: after the tests, run every fuzz target of the preset for so long (asan: the replay driver).
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  installHint,
  isMain,
  listFiles,
  onPath,
  readJson,
  root,
  run,
  runMain,
  SetupError,
  tail,
} from './tools.mjs';

/** Returns { passed, failed, skipReason }: skipReason says what this machine lacks, and how to get it. */
export function runNativeTests({ preset = 'release' } = {}) {
  if (!listFiles('native/test').some((file) => file.endsWith('_test.cc'))) {
    return { passed: 0, failed: 0, skipReason: 'native/test holds no test yet' };
  }
  if (!onPath('cmake')) {
    return { passed: 0, failed: 0, skipReason: `cmake is missing. Install it: ${installHint('cmake')}` };
  }
  const configured = run('cmake', ['--preset', preset]);
  if (!configured.ok) {
    if (/Could NOT find GTest|GTestConfig/.test(configured.output)) {
      const hint = `GoogleTest is missing. Install it: ${installHint('gtest')}`;
      return { passed: 0, failed: 0, skipReason: hint };
    }
    throw new SetupError(`cmake --preset ${preset} failed.\n${tail(configured.output)}`);
  }
  const env = { ...process.env, CMAKE_BUILD_PARALLEL_LEVEL: String(Math.min(availableParallelism(), 8)) };
  const built = run('cmake', ['--build', '--preset', preset], { env });
  if (!built.ok) throw new SetupError(`the native tests do not build.\n${tail(built.output)}`);

  const report = `.build/${preset}/report.json`;
  rmSync(join(root, report), { force: true });
  const program = join(root, '.build', preset, 'grammask_tests');
  const result = run(program, ['--gtest_brief=1', `--gtest_output=json:${join(root, report)}`]);
  const counts = readJson(report);
  if (!result.ok) console.log(tail(result.output, 80));
  if (!counts) return { passed: 0, failed: 1 }; // it crashed, or a sanitizer ended it
  const failed = counts.failures + (result.ok || counts.failures > 0 ? 0 : 1);
  return { passed: counts.tests - counts.failures - (counts.disabled ?? 0), failed };
}

/** Runs the fuzz targets of a preset that is built; returns { passed, failed }, one a target. */
export function runFuzzTargets({ preset, seconds, seed = 1 }) {
  const counts = { passed: 0, failed: 0 };
  for (const file of listFiles('native/fuzz')) {
    const name = /([^/]+_fuzz)\.cc$/.exec(file)?.[1];
    if (!name) continue;
    const crash = join(root, '.build', preset, `${name}.input`);
    const corpus = join(root, 'native', 'fuzz', 'corpus', name);
    const args = ['--seconds', String(seconds), '--seed', String(seed), '--crash-file', crash];
    if (existsSync(corpus)) args.push(corpus);
    const result = run(join(root, '.build', preset, name), args);
    console.log(`${result.ok ? 'ok  ' : 'FAIL'}  fuzz ${name}: ${tail(result.output, result.ok ? 1 : 60)}`);
    if (!result.ok) console.log(`      the input is in .build/${preset}/${name}.input`);
    counts[result.ok ? 'passed' : 'failed'] += 1;
  }
  return counts;
}

if (isMain(import.meta)) {
  await runMain(() => {
    const { values } = parseArgs({
      options: { preset: { type: 'string', default: 'release' }, 'fuzz-seconds': { type: 'string' } },
    });
    mkdirSync(join(root, '.build'), { recursive: true });
    const counts = runNativeTests({ preset: values.preset });
    if (counts.skipReason) console.log(`skipped: ${counts.skipReason}`);
    else if (values['fuzz-seconds'] !== undefined) {
      const fuzz = runFuzzTargets({ preset: values.preset, seconds: Number(values['fuzz-seconds']) });
      counts.passed += fuzz.passed;
      counts.failed += fuzz.failed;
    }
    console.log(`${counts.passed} passed, ${counts.failed} failed`);
    if (counts.failed > 0) process.exitCode = 1;
  });
}
