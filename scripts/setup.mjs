// Makes a clone ready: packages, native engine, TypeScript. Does nothing that is already done, so that
// `npm start` and `npm test` both begin with it.
//
//   node scripts/setup.mjs
import { existsSync } from 'node:fs';
import { buildNative } from './build-native.mjs';
import { buildTypeScript } from './build-ts.mjs';
import { isMain, onPath, readJson, run, runMain, SetupError, tail, withLock } from './tools.mjs';

export async function setUp() {
  checkNode();
  await installPackages();
  await buildNative({ ifMissing: true });
  await buildTypeScript({ ifChanged: true });
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 17)) return;
  throw new SetupError(
    `Node ${process.versions.node} is too old: 20.17 or newer is needed (https://nodejs.org/en/download).`,
  );
}

// npm keeps a lock of what it installed; what this machine can use of package-lock.json must be in it.
function packagesAreCurrent() {
  const wanted = readJson('package-lock.json')?.packages;
  const installed = readJson('node_modules/.package-lock.json')?.packages;
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const there = installed[path];
    return there ? there.version === entry.version : entry.optional === true || entry.peer === true;
  });
}

async function installPackages() {
  if (packagesAreCurrent()) return;
  await withLock('packages', () => {
    if (packagesAreCurrent()) return;
    console.error('Installing the npm packages …');
    // No package needs its install script; our own `prepare` is the two builds that follow.
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const result = runNpm(args);
    if (!result.ok) throw new SetupError(`npm ci failed.\n${tail(result.output)}`);
  });
}

function runNpm(args) {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.[cm]?js$/.test(script) && existsSync(script)) {
    return run(process.execPath, [script, ...args]);
  }
  const npm = onPath('npm');
  if (!npm) throw new SetupError('npm was not found on the PATH; it comes with Node (https://nodejs.org).');
  return run(npm, args);
}

if (isMain(import.meta)) await runMain(setUp);
