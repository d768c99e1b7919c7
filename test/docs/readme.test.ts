import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';

/**
 * The recipes of README.md, run as they stand, each in a process of its own. Where a block of text follows one, that is
 * what it prints.
 */

interface Recipe {
  readonly title: string;
  readonly needsModel: boolean;
  readonly code: string;
  readonly output: string | undefined;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const run = promisify(execFile);

const recipes: Recipe[] = [];
for (const section of readme.split(/^### /m).slice(1)) {
  const found = /<!-- run(: model)? -->\n```js\n([\s\S]*?)```\n(?:\n```text\n([\s\S]*?)```)?/.exec(section);
  if (found === null) continue;
  const [, model, code = '', output] = found;
  recipes.push({
    title: section.slice(0, section.indexOf('\n')),
    needsModel: model !== undefined,
    code,
    output,
  });
}

const weights = join(root, 'models', 'json', 'onnx', 'model.onnx');
const skipModel = existsSync(weights)
  ? false
  : 'the weights of the embedded model are not in models/json/onnx';
const isBuilt = existsSync(join(root, 'dist', 'index.js'));

t.equal(recipes.length, 5, 'five recipes');
t.ok(isBuilt, 'dist is built (npm test does it)');

// Inside the package, so that it finds itself by its name.
const folder = join(root, '.build', 'readme');
mkdirSync(folder, { recursive: true });

recipes.forEach(({ title, needsModel, code, output }, index) => {
  t.test(title, { skip: needsModel ? skipModel : false }, async (t) => {
    const file = join(folder, `recipe-${index + 1}.mjs`);
    writeFileSync(file, code);
    const { stdout, stderr } = await run(process.execPath, [file], { cwd: root, timeout: 60_000 });
    t.notMatch(stderr, /Error/);
    if (output === undefined) t.not(stdout.trim(), '', 'it prints something');
    else t.equal(stdout, output);
  });
});

t.test('links lead to files', async (t) => {
  for (const file of ['README.md', 'CONTRIBUTING.md', ...docs()]) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = '', fragment] = target.split('#');
      const place = path === '' ? join(root, file) : join(root, file, '..', path);
      t.ok(existsSync(place), `${file}: ${target}`);
      if (fragment !== undefined) t.ok(headings(place).has(fragment), `${file}: ${target}`);
    }
  }
});

function docs(): string[] {
  return [...new Set(Array.from(readme.matchAll(/\]\((docs\/[a-z-]+\.md)/g), ([, path = '']) => path))];
}

/** The anchors of a page's headings, as most sites that show Markdown make them. */
function headings(path: string): ReadonlySet<string> {
  const lines = readFileSync(path, 'utf8').split('\n');
  const titles = lines.filter((line) => /^#+ /.test(line)).map((line) => line.replace(/^#+ /, ''));
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
