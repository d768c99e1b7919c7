import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { skipGrammarCases } from '../../bench/conformance/grammar-rows.js';
import { typescriptArguments } from '../support/typescript-arguments.js';

/** The command of `npm run conformance:grammars`, on rows of its own. */

const main = fileURLToPath(new URL('../../bench/conformance/grammars.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'grammask-grammars-'));
t.teardown(() => rmSync(folder, { recursive: true }));

function run(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...typescriptArguments, main, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

const row = (id: string, rest: object): string =>
  JSON.stringify({ id, suite: 's', kind: 'ebnf', grammar: 'root ::= "ab"*', options: {}, ...rest });
writeFileSync(
  join(folder, 'ebnf.jsonl'),
  [
    row('1', { input: 'abab', mode: 'full', expected: true }),
    row('2', { input: 'a', mode: 'prefix', expected: true }),
    row('3', { input: 'a', mode: 'full', expected: true }),
    row('4', { grammar: 'root ::= [', expectError: true }),
  ].join('\n'),
);
const vocab = ['a', 'b', '</s>'];
const steps = [{ mask: true }, { token: 0 }, { token: 1 }, { token: 2 }];
writeFileSync(
  join(folder, 'tokens.jsonl'),
  row('5', { tokenizer: { vocab }, steps, mode: 'full', expected: true }),
);
const none = join(folder, 'none.json');
writeFileSync(none, '[]');

t.test('every row is as expected, or listed with its reason', { skip: skipGrammarCases }, async (t) => {
  const { status, stdout } = run(['--list']);
  t.equal(status, 0, stdout);
});

t.test('a difference that is not listed', async (t) => {
  const { status, stdout } = run(['--cases', folder, '--differences', none, '--list']);
  t.equal(status, 1);
  t.match(stdout, /ebnf\.jsonl +s +4 +3 +0 +1 +0 +75\.0 %/);
  t.match(stdout, /tokens\.jsonl +s +1 +1 +0 +0 +0 +100\.0 %/);
  t.match(stdout, /accepted is expected, ours: rejected\n {2}\| root ::= "ab"\*\n {2}"a"/);
});

t.test('a difference that is listed, and one that is none any more', async (t) => {
  const json = run(['--cases', folder, '--differences', none, '--only', 'ebnf', '--json']);
  t.equal(json.status, 1);
  const [finding] = JSON.parse(json.stdout).findings;
  const file = join(folder, 'some.json');
  const entry = { file: 'ebnf.jsonl', verdict: 'rejected', reason: 'for a test' };
  writeFileSync(file, JSON.stringify([{ ...entry, rows: [finding.key] }]));
  t.equal(run(['--cases', folder, '--differences', file, '--only', 'ebnf.jsonl']).status, 0);
  writeFileSync(file, JSON.stringify([{ ...entry, rows: [finding.key, 'gone/0'] }]));
  const stale = run(['--cases', folder, '--differences', file, '--only', 'ebnf']);
  t.equal(stale.status, 1);
  t.match(stale.stdout, /not there: gone\/0/);
});

t.test('wrong use, and rows that are not there', async (t) => {
  t.equal(run(['--cases', join(folder, 'nowhere')]).status, 3);
  t.equal(run(['--cases', folder, '--only', 'nothing']).status, 2);
  t.equal(run(['--wrong']).status, 2);
});
