import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readAudit } from '../../src/reach/index.js';
import { noCli, runCli } from '../cli/run-cli.js';

/** The file of docs/reach-audit.md, and the members and options that the page names. */

t.setTimeout(240_000);

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/reach-audit.md');
const schema = JSON.parse(read('schemas/reach-audit.schema.json'));

t.test('the file is an audit', async (t) => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const folder = t.testdir({ 'expense.schema.json': read('examples/reach/expense.schema.json') });
  writeFileSync(join(folder, 'a.yaml'), yaml);
  const { definition } = await readAudit(join(folder, 'a.yaml'));
  t.match(definition.cases, [{ id: 'expense/decision', certifyK: 1, maxK: 3 }]);
  t.match(definition.policy, [{ id: 'no-approval', to: ['approve'] }]);
});

t.test('the example in the repository is one', async (t) => {
  const { definition } = await readAudit(new URL('../../examples/reach/desk.yaml', import.meta.url).pathname);
  t.equal(definition.cases.length, 5);
});

t.test('the page names every member, and no other', (t) => {
  const table = page.slice(page.indexOf('| member |'), page.indexOf('The form of the file'));
  const named = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(
    ([, cell = '']) => cell.match(/(?<=`)\w+(?=`)/g) ?? [],
  );
  t.same([...named].sort(), Object.keys(schema.properties).sort());
  t.end();
});

t.test('the options that the page names are there', { skip: noCli }, async (t) => {
  const { out } = await runCli(['reach', 'audit', '--help']);
  for (const option of ['--journal', '--resume', '--time', '--shard', '--merge', '--model', '-o,']) {
    t.ok(page.includes(option.replace(',', '')), option);
    t.ok(out.includes(option), option);
  }
});
