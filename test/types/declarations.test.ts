import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.values(manifest.exports as Record<string, string | { types: string }>).flatMap(
  (entry) => (typeof entry === 'string' ? [] : [join(root, entry.types)]),
);
const notBuilt = existsSync(join(root, 'dist', 'index.d.ts'))
  ? false
  : 'dist/ is not built: run npm run build:ts';
const full = process.env.GRAMMASK_TEST_FULL === '1';
const specifier = /(?:from|import\() ?['"]([^'"]+)['"]/g;

t.test('public types need nothing that is not installed with the package', { skip: notBuilt }, async (t) => {
  t.ok(entries.length >= 3);
  const files = [...entries];
  const outside = new Map<string, string>();
  for (const file of files) {
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(specifier)) {
      const next = join(dirname(file), name.replace(/\.js$/, '.d.ts'));
      if (!name.startsWith('.')) outside.set(name, file);
      else if (!files.includes(next)) files.push(next);
    }
  }
  t.ok(files.length > 50, `${files.length} files`);
  for (const [name, file] of outside) {
    // Whoever type-checks has TypeScript.
    const isThere = name.startsWith('node:') || name === 'typescript' || name in manifest.dependencies;
    t.ok(isThere, `${name}, which ${file} imports`);
  }
  for (const file of entries) t.match(readFileSync(file, 'utf8'), /^\/\/\/ <reference types="node"/);
  t.ok(manifest.dependencies['@types/node']);
});

const skip = notBuilt || (full ? false : 'a compiler over all types: with GRAMMASK_TEST_FULL=1');

t.test('TypeScript checks them with nothing else installed', { skip }, async (t) => {
  t.setTimeout(240_000);
  const compilerOptions = {
    ...{ module: 'nodenext', target: 'es2022', lib: ['es2022'], types: [] },
    ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false },
  };
  // Outside of the repository, whose packages it would find.
  const folder = mkdtempSync(join(tmpdir(), 'grammask-types-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['all.ts'] }));
  const imports = ['', '/repair', '/reach'].map((name, i) => `export * as part${i} from 'grammask${name}';`);
  writeFileSync(join(folder, 'all.ts'), imports.join('\n'));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'grammask'), { recursive: true });
  cpSync(join(root, 'dist'), join(modules, 'grammask', 'dist'), { recursive: true });
  writeFileSync(join(modules, 'grammask', 'package.json'), JSON.stringify(manifest));
  mkdirSync(join(modules, '@types'));
  for (const name of ['@types/node', 'undici-types', 'typescript']) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'dir');
  }
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const found = await promisify(execFile)(process.execPath, [compiler, '-p', folder]).catch((error) => error);
  t.equal(found.stdout, '');
});
