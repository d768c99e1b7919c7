import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { type ArmName, armNames, drawnArms, parseArms, switchesOf } from '../../bench/repair/arms.js';
import { difference, excludes, type Pair, ratio } from '../../bench/repair/bootstrap.js';
import { chooseBugs } from '../../bench/repair/choose.js';
import { type Bug, noRepairBench, repairBenchFolder } from '../../bench/repair/data.js';
import { errors, type Figure, quality } from '../../bench/repair/figures.js';
import { openJournal, readJournal } from '../../bench/repair/journal.js';
import { judgeJournal, missingUnits, untested, within } from '../../bench/repair/judge.js';
import { curveOf, plotOf } from '../../bench/repair/plot.js';
import {
  checkKey,
  type Entry,
  type SampleRecord,
  testsKey,
  type UnitEntry,
  unitKey,
} from '../../bench/repair/records.js';
import { summarize } from '../../bench/repair/summary.js';
import { targetsOf } from '../../bench/repair/targets.js';
import { isExact, isSubstantive } from '../../bench/repair/texts.js';
import { tinyFolder } from '../model/tiny-model.js';

/** What bench:repair makes of its samples. */

t.test('a ratio and its interval over bugs', async (t) => {
  const of = (armNum: number, baseNum: number): Pair => ({
    arm: { num: armNum, den: 10 },
    base: { num: baseNum, den: 10 },
  });
  const half = Array.from({ length: 20 }, (_, i) => of(2 + (i % 2), 4 + 2 * (i % 2)));
  const found = ratio(half, 1, 2000);
  t.equal(found.value, 0.5);
  t.ok(found.low > 0.45 && found.low <= 0.5 && found.high >= 0.5 && found.high < 0.55, 'the bugs agree');
  t.same(ratio(half, 1, 2000), found, 'the same seed gives the same interval');
  // One bug decides: whether it is drawn is all that matters.
  const one = [of(10, 0), ...Array.from({ length: 9 }, () => of(0, 1))];
  const wide = difference(one, 1, 2000);
  t.ok(Math.abs(wide.value - 0.01) < 1e-9 && wide.low < 0 && wide.high > 0.1, 'they do not');
  t.notOk(excludes(wide, 0));
  t.ok(excludes(difference(half, 1, 2000), 0));
  t.ok(Number.isNaN(ratio([of(0, 0)], 1, 10).low), 'nothing to divide');
});

t.test('what a text says', async (t) => {
  const buggy = '  return total(a, b); // both';
  for (const text of ['', '  ', '// a', '/* a */ ;', ';', 'return total(a,b)', 'return total( a, b );']) {
    t.notOk(isSubstantive(text, buggy), JSON.stringify(text));
  }
  for (const text of ['return total(b, a);', 'return', "'// a'"]) t.ok(isSubstantive(text, buggy), text);
  t.ok(isExact('return  total(a,b);', buggy));
  t.notOk(isExact('return total(a,b)', buggy));
});

t.test('arms by name, and what must be drawn for them', async (t) => {
  t.same(parseArms('all'), armNames);
  t.same(parseArms('full, vanilla'.replace(' ', '')), ['vanilla', 'checks']);
  t.equal(parseArms('vanilla,nothing'), undefined);
  t.same(drawnArms(['resample', 'ranked']), ['checks', 'vanilla', 'ranked']);
  t.same(drawnArms(armNames, 2).slice(0, 3), ['completion', 'cache', 'active'], 'each is first in its turn');
  t.same(drawnArms(armNames, 6).slice(1, 3), ['checks', 'vanilla']);
  // From one to the next there is one switch.
  const chain = (['grammar', 'completion', 'cache', 'active', 'backtracking', 'checks'] as const).map(
    (arm) => switchesOf(arm).policy,
  );
  t.same(
    chain.map(({ constraint, cache, active, backtrack, checks }) => [
      constraint,
      cache,
      active,
      backtrack,
      checks,
    ]),
    [
      ['grammar', true, false, 0, 0],
      ['completion', false, false, 0, 0],
      ['completion', true, false, 0, 0],
      ['completion', true, true, 0, 0],
      ['completion', undefined, true, undefined, 0],
      ['completion', undefined, true, undefined, undefined],
    ],
  );
});

const bugOf = (id: string, category: Bug['category'] = 'static'): Bug => ({
  ...{ id, slug: id, category, kind: 'name', line: 2, tests_failing: 1, tests_total: 2 },
  buggy_line: '  return items.lenght;',
  fixed_line: '  return items.length;',
  buggy: 'export function f(items: number[]) {\n  return items.lenght;\n}\n',
});

function sample(hash: string, own: Partial<SampleRecord> = {}): SampleRecord {
  return {
    ...{ text: `return ${hash};`, hash, status: 'errors', draw: 100, check: 50, tokens: 10, passes: 11 },
    ...{
      model: 80,
      engine: 10,
      mask: 1,
      queries: 4,
      hits: 2,
      asked: 5,
      unknowns: 1,
      loop: 60,
      wait: 5,
      steps: 10,
    },
    ...own,
  };
}

const unit = (
  arm: UnitEntry['arm'],
  bug: string,
  seed: number,
  samples: readonly SampleRecord[],
): UnitEntry => ({
  ...{ key: unitKey(arm, bug, seed), kind: 'unit', arm, bug, seed, samples },
  ...{ lookups: [10, 20, 30], late: { p50: 0.1, p99: 2, max: 30 } },
});

const verdict = (hash: string, codes: readonly number[], passed?: number): Entry[] => [
  { key: checkKey(hash), kind: 'check', status: codes.length === 0 ? 'clean' : 'errors', codes, ms: 50 },
  ...(passed === undefined
    ? []
    : [{ key: testsKey(hash), kind: 'tests', status: 'ran', passed, total: 2, ms: 9 } as const]),
];

const journalOf = (entries: readonly Entry[]): Map<string, Entry> =>
  new Map(entries.map((entry) => [entry.key, entry]));

const figureOf = (id: string): Figure => [...quality, ...errors].find((each) => each.id === id) as Figure;

t.test('the columns', async (t) => {
  const bugs = [bugOf('a')];
  const records = [
    sample('right', { text: 'return items.length;', status: 'compiles' }),
    sample('right', { text: 'return items.length;', status: 'duplicate', check: 0 }),
    sample('other', { status: 'compiles' }),
    sample('wrong'),
    sample('old', { text: 'return items.lenght;', status: 'unchanged', check: 0 }),
    sample('long', { text: 'return items.', status: 'unfinished', check: 0 }),
    sample('old', { text: 'return items.lenght;', status: 'pruned_dead_end', check: 0 }),
    sample('empty', { text: '', status: 'compiles' }),
  ];
  const entries = journalOf([
    unit('backtracking', 'a', 0, records),
    ...verdict('right', [], 2),
    ...verdict('other', [], 1),
    ...verdict('wrong', [2339, 2339, 2304, 2554, 1005, 2322]),
    ...verdict('empty', []),
  ]);
  const [judged] = judgeJournal(bugs, entries, 20).get('backtracking') ?? [];
  const shareOf = (id: string): [number, number] => {
    const { num, den } = figureOf(id).of(judged!);
    return [num, den];
  };
  t.same(shareOf('compile-all'), [4, 8]);
  t.same(shareOf('compile-unique'), [3, 5], 'without duplicates, dead ends and what is unfinished');
  t.same(shareOf('fail'), [2, 5], 'the wrong one and the unfinished one');
  t.same(shareOf('fail-finished'), [1, 4]);
  t.same(shareOf('plausible'), [2, 8]);
  t.same(shareOf('pass1'), [2, 8]);
  t.same(shareOf('any-plausible'), [1, 1]);
  t.same(shareOf('exact'), [2, 8]);
  t.same(shareOf('distinct'), [2, 1]);
  t.same(shareOf('dead-end'), [1, 8]);
  t.same(shareOf('unfinished'), [1, 8]);
  t.same(shareOf('duplicate'), [1, 8]);
  t.same(
    ['names', 'arguments', 'syntax', 'others'].map((id) => shareOf(id)[0]),
    [3, 1, 1, 1],
  );
  t.same([...untested(bugs[0]!, entries).keys()], ['empty'], 'what compiles is tested');
  t.match([...untested(bugs[0]!, entries).values()][0], /\{\n {2}\n\}/, 'as a whole file');
  // In a bug that compiles the old line compiles, and is no patch.
  const [semantic] = judgeJournal([bugOf('a', 'semantic')], entries, 20).get('backtracking') ?? [];
  t.equal(figureOf('compile-all').of(semantic!).num, 5);
  t.equal(figureOf('distinct').of(semantic!).num, 2);
  // Ranked ones have an order: the first is the one.
  t.same(figureOf('pass1').of({ ...judged!, arm: 'ranked' }), { num: 1, den: 1 });
});

t.test('rejecting and resampling gets the time of the full arm', async (t) => {
  const bare = [sample('x'), sample('y'), sample('x', { status: 'duplicate', check: 0 }), sample('z')];
  t.same(
    within(bare, 400).map(({ hash }) => hash),
    ['x', 'y', 'x'],
  );
  const entries = journalOf([
    unit('checks', 'a', 0, [sample('p', { draw: 250 }), sample('q', { draw: 50 })]),
    unit('vanilla', 'a', 0, bare),
    ...['p', 'q', 'x', 'y', 'z'].flatMap((hash) => verdict(hash, [])),
  ]);
  const units = judgeJournal([bugOf('a')], entries, 2);
  const samplesOf = (arm: ArmName): number[] => (units.get(arm) ?? []).map(({ samples }) => samples.length);
  t.same([samplesOf('vanilla'), samplesOf('resample'), samplesOf('checks')], [[2], [3], [2]]);
  const missing = (arms: readonly ArmName[], first = true): unknown =>
    missingUnits(arms, 'a', 0, { isFirstSeed: first, number: 0 }, entries);
  t.same(missing(['vanilla', 'resample', 'checks']), []);
  t.same(missing(['grammar', 'ranked']), ['grammar', 'ranked']);
  t.same(missing(['grammar', 'ranked'], false), ['grammar'], 'small changes know no seed');
  entries.set(unitKey('vanilla', 'a', 0), unit('vanilla', 'a', 0, bare.slice(0, 2)));
  t.same(missing(['resample', 'vanilla']), ['vanilla'], 'it was drawn before the time was known');
  t.same(missing(['vanilla']), []);
});

t.test('arms are compared on the bugs and seeds that both have', async (t) => {
  const hashes = ['a', 'b', 'c'].flatMap((bug) => [`${bug}1`, `${bug}2`]);
  const entries = journalOf([
    ...['a', 'b', 'c'].flatMap((bug) => [
      unit('vanilla', bug, 0, [sample(`${bug}1`), sample(`${bug}2`, { draw: 20 })]),
      ...(bug === 'c' ? [] : [unit('checks', bug, 0, [sample(`${bug}2`), sample(`${bug}2`)])]),
    ]),
    ...hashes.flatMap((hash) => verdict(hash, hash.endsWith('1') ? [2339] : [], 2)),
  ]);
  const units = judgeJournal(
    ['a', 'b', 'c'].map((id) => bugOf(id)),
    entries,
    20,
  );
  const summary = summarize(units);
  t.same(summary.arms, ['vanilla', 'checks']);
  t.same(summary.counts.get('checks'), { bugs: 2, units: 2, samples: 4 });
  t.equal(
    summary.ratios.find(({ label }) => label.startsWith('fail the'))?.estimates.get('checks')?.value,
    0,
  );
  t.same(summary.lookups.get('checks'), { count: 6, p50: 20, p99: 30 });
  const targets = targetsOf(units);
  t.match(targets[0], { claim: /0.65/, holds: true });
  t.match(targets[1], { claim: /2304/, holds: true });
  t.ok(
    targets.every(({ claim }) => !claim.includes('reject')),
    'nothing is said of what was not run',
  );
  const { points } = curveOf('full', units.get('checks') ?? []);
  t.same(points, [
    [0.15, 0.5],
    [0.15, 1],
  ]);
  t.match(plotOf('Patches', units), /<svg[\s\S]*\+ checks<\/text>[\s\S]*<\/svg>/);
});

t.test('bugs are chosen in one order', async (t) => {
  const bugs = ['a', 'b', 'c', 'd', 'e'].map((id) => bugOf(id, id < 'c' ? 'semantic' : 'static'));
  const ids = (which: string, count?: number): string[] | undefined =>
    chooseBugs(bugs, which, count)?.map(({ id }) => id);
  t.equal(ids('all')?.length, 5);
  t.same(ids('all', 3), ids('all')?.slice(0, 3));
  t.same(
    ids('static'),
    ids('all')?.filter((id) => id >= 'c'),
  );
  t.same(ids('a,d')?.sort(), ['a', 'd']);
  t.equal(ids('a,z'), undefined);
});

t.test('a journal is read without its setting', async (t) => {
  const path = join(t.testdir(), 'journal.jsonl');
  openJournal(path, { samples: 3 }).add({ key: '1' });
  appendFileSync(path, '{"key":"2"');
  const { setting, entries } = readJournal(path);
  t.same([setting, [...entries.keys()]], [{ samples: 3 }, ['1']]);
  t.match(readFileSync(path, 'utf8'), /"2"$/, 'and left as it is');
});

const full = process.env.GRAMMASK_TEST_FULL === '1';
const skip = noRepairBench || (full ? false : 'takes a minute: npm run test:full');
t.test('a run that was cut off goes on, and gives the same texts', { skip, timeout: 600_000 }, async (t) => {
  const main = fileURLToPath(new URL('../../bench/repair/main.ts', import.meta.url));
  const loader = new URL('../../scripts/typescript-loader.mjs', import.meta.url).href;
  const journal = join(t.testdir(), 'journal.jsonl');
  const run = (...more: string[]): { status: number | null; stdout: string; stderr: string } => {
    const args = ['--import', loader, main, '--model', tinyFolder, '--samples', '2', '--seeds', '1'];
    return spawnSync(process.execPath, [...args, '--count', '1', '--journal', journal, '--json', ...more], {
      encoding: 'utf8',
      env: { ...process.env, GRAMMASK_REPAIR_BENCH: repairBenchFolder },
    });
  };
  const first = run();
  t.equal(first.status, 0, first.stderr);
  const { setting, static: figures } = JSON.parse(first.stdout);
  t.match(setting, { bench: 'repair', samples: 2 });
  t.same(Object.keys(figures.counts), armNames);
  const whole = readJournal<Entry>(journal).entries;
  const texts = (entries: ReadonlyMap<string, Entry>): unknown =>
    [...entries.values()].flatMap((entry) =>
      entry.kind === 'unit' && entry.arm !== 'vanilla'
        ? [[entry.key, entry.samples.map(({ text }) => text)]]
        : [],
    );
  truncateSync(journal, Math.floor(readFileSync(journal).length / 2));
  const second = run();
  t.equal(second.status, 0, second.stderr);
  t.same(texts(readJournal<Entry>(journal).entries), texts(whole));
  t.equal(run('--samples', '3').status, 1, 'of another setting');
  t.equal(run('--report', '--arms', 'vanilla').status, 0);
});
