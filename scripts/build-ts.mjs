// Compiles src/ to dist/ and removes from dist/ what no longer has a source.
//
//   node scripts/build-ts.mjs [--if-changed]
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  contentHash,
  isMain,
  listFiles,
  readJson,
  root,
  run,
  runMain,
  SetupError,
  withLock,
  writeJson,
} from './tools.mjs';

const stamp = '.build/typescript.json';

function sourceHash() {
  return contentHash(['src', 'tsconfig.json', 'package-lock.json']);
}

function isCurrent(hash) {
  return existsSync(join(root, 'dist')) && readJson(stamp)?.hash === hash;
}

/** Compiles; returns false where there was nothing to do. */
export async function buildTypeScript({ ifChanged = false } = {}) {
  if (ifChanged && isCurrent(sourceHash())) return false;
  return withLock('typescript', () => {
    const hash = sourceHash();
    if (ifChanged && isCurrent(hash)) return false;
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    if (!existsSync(compiler)) throw new SetupError('TypeScript is not installed: run npm ci first.');
    const result = run(process.execPath, [compiler, '-p', 'tsconfig.json']);
    if (!result.ok) throw new SetupError(`src/ does not compile.\n${result.output.trimEnd()}`);
    for (const file of listFiles('dist')) {
      const source = file.replace(/^dist\//, 'src/').replace(/(\.d)?\.[cm]?[jt]s$/, '.ts');
      if (!existsSync(join(root, source))) rmSync(join(root, file));
    }
    writeJson(stamp, { hash });
    return true;
  });
}

if (isMain(import.meta)) {
  await runMain(() => buildTypeScript({ ifChanged: process.argv.includes('--if-changed') }));
}
