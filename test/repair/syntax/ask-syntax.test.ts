import t from 'tap';
import { loadTypeScript } from '../../../src/frontends/typescript/load-typescript.js';
import { holeAt } from '../../../src/repair/index.js';
import { askSyntax } from '../../../src/repair/syntax/ask-syntax.js';
import type { SyntaxTask } from '../../../src/repair/syntax/tasks.js';

/** What a thread says of a file's syntax tree. */

const content =
  'export function sum(list: number[]): number {\n  return list.reduce((a, b) => a + b, 0);\n}\n';

t.test('a thread gives the same answers', async (t) => {
  const hole = holeAt('sum.ts', content, { startLine: 2, endLine: 2 });
  const tasks: SyntaxTask[] = [
    { kind: 'templates' },
    { kind: 'names' },
    { kind: 'changes', most: 20 },
    { kind: 'needed', missing: ['a'], isOpen: true },
    { kind: 'needed', missing: [], isOpen: false },
  ];
  const answers = await Promise.all(tasks.map((task) => askSyntax(hole, task)));
  for (const [i, task] of tasks.entries())
    t.same(answers[i], await askSyntax(hole, task, loadTypeScript()), task.kind);
  t.same(
    (await askSyntax(hole, { kind: 'names' })).map(({ name }) => name),
    ['', 'list', 'reduce', 'a', 'b'],
  );
  t.equal(answers.at(-1), null);
});

t.test('another file is another tree', async (t) => {
  const other = holeAt('other.ts', 'f(x);\n', { startLine: 1, endLine: 1 });
  const names = await askSyntax(other, { kind: 'names' });
  t.same(
    names.map(({ name }) => name),
    ['', 'f', 'x'],
  );
});
