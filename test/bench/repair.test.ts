import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { noRepairBench, readRepairBench, repairBenchFolder } from '../../bench/repair/data.js';
import { openJournal } from '../../bench/repair/journal.js';
import { createTestRunner } from '../../bench/repair/run-tests.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const runner = createTestRunner();
t.teardown(() => runner.dispose());

t.test('the tests of a program are counted as jest counts them', async (t) => {
  const program =
    'export const twice = (n: number): number => n * 2;\nexport const stop = (): never => { throw new RangeError("no more") };';
  const test = `
import { beforeEach, describe, it, xit, expect } from '@jest/globals';
import { twice, stop } from './twice.ts';
describe('twice', () => {
  let n: number;
  beforeEach(() => { n = 2; });
  it('adds', () => { expect(twice(n)).toBe(4); expect([n]).toEqual([2]); expect({ n, m: undefined }).toEqual({ n }); n = 9; });
  xit('has a fresh n', () => expect(n).toBe(2));
  it.skip('throws', () => { expect(stop).toThrow('more'); expect(stop).toThrow(RangeError); expect(stop).toThrow(/no/); });
  it('is close', () => { expect(0.1 + 0.2).toBeCloseTo(0.3); expect(0.31).not.toBeCloseTo(0.3); });
  it('fails: toBe', () => expect([1]).toBe([1]));
  it('fails: toEqual', () => expect({ a: [1, { b: 2 }] }).toEqual({ a: [1, { b: 3 }] }));
  it('fails: length', () => expect([1, 2]).toEqual([1]));
  it('fails: not', () => expect(1).not.toEqual(1));
  it('fails: nothing thrown', () => expect(() => 1).toThrow());
  it('fails: another error', () => expect(stop).toThrow(TypeError));
  it('fails: a promise', async () => { await Promise.reject(new Error('later')); });
});`;
  const outcome = await runner.run('twice', program, test);
  t.match(outcome, { status: 'ran', total: 11, passed: 4 });
  t.ok(
    outcome.failures.every(({ name }) => name.startsWith('fails')),
    JSON.stringify(outcome.failures),
  );
});

t.test('a program that never ends, cannot be loaded, or ends the process', async (t) => {
  const test = "import { it } from '@jest/globals';\nimport { x } from './x.ts';\nit('x', () => x());";
  const run = (program: string, limit?: number) => runner.run('x', program, test, limit);
  t.match(await run('export const x = () => { while (true) {} }', 3000), { status: 'timeout' });
  t.match(await run('export const y = 1'), { status: 'crash' });
  t.match(await run('export const x = () => process.exit(0)'), { status: 'crash' });
  t.match(await run('console.log("{}"); export const x = () => 1'), { status: 'ran', passed: 1, total: 1 });
});

t.test('a journal goes on where it was cut off, and is of one setting', async (t) => {
  const path = join(t.testdir(), 'journal.jsonl');
  openJournal(path, { run: 'a' }).add({ key: '1' });
  appendFileSync(path, '{"key":"2"');
  const journal = openJournal(path, { run: 'a' });
  t.same([journal.has('1'), journal.has('2')], [true, false]);
  journal.add({ key: '2' });
  t.equal(readFileSync(path, 'utf8'), '{"setting":{"run":"a"}}\n{"key":"1"}\n{"key":"2"}\n');
  t.throws(() => openJournal(path, { run: 'b' }), /another setting/);
});

t.test('bugs of the bench, their tests before and after', { skip: noRepairBench }, async (t) => {
  const { bugs, programs, tests } = readRepairBench();
  t.same([bugs.length, programs.size, tests.size], [162, 34, 34]);
  for (const {
    id,
    slug,
    category,
    buggy,
    line,
    buggy_line,
    fixed_line,
    tests_failing,
    tests_total,
  } of bugs) {
    const lines = buggy.split('\n');
    t.equal(lines[line - 1], buggy_line, id);
    lines[line - 1] = fixed_line;
    t.equal(lines.join('\n'), programs.get(slug), id);
    if (category !== 'semantic' || slug !== 'luhn') continue;
    const outcome = await runner.run(slug, buggy, tests.get(slug) ?? '');
    t.same([outcome.total - outcome.passed, outcome.total], [tests_failing, tests_total], id);
  }
});

const skip = noRepairBench || (full ? false : 'takes minutes: npm run test:full');
t.test('every program and every bug is as the bench says', { skip }, async (t) => {
  const main = fileURLToPath(new URL('../../bench/repair/verify.ts', import.meta.url));
  const journal = join(t.testdir(), 'journal.jsonl');
  const args = ['--import', 'tsx', main, '--bench', repairBenchFolder, '--journal', journal];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  t.equal(status, 0, stdout);
  t.match(stdout, /program: 34 of 34[\s\S]*static: 66 of 66[\s\S]*semantic: 96 of 96/);
});
