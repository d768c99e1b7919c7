// What the scripts share. Only Node built-ins: these run before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** An error whose message is meant for the user: printed without a stack. */
export class SetupError extends Error {}

/** Runs `main`; a SetupError ends the process with its message and exit code 1. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`grammask: ${error.message}`);
    process.exitCode = 1;
  }
}

export function isMain(meta) {
  return process.argv[1] !== undefined && realFile(process.argv[1]) === realFile(fileURLToPath(meta.url));
}

function realFile(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.dev}:${stat.ino}` : path;
}

export function onPath(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      try {
        accessSync(file, constants.X_OK);
        if (statSync(file).isFile()) return file;
      } catch {
        // not in this folder
      }
    }
  }
  return null;
}

/** The command that installs a tool on this machine: one of the keys below. */
export function installHint(tool) {
  const aptNames = {
    compiler: 'g++ make',
    cmake: 'cmake',
    make: 'make',
    python: 'python3',
    gtest: 'libgtest-dev',
    'clang-format': 'clang-format-19',
  };
  const brewNames = {
    cmake: 'cmake',
    python: 'python',
    gtest: 'googletest',
    'clang-format': 'llvm@19',
  };
  const wingetNames = {
    compiler: 'Microsoft.VisualStudio.2022.BuildTools',
    cmake: 'Kitware.CMake',
    python: 'Python.Python.3.12',
    'clang-format': 'LLVM.LLVM',
  };
  if (process.platform === 'darwin') {
    return tool in brewNames ? `brew install ${brewNames[tool]}` : 'xcode-select --install';
  }
  if (process.platform === 'win32') return `winget install ${wingetNames[tool] ?? tool}`;
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  if (onPath('apk')) {
    const apkNames = { ...aptNames, gtest: 'gtest-dev', 'clang-format': 'clang19-extra-tools' };
    return `${sudo}apk add ${apkNames[tool]}`;
  }
  if (onPath('dnf')) {
    const dnfNames = { ...aptNames, compiler: 'gcc-c++ make', gtest: 'gtest-devel' };
    return `${sudo}dnf install ${dnfNames[tool].replace('clang-format-19', 'clang-tools-extra')}`;
  }
  return `${sudo}apt-get install -y ${aptNames[tool]}`;
}

/** Runs a program to its end. Output is captured unless `show`; never throws for a non-zero status. */
export function run(program, args, { show = false, env = process.env, cwd = root } = {}) {
  const result = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
    // Windows starts .cmd files only through its shell.
    shell: process.platform === 'win32' && /\.(cmd|bat)$/i.test(program),
  });
  return {
    ok: result.status === 0,
    status: result.status,
    signal: result.signal,
    output: `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ? `${result.error.message}\n` : ''}`,
  };
}

/** As `run`, without holding this process. */
export function runAsync(program, args, { env = process.env, cwd = root } = {}) {
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    const end = (status, signal, error) => {
      const ending = error ? `${error.message}\n` : signal ? `ended by ${signal}\n` : '';
      resolve({ ok: status === 0, status, signal, output: Buffer.concat(chunks).toString() + ending });
    };
    child.once('error', (error) => end(null, null, error));
    child.once('close', (status, signal) => end(status, signal));
  });
}

/** Prints what is being done once a minute until it is done. `say` gives the words. */
export async function withProgress(say, work) {
  let minutes = 0;
  const timer = setInterval(() => {
    minutes += 1;
    console.log(`      ${minutes} min: ${say()}`);
  }, 60_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

export function tail(text, lines = 40) {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** All files below a folder (or the file itself), sorted, relative to the root with forward slashes. */
export function listFiles(path) {
  const full = join(root, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => listFiles(`${path}/${name}`));
}

/** A hash of names and contents of files and folders, and of some further texts. */
export function contentHash(paths, texts = []) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(listFiles)) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  hash.update(JSON.stringify(texts));
  return hash.digest('hex');
}

export function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8'));
  } catch {
    return null;
  }
}

export function writeJson(path, value) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Runs `work` while no other process of this checkout does. The lock is a folder, made atomically, with the
 * owner's process id in it; one whose owner is gone is taken over.
 */
export async function withLock(name, work) {
  const folder = join(root, '.build', `${name}.lock`);
  mkdirSync(dirname(folder), { recursive: true });
  for (let waited = 0; ; waited += 1) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (ownerIsGone(folder, waited)) rmSync(folder, { recursive: true, force: true });
    else {
      if (waited === 20)
        console.error(`grammask: another process is at the same step (${name}), waiting for it`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  try {
    writeFileSync(join(folder, 'pid'), String(process.pid));
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ownerIsGone(folder, waited) {
  if (!existsSync(join(folder, 'pid'))) return waited > 50; // the owner writes its id at once, or died before
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
