// Tests of masks that are made on threads, with the engine inside Node under ThreadSanitizer. Node itself is not built for it, so
// that only what names the engine counts.
//
//   node scripts/tsan-addon-tests.mjs
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  installHint,
  isMain,
  onPath,
  root,
  runAsync,
  runMain,
  SetupError,
  tail,
  withProgress,
} from './tools.mjs';

const loader = pathToFileURL(join(root, 'scripts', 'typescript-loader.mjs')).href;

const files = [
  'test/differential/threads.test.ts',
  'test/engine/compiler.test.ts',
  'test/engine/draft-masks.test.ts',
  'test/engine/fill-masks.test.ts',
  'test/engine/pending-mask.test.ts',
  'test/engine/serialized.test.ts',
  'test/engine/slots.test.ts',
  'test/engine/workers.test.ts',
];

/** Returns { passed, failed, skipReason }, one a file: skipReason says what this machine lacks. */
export async function runTsanAddonTests() {
  if (process.platform !== 'linux') {
    return { passed: 0, failed: 0, skipReason: 'the engine is preloaded as Linux does it' };
  }
  if (!onPath('cmake')) {
    return { passed: 0, failed: 0, skipReason: `cmake is missing. Install it: ${installHint('cmake')}` };
  }
  const library = (await runAsync('gcc', ['-print-file-name=libtsan.so'])).output.trim();
  if (!existsSync(library)) return { passed: 0, failed: 0, skipReason: 'gcc has no libtsan' };
  await built();
  const folder = mkdtempSync(join(tmpdir(), 'grammask-tsan-'));
  const counts = { passed: 0, failed: 0 };
  try {
    for (const [i, file] of files.entries()) {
      const log = join(folder, String(i));
      const fault = await withProgress(
        () => `under ThreadSanitizer: ${file}`,
        () => faultOf(file, { library, log, folder }),
      );
      counts[fault === undefined ? 'passed' : 'failed'] += 1;
      if (fault !== undefined) console.log(`FAIL  ${file} under ThreadSanitizer\n${fault}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return counts;
}

async function built() {
  const configured = await runAsync('cmake', ['--preset', 'tsan-addon']);
  if (!configured.ok) throw new SetupError(`cmake --preset tsan-addon failed.\n${tail(configured.output)}`);
  const made = await withProgress(
    () => 'building the engine for ThreadSanitizer',
    () => runAsync('cmake', ['--build', '--preset', 'tsan-addon']),
  );
  if (!made.ok) throw new SetupError(`the engine does not build for ThreadSanitizer.\n${tail(made.output)}`);
}

/** Runs one file; what is wrong, or undefined. */
async function faultOf(file, { library, log, folder }) {
  const env = {
    ...process.env,
    GRAMMASK_NATIVE_PATH: join(root, '.build', 'tsan-addon', 'grammask.node'),
    GRAMMASK_TEST_COUNT: '400',
    LD_PRELOAD: library,
    // Reports do not end the process: most are of Node's own threads.
    TSAN_OPTIONS: `exitcode=0 history_size=4 report_signal_unsafe=0 log_path=${log}`,
    TAP_TIMEOUT: '600',
  };
  const args = [`--import=${loader}`, file];
  // The sanitizer needs addresses where it expects them.
  const result = onPath('setarch')
    ? await runAsync('setarch', ['-R', process.execPath, ...args], { env })
    : await runAsync(process.execPath, args, { env });
  if (!result.ok) return tail(result.output, 40);
  const reports = readdirSync(folder)
    .filter((name) => join(folder, name).startsWith(`${log}.`))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('==================\n'));
  const ours = reports.filter((report) => /grammask/.test(report));
  return ours.length === 0 ? undefined : ours.slice(0, 3).join('\n');
}

if (isMain(import.meta)) {
  await runMain(async () => {
    const { passed, failed, skipReason } = await runTsanAddonTests();
    if (skipReason) console.log(`skipped: ${skipReason}`);
    console.log(`${passed} passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  });
}
