// Tests the engine for 64-bit ARM (NEON) on another processor: a cross compiler builds the native tests, and QEMU runs them. On
// a 64-bit ARM the ordinary native tests do that.
//
//   node scripts/neon-tests.mjs
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  isMain,
  onPath,
  readJson,
  root,
  runAsync,
  runMain,
  SetupError,
  tail,
  withProgress,
} from './tools.mjs';

const target = 'grammask_tests';
const tools = [
  { what: 'a cross compiler', has: () => onPath('aarch64-linux-gnu-g++'), from: 'g++-aarch64-linux-gnu' },
  { what: 'QEMU', has: () => onPath('qemu-aarch64'), from: 'qemu-user' },
  { what: "GoogleTest's sources", has: () => existsSync('/usr/src/googletest'), from: 'googletest' },
  { what: 'cmake', has: () => onPath('cmake'), from: 'cmake' },
];

/** Returns { passed, failed, skipReason }: skipReason says what this machine lacks, and how to get it. */
export async function runNeonTests() {
  const missing = tools.filter(({ has }) => !has());
  if (missing.length > 0) {
    const names = missing.map(({ what }) => what).join(', ');
    const packages = missing.map(({ from }) => from).join(' ');
    return { passed: 0, failed: 0, skipReason: `missing: ${names}. Install: apt-get install ${packages}` };
  }
  const configured = await runAsync('cmake', ['--preset', 'neon']);
  if (!configured.ok) throw new SetupError(`cmake --preset neon failed.\n${tail(configured.output)}`);
  const built = await withProgress(
    () => 'building the tests for 64-bit ARM',
    () => runAsync('cmake', ['--build', '--preset', 'neon', '--target', target]),
  );
  if (!built.ok) throw new SetupError(`the tests for 64-bit ARM do not build.\n${tail(built.output)}`);
  const report = '.build/neon/report.json';
  const result = await withProgress(
    () => 'running the tests for 64-bit ARM',
    () =>
      runAsync('qemu-aarch64', [
        join(root, '.build', 'neon', target),
        '--gtest_brief=1',
        `--gtest_output=json:${join(root, report)}`,
      ]),
  );
  const counts = readJson(report);
  if (!result.ok) console.log(tail(result.output, 80));
  if (!result.ok && !(counts?.failures > 0)) return { passed: 0, failed: 1 };
  return { passed: counts.tests - counts.failures, failed: counts.failures };
}

if (isMain(import.meta)) {
  await runMain(async () => {
    const { passed, failed, skipReason } = await runNeonTests();
    if (skipReason) console.log(`skipped: ${skipReason}`);
    console.log(`${passed} passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  });
}
