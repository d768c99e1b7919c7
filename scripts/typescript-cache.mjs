// The JavaScript of the TypeScript in src, test and bench, made by esbuild and kept in .build/javascript:
//
//   tree/     what `npm test` runs, without a loader. Its modules take themselves to be where their sources are,
//             those of src to be in dist, so that they find files as ever, and their threads the built ones.
//   loader/   what typescript-loader.mjs has read.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { contentHash, listFiles, readJson, root, writeJson } from './tools.mjs';

const require = createRequire(import.meta.url);
const FOLDERS = ['src', 'test', 'bench'];
const TREE = '.build/javascript/tree';

/** The JavaScript of a TypeScript file, for typescript-loader.mjs. */
export function compiled(file) {
  const name = relative(root, file);
  if (!FOLDERS.includes(name.split(sep)[0])) return transform(file);
  const output = join(root, '.build', 'javascript', 'loader', `${name}.js`);
  update(file, output);
  return readFileSync(output, 'utf8');
}

/** Compiles what has changed; returns a function from the name of a TypeScript file to that of its JavaScript. */
export function compileTree() {
  const stamp = `${TREE}.json`;
  const hash = contentHash(['scripts/typescript-cache.mjs', 'package-lock.json'], [root]);
  if (readJson(stamp)?.hash !== hash) rmSync(join(root, TREE), { recursive: true, force: true });
  const scriptOf = (name) => join(root, TREE, name.replace(/\.ts$/, '.js'));
  const names = FOLDERS.flatMap(listFiles).filter((name) => name.endsWith('.ts'));
  for (const name of names) {
    const built = name.replace(/^src\//, 'dist/').replace(/\.ts$/, '.js');
    update(join(root, name), scriptOf(name), name.startsWith('src/') ? join(root, built) : join(root, name));
  }
  const scripts = new Set(names.map(scriptOf));
  for (const file of listFiles(TREE).map((name) => join(root, name))) if (!scripts.has(file)) rmSync(file);
  writeJson(stamp, { hash });
  return scriptOf;
}

/** Up to date is what has the time of its source. */
function update(file, output, place) {
  const { mtime } = statSync(file);
  if (statSync(output, { throwIfNoEntry: false })?.mtime.getTime() === mtime.getTime()) return;
  mkdirSync(dirname(output), { recursive: true });
  // By rename: another process may be reading it.
  const fresh = `${output}.${process.pid}`;
  writeFileSync(fresh, transform(file, place));
  utimesSync(fresh, mtime, mtime);
  renameSync(fresh, output);
}

/** Stack traces name the lines of the TypeScript file where Node runs with --enable-source-maps. */
function transform(file, place) {
  return require('esbuild').transformSync(readFileSync(file, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    define: place ? { 'import.meta.url': JSON.stringify(pathToFileURL(place).href) } : {},
    sourcemap: 'inline',
    sourcesContent: false,
    sourcefile: pathToFileURL(file).href,
    tsconfigRaw: { compilerOptions: { target: 'es2022', verbatimModuleSyntax: true } },
    logLevel: 'silent',
  }).code;
}
