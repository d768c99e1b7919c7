// Builds build/Release/grammask.node from native/sources.txt. Three ways lead there, tried in this order:
// cmake-js, plain CMake, node-gyp. None of them downloads anything: the headers are npm packages.
//
//   node scripts/build-native.mjs [--if-missing]
//
// --if-missing: do nothing where the binary was built from these very sources.
// GRAMMASK_WERROR=1 turns warnings into errors; by default they are not, since another compiler has others.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import {
  contentHash,
  installHint,
  isMain,
  onPath,
  readJson,
  root,
  run,
  runMain,
  SetupError,
  tail,
  withLock,
  writeJson,
} from './tools.mjs';

const binary = join(root, 'build', 'Release', 'grammask.node');
const stamp = 'build/Release/grammask.json';
// The preset "release" has the same folder: the native tests link the objects that are made here.
const folder = join('.build', 'release');
const cmakeOptions = [
  'GRAMMASK_TESTS=OFF',
  `GRAMMASK_WERROR=${process.env.GRAMMASK_WERROR === '1' ? 'ON' : 'OFF'}`,
];
const require = createRequire(import.meta.url);

function sourceHash() {
  const inputs = ['native/sources.txt', 'native/core', 'native/addon', 'CMakeLists.txt', 'binding.gyp'];
  return contentHash(inputs, [process.platform, process.arch]);
}

function isCurrent(hash) {
  return existsSync(binary) && readJson(stamp)?.hash === hash;
}

/** Builds the addon; returns how, or null where there was nothing to do. */
export async function buildNative({ ifMissing = false } = {}) {
  if (!/^addon\//m.test(readFileSync(join(root, 'native', 'sources.txt'), 'utf8'))) {
    console.error('native/sources.txt names no addon source: there is nothing to build');
    return null;
  }
  if (ifMissing && isCurrent(sourceHash())) return null;
  return withLock('native', () => {
    const hash = sourceHash();
    if (ifMissing && isCurrent(hash)) return null; // another process built it while this one waited
    console.error('Building the native engine (a minute or so) …');
    const started = performance.now();
    const way = build();
    writeJson(stamp, { hash, way });
    console.error(`Built with ${way} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    return way;
  });
}

function build() {
  const windows = process.platform === 'win32';
  const compiler = process.env.CXX || ['c++', 'g++', 'clang++', 'clang++-19'].find(onPath);
  if (!windows && !compiler) {
    throw new SetupError(`no C++ compiler was found. Install one: ${installHint('compiler')}`);
  }
  const failures = [];
  for (const way of [withCmakeJs, withCmake, withNodeGyp]) {
    const failure = way();
    if (failure === null) return names.get(way);
    failures.push(`${names.get(way)}: ${failure}`);
  }
  throw new SetupError(`the native engine could not be built.\n  ${failures.join('\n  ')}`);
}

const names = new Map([
  [withCmakeJs, 'cmake-js'],
  [withCmake, 'cmake'],
  [withNodeGyp, 'node-gyp'],
]);

// A build that was configured and then failed would fail the other ways too: its errors are the answer.
function compileFailed(output) {
  return new SetupError(
    `the native engine does not compile (a C++20 compiler is needed: gcc 11, clang 14, MSVC 2022 or newer).\n${tail(output.replace(/^gyp .*\n/gm, ''))}`,
  );
}

function buildEnvironment() {
  const env = { ...process.env, CMAKE_BUILD_PARALLEL_LEVEL: String(Math.min(availableParallelism(), 8)) };
  // A folder of Node headers in the user's npm configuration is of no use here and can be of another version.
  delete env.npm_config_nodedir;
  return env;
}

function cmakeTools() {
  if (!onPath('cmake')) return `cmake is missing. Install it: ${installHint('cmake')}`;
  if (process.platform !== 'win32' && !onPath('make') && !onPath('ninja')) {
    return `make is missing. Install it: ${installHint('make')}`;
  }
  return null;
}

function withCmakeJs() {
  const missing = cmakeTools();
  if (missing) return missing;
  const program = packageFile('cmake-js', 'bin/cmake-js');
  if (!program) return 'not installed (npm ci installs it)';
  const args = ['--out', folder, ...cmakeOptions.map((option) => `--CD${option}`)];
  const env = buildEnvironment();
  const configured = configure(() => run(process.execPath, [program, 'configure', ...args], { env }));
  if (!configured.ok) return tail(configured.output, 8);
  const built = run(process.execPath, [program, 'build', ...args], { env });
  if (!built.ok) throw compileFailed(built.output);
  return install();
}

function withCmake() {
  const missing = cmakeTools();
  if (missing) return missing;
  const output = join(root, folder, 'Release');
  const args = [
    '-S',
    '.',
    '-B',
    folder,
    '-DCMAKE_BUILD_TYPE=Release',
    `-DCMAKE_LIBRARY_OUTPUT_DIRECTORY=${output}`,
    ...cmakeOptions.map((option) => `-D${option}`),
  ];
  const configured = configure(() => run('cmake', args));
  if (!configured.ok) return tail(configured.output, 8);
  const built = run('cmake', ['--build', folder, '--config', 'Release'], { env: buildEnvironment() });
  if (!built.ok) throw compileFailed(built.output);
  return install();
}

// A folder that another compiler or generator left behind fails once; an empty one tells.
function configure(attempt) {
  const configured = attempt();
  if (configured.ok) return configured;
  rmSync(join(root, folder), { recursive: true, force: true });
  return attempt();
}

function withNodeGyp() {
  const python = process.env.PYTHON || ['python3', 'python'].find(onPath);
  if (!python || !run(python, ['--version']).ok) {
    return `Python 3 is missing. Install it: ${installHint('python')}`;
  }
  if (process.platform !== 'win32' && !onPath('make'))
    return `make is missing. Install it: ${installHint('make')}`;
  const program = packageFile('node-gyp', 'bin/node-gyp.js');
  if (!program) return 'not installed (npm ci installs it)';
  const prefix = dirname(dirname(process.execPath));
  if (!existsSync(join(prefix, 'include', 'node', 'common.gypi'))) {
    return `this Node has no headers beside it (${prefix}/include/node), and nothing is downloaded`;
  }
  const env = buildEnvironment();
  const configured = run(process.execPath, [program, 'configure', `--nodedir=${prefix}`], { env });
  if (!configured.ok) {
    // What went wrong stands at the top; the end is the stack and the versions.
    const errors = configured.output.split('\n').filter((line) => /^(gyp: |gyp ERR! |.*Error: )/.test(line));
    return tail((errors.length > 0 ? errors : [configured.output]).slice(0, 8).join('\n'), 8);
  }
  const built = run(process.execPath, [program, 'build', '--release', '-j', env.CMAKE_BUILD_PARALLEL_LEVEL], {
    env,
  });
  if (!built.ok) throw compileFailed(built.output);
  return existsSync(binary) ? null : 'it made no build/Release/grammask.node';
}

function packageFile(name, file) {
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), file);
  } catch {
    return null;
  }
}

// By rename: a process that has the old binary loaded keeps it whole.
function install() {
  const built = join(root, folder, 'Release', 'grammask.node');
  if (!existsSync(built)) return `it made no ${folder}/Release/grammask.node`;
  mkdirSync(dirname(binary), { recursive: true });
  const fresh = `${binary}.${process.pid}`;
  copyFileSync(built, fresh);
  renameSync(fresh, binary);
  return null;
}

if (isMain(import.meta)) {
  await runMain(() => buildNative({ ifMissing: process.argv.includes('--if-missing') }));
}
