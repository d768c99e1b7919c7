// What is said of texts, by their hash: a text is checked and tested once, in whichever arm it comes first.
import { fillHole } from '../../src/repair/holes.js';
import type { Checker, CheckReport, Validator } from '../../src/repair/index.js';
import { contentHash } from '../../src/repair/source-text.js';
import { patchOf } from '../../src/repair/validate/validator.js';
import type { Journal } from './journal.js';
import { type CheckEntry, checkKey, type Entry, type TestEntry, tenths, testsKey } from './records.js';
import type { TestRunner } from './run-tests.js';

export interface Verdicts {
  /** The type check of a file of the project with this content. */
  check(file: string, content: string): Promise<CheckEntry>;
  /** The tests of a program, by their name and text. */
  tests(name: string, content: string, test: string): Promise<TestEntry>;
  /**
   * A validator for the repair loop: the checks of this memory, and no tests. What a check took is counted as it was measured when
   * it was made, whether this call made it or another arm before.
   */
  readonly validator: Validator;
  /** Milliseconds for which the repair loop has waited for it, in truth. */
  readonly waitedMs: number;
}

export function createVerdicts(
  journal: Journal<Entry>,
  checker: Checker,
  runner: TestRunner,
  testLimitMs: number,
): Verdicts {
  let waitedMs = 0;
  const baselines = new Map<string, Promise<CheckReport>>();

  // Reports of this run: a journal has the codes of errors, and not their places.
  const reports = new Map<string, CheckReport>();

  async function check(file: string, content: string): Promise<CheckEntry> {
    const hash = contentHash(content);
    const known = journal.entries.get(checkKey(hash));
    if (known?.kind === 'check') return known;
    const report = await checker.check(file, content, { refresh: false });
    const { status, diagnostics, ms } = report;
    reports.set(hash, report);
    const codes = diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    const entry: CheckEntry = { key: checkKey(hash), kind: 'check', status, codes, ms: tenths(ms) };
    // One that is not known is asked again, when this goes on another time.
    if (status !== 'unknown') journal.add(entry);
    return entry;
  }

  /** A whole report, with the time that the first check of this text took, in whichever arm. */
  async function reportOf(file: string, content: string): Promise<CheckReport> {
    const { ms } = await check(file, content);
    const hash = contentHash(content);
    const report = reports.get(hash) ?? (await checker.check(file, content, { refresh: false }));
    reports.set(hash, report);
    return { ...report, ms };
  }

  const validator: Validator = {
    check: reportOf,
    async baseline(file, content) {
      const hash = contentHash(content);
      const report = baselines.get(hash) ?? checker.check(file, content, { refresh: false });
      baselines.set(hash, report);
      // No tests: a bug that compiles is taken at its word.
      return { check: await report, tests: null };
    },
    async validate(hole, text, source, own) {
      const content = fillHole(hole, text);
      const started = performance.now();
      const { status, ms } = await check(hole.file, content);
      waitedMs += performance.now() - started;
      const verdict = status === 'clean' ? 'compiles' : status;
      const after: CheckReport = {
        status,
        hash: contentHash(content),
        diagnostics: [],
        checker: 'the memory of the bench',
        ms,
      };
      return patchOf(hole, hole.file, text, source, own?.after !== undefined)(
        verdict,
        null,
        after,
        null,
        performance.now() - ms,
      );
    },
    dispose: async () => {},
  };

  return {
    check,
    validator,
    get waitedMs() {
      return waitedMs;
    },
    async tests(name, content, test) {
      const key = testsKey(contentHash(content));
      const known = journal.entries.get(key);
      if (known?.kind === 'tests') return known;
      const { status, passed, total, ms } = await runner.run(name, content, test, testLimitMs);
      const entry: TestEntry = { key, kind: 'tests', status, passed, total, ms: tenths(ms) };
      journal.add(entry);
      return entry;
    },
  };
}
