// Whether repair-bench is what it says, on this machine: every program is clean and passes its tests; every bug shows as its
// category says. It goes on where it was cut off.
//
//   npx tsx bench/repair/verify.ts [--journal FILE] [--bench DIR]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Diagnostic } from '../../src/repair/patch.js';
import { createChecker } from '../../src/repair/validate/checker.js';
import { type Bug, readRepairBench, repairBenchFolder } from './data.js';
import { openJournal } from './journal.js';
import { createTestRunner, type TestOutcome } from './run-tests.js';
import { benchTsconfig } from './tsconfig.js';

interface Entry {
  readonly key: string;
  readonly category: Bug['category'] | 'program';
  readonly kind: string;
  readonly status: string;
  readonly codes: readonly number[];
  readonly lines: readonly number[];
  readonly test: TestOutcome['status'];
  readonly passed: number;
  readonly total: number;
  readonly ms: number;
  /** What is not as the bench says; empty where all is. */
  readonly wrong: string;
}

/** Milliseconds of the tests of a program: generous, for a busy machine must not change a verdict. */
const LIMIT = 120_000;

const { values } = parseArgs({
  options: {
    bench: { type: 'string', default: repairBenchFolder },
    journal: { type: 'string', default: 'repair-verify.jsonl.log' },
  },
});
const bench = readRepairBench(values.bench);
const journal = openJournal<Entry>(values.journal, { run: 'verify', tsconfig: benchTsconfig });
const runner = createTestRunner();
const project = mkdtempSync(join(tmpdir(), 'grammask-verify-'));
writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(benchTsconfig));
for (const [name, program] of bench.programs) writeFileSync(join(project, `${name}.ts`), program);
const checker = createChecker({ project, timeoutMs: 300_000 });

async function judge(key: string, slug: string, content: string, bug: Bug | undefined): Promise<void> {
  if (journal.has(key)) return;
  const report = await checker.check(`${slug}.ts`, content, { refresh: false });
  const errors = report.diagnostics.filter(({ severity }) => severity === 'error');
  const outcome = await runner.run(slug, content, bench.tests.get(slug) ?? '', LIMIT);
  journal.add({
    key,
    category: bug?.category ?? 'program',
    kind: bug?.kind ?? 'program',
    status: report.status,
    codes: errors.map(({ code }) => code),
    lines: errors.map(({ range }) => range?.startPosition.line ?? 0),
    test: outcome.status,
    passed: outcome.passed,
    total: outcome.total,
    ms: Math.round(outcome.ms),
    wrong: faultOf(report.status, errors, outcome, bug),
  });
}

function faultOf(
  status: string,
  errors: readonly Diagnostic[],
  outcome: TestOutcome,
  bug: Bug | undefined,
): string {
  const failing = outcome.status === 'ran' ? outcome.total - outcome.passed : Number.NaN;
  if (bug === undefined) {
    if (status !== 'clean') return `the checker says ${status}: ${errors[0]?.message ?? ''}`;
    return failing === 0 ? '' : `${failing} tests fail: ${outcome.failures[0]?.message ?? outcome.status}`;
  }
  if (bug.category === 'static') return status === 'errors' ? '' : `the checker says ${status}`;
  if (status !== 'clean') return `the checker says ${status}: ${errors[0]?.message ?? ''}`;
  // A program that does not end, or that cannot be loaded, fails all of its tests.
  const count = outcome.status === 'ran' ? failing : bug.tests_total;
  return count === bug.tests_failing
    ? ''
    : `${count} of ${outcome.total} tests fail, not ${bug.tests_failing}`;
}

try {
  for (const [name, program] of bench.programs) await judge(name, name, program, undefined);
  for (const bug of bench.bugs) await judge(bug.id, bug.slug, bug.buggy, bug);
} finally {
  await checker.dispose();
  runner.dispose();
  rmSync(project, { recursive: true, force: true });
}

const all = [...journal.entries.values()];
for (const category of ['program', 'static', 'semantic']) {
  const own = all.filter((entry) => entry.category === category);
  const wrong = own.filter((entry) => entry.wrong !== '');
  console.log(`${category}: ${own.length - wrong.length} of ${own.length} as stated`);
  for (const entry of wrong) console.log(`  ${entry.key} (${entry.kind}): ${entry.wrong}`);
}
process.exitCode = all.every(({ wrong }) => wrong === '') ? 0 : 1;
