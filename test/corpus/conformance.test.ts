import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { createJudge } from '../../bench/conformance/judge.js';
import { readRawJson } from '../../bench/conformance/raw-json.js';
import { typescriptArguments } from '../support/typescript-arguments.js';

t.setTimeout(300_000);

const main = fileURLToPath(new URL('../../bench/conformance/main.ts', import.meta.url));

/** Runs the command as a process; `report` is what it wrote. */
function conformance(folder: string, args: readonly string[]) {
  const file = join(folder, 'report.json');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...typescriptArguments, main, '--json', file, '--jobs', '1', '--timeout', '60000', ...args],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr, report: () => JSON.parse(readFileSync(file, 'utf8')) };
}

function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'grammask-conformance-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

t.test('data of the same form: what is not as it says is found, with its reason', async (t) => {
  const folder = folderOf(t);
  const schema = { type: 'integer', minimum: 5 };
  const rows = [
    {
      name: 'right',
      schema,
      tests: [
        { valid: true, data: 7 },
        { valid: false, data: 3 },
      ],
    },
    {
      name: 'wrong',
      schema,
      tests: [
        { valid: true, data: 4 },
        { valid: false, data: 5, text: '5.0' },
      ],
    },
    { name: 'half a text', schema: { type: 'array' }, tests: [{ valid: false, data: null, text: '[1' }] },
    { name: 'refused', schema: { type: 'whole' }, tests: [] },
    {
      name: 'exact',
      schema: null,
      schemaText: '{"const":1e400}',
      tests: [{ valid: true, data: 0, text: '1e400' }],
    },
  ];
  const file = join(folder, 'data.jsonl');
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  const { status, stdout, report } = conformance(folder, ['--maskbench', file, '--only', 'maskbench']);
  t.equal(status, 1);
  t.match(stdout, /schemas that pass +3 of 5/);
  const { findings } = report() as {
    findings: { name: string; fault: string; about?: string; reason: string }[];
  };
  t.strictSame(
    findings.map(({ name, fault, about }) => [name, fault, about]),
    [
      ['wrong', 'valid rejected', 'instance 0'],
      ['wrong', 'invalid accepted', 'instance 1'],
      ['refused', 'refused', undefined],
    ],
  );
  t.match(findings[2]?.reason, /keyword type/);
});

t.test('without its data it is inconclusive, and says what is missing', async (t) => {
  const folder = folderOf(t);
  const { status, stdout } = conformance(folder, ['--suite', join(folder, 'none'), '--only', 'suite']);
  t.equal(status, 3);
  t.match(stdout, /inconclusive, not there: the JSON-Schema-Test-Suite .*--suite DIR/);
});

t.test('wrong use', async (t) => {
  const folder = folderOf(t);
  for (const args of [
    ['--only', 'all'],
    ['--limit', '0'],
  ]) {
    const { status, stderr } = conformance(folder, args);
    t.equal(status, 2, args.join(' '));
    t.match(stderr, /^conformance: /);
  }
});

t.test('the judge of drawn texts', async (t) => {
  const judge = (schema: unknown, text: string) => createJudge(JSON.stringify(schema), '2020-12').judge(text);
  const draft4 = { $schema: 'http://json-schema.org/draft-04/schema#' };
  const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#' };
  t.strictSame(judge({ type: 'string' }, '"a"'), { valid: true });
  t.match(judge({ type: 'string' }, '1'), { valid: false, reason: /ajv: the value must be string/ });
  t.match(judge({}, '{"a":1,"\\u0061":2}'), { valid: false, reason: /occurs twice/ }, 'no member name twice');
  t.match(judge({}, '[1,]'), { valid: false }, 'JSON only');
  t.match(judge({ maximum: 3 }, '1e999'), { valid: false, reason: /exact validator says no/ });
  t.match(judge({ multipleOf: 0.01 }, '4.35'), { valid: true, difference: 'numbers' });
  t.match(judge({ const: '1'.repeat(3) }, '"112"'), { valid: false });
  const siblings = {
    definitions: { n: { type: 'number' } },
    properties: { a: { $ref: '#/definitions/n', maximum: 1 } },
  };
  t.strictSame(
    judge({ ...draft7, ...siblings }, '{"a":5}'),
    { valid: true },
    'siblings of $ref do not count',
  );
  t.match(judge(siblings, '{"a":5}'), { valid: false }, 'since 2019-09 they do');
  const exclusive = { ...draft4, minimum: 3, exclusiveMinimum: true };
  t.match(judge(exclusive, '3'), { valid: false }, 'the exclusive bound of draft 4');
  t.strictSame(judge(exclusive, '4'), { valid: true });
  t.match(judge({ ...draft4, not: { type: 'integer' } }, '1.0'), {
    valid: true,
    difference: 'draft-4-integers',
  });
  t.match(judge({ format: 'date' }, '"2023-02-30"'), { valid: true, difference: 'formats' });
});

t.test('JSON as it was written', async (t) => {
  const { members } = readRawJson(' {"a" : 1.0e2 , "b":[ "\\u0061",{} , null] } ');
  t.strictSame(
    members.map(({ name, value }) => [name, value.text]),
    [
      ['a', '1.0e2'],
      ['b', '[ "\\u0061",{} , null]'],
    ],
  );
  for (const text of ['', '01', '[1 2]', '{"a"}', '{"a":1,}', '"\t"', '1 1', '{"a":1,"a":1}']) {
    t.throws(() => readRawJson(text), SyntaxError, text);
  }
});
