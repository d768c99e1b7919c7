import { GrammaskError } from '../../errors.js';
import { fillHole, type Hole } from '../holes.js';
import {
  type Baseline,
  type CheckReport,
  noCosts,
  type Patch,
  type PatchStatus,
  patchId,
  type TestReport,
} from '../patch.js';
import { contentHash } from '../source-text.js';
import { unifiedDiff } from '../unified-diff.js';
import { type Checker, createChecker, projectFile } from './checker.js';
import { compareReports } from './compare.js';
import { runTests, type TestOptions } from './test-run.js';
import { createWorkspace, type Workspace, type WorkspaceOptions } from './workspace.js';

export interface ValidatorOptions {
  /** The folder of the project. It is never written. */
  project: string;
  tsconfig?: string | undefined;
  /** Milliseconds of a check. Default 60,000. */
  checkTimeoutMs?: number | undefined;
  scope?: 'project' | 'file' | undefined;
  /** The command that tells whether the project works, run on a copy. Without it, no patch becomes `plausible`. */
  test?: TestOptions | undefined;
  copies?: Omit<WorkspaceOptions, 'project'> | undefined;
  /** A checker to share; it stays the caller's. Default: one of its own. */
  checker?: Checker | undefined;
}

/** How a patch was made: what the validator cannot know. */
export type PatchSource = Pick<Patch, 'origin'> &
  Partial<
    Pick<
      Patch,
      'logprob' | 'checks' | 'tokens' | 'forwardPasses' | 'engine' | 'ms' | 'seed' | 'model' | 'versions'
    >
  >;

export interface ValidateOptions {
  signal?: AbortSignal | undefined;
  /** Whether the tests are asked of a patch that compiles. Default true. */
  test?: boolean | undefined;
  /** Look at the disk first: other files may have changed since the last patch of this hole. Default false. */
  refresh?: boolean | undefined;
  /** What the checker said of the content, where that is known; its time is then among those of the source. */
  after?: CheckReport | undefined;
}

/** Judges texts for holes: first the type check, then the tests of those that compile. Nothing of the user's is written. */
export interface Validator {
  /** What the checker says of a content. */
  check(
    file: string,
    content: string,
    options?: { signal?: AbortSignal; refresh?: boolean },
  ): Promise<CheckReport>;
  /** What the checker and the tests say of the old text, before anything is changed. */
  baseline(file: string, content: string, options?: { signal?: AbortSignal }): Promise<Baseline>;
  /** A text in a hole as a patch with its verdict. */
  validate(hole: Hole, text: string, source: PatchSource, options?: ValidateOptions): Promise<Patch>;
  /** Ends what is under way and removes the copies. */
  dispose(): Promise<void>;
}

/** A validator of a project; threads and copies are made when they are needed. */
export function createValidator(options: ValidatorOptions): Validator {
  const { project, test } = options;
  const checker =
    options.checker ??
    createChecker({
      project,
      tsconfig: options.tsconfig,
      scope: options.scope,
      timeoutMs: options.checkTimeoutMs,
    });
  const ended = new AbortController();
  const running = new Set<Promise<unknown>>();
  let workspace: Promise<Workspace> | undefined;
  // The reports of the texts that holes were made from.
  let before: { key: string; report: Promise<CheckReport> } | undefined;

  function baseReport(
    file: string,
    content: string,
    hash: string,
    signal?: AbortSignal,
  ): Promise<CheckReport> {
    const key = `${file}\0${hash}`;
    if (before?.key === key) return before.report;
    const report = checker.check(file, content, { signal });
    before = { key, report };
    // One that is not known is asked again.
    const forget = (): void => {
      if (before?.report === report) before = undefined;
    };
    report.then(({ status }) => status === 'unknown' && forget(), forget);
    return report;
  }

  async function testsOf(
    command: TestOptions,
    file: string,
    content: string,
    signal: AbortSignal,
  ): Promise<TestReport> {
    const started = performance.now();
    workspace ??= createWorkspace({ ...options.copies, project });
    const made = await workspace;
    try {
      return await runTests(made, new Map([[file, content]]), command, signal);
    } catch (error) {
      if (!signal.aborted || !GrammaskError.isInstance(error) || error.code !== 'ABORTED') throw error;
      // In the copy of the project: the same as where the command is cut off a moment later.
      const { command: words } = command;
      return {
        ...{ status: 'aborted', command: words, exitCode: null, signal: null, passed: null, failed: null },
        ...{ output: '', ms: performance.now() - started },
      };
    }
  }

  async function baseline(given: string, content: string, own?: AbortSignal): Promise<Baseline> {
    const signal = own === undefined ? ended.signal : AbortSignal.any([own, ended.signal]);
    const file = projectFile(project, given);
    const check = await baseReport(file, content, contentHash(content), signal);
    return { check, tests: test === undefined ? null : await testsOf(test, file, content, signal) };
  }

  /** Disposal waits for what is under way. */
  function kept<Value>(work: Promise<Value>): Promise<Value> {
    running.add(work);
    const done = (): void => void running.delete(work);
    work.then(done, done);
    return work;
  }

  async function validate(
    hole: Hole,
    text: string,
    source: PatchSource,
    own: ValidateOptions,
  ): Promise<Patch> {
    const started = performance.now();
    const signal = own.signal === undefined ? ended.signal : AbortSignal.any([own.signal, ended.signal]);
    const file = projectFile(project, hole.file);
    const content = fillHole(hole, text);
    const draft = patchOf(hole, file, text, source, own.after !== undefined);
    if (content === hole.content) return draft('unchanged', null, null, null, started);
    if (own.refresh) before = undefined;
    const base = await baseReport(file, hole.content, hole.hash, signal);
    const after = own.after ?? (await checker.check(file, content, { signal, refresh: false }));
    const inside = { start: hole.start, end: content.length - hole.suffix.length };
    const { compiles } = compareReports(base, after, file, inside);
    if (compiles === null) return draft('unknown', base, after, null, started);
    if (!compiles) return draft('errors', base, after, null, started);
    if (test === undefined || own.test === false) return draft('compiles', base, after, null, started);
    const tests = await testsOf(test, file, content, signal);
    const { status } = tests;
    // Cut off, they have said nothing.
    const verdict = status === 'passed' ? 'plausible' : status === 'aborted' ? 'unknown' : 'fails_tests';
    return draft(verdict, base, after, tests, started);
  }

  return {
    check: (file, content, own = {}) => checker.check(file, content, own),
    baseline: (file, content, own) => kept(baseline(file, content, own?.signal)),
    validate: (hole, text, source, own = {}) => kept(validate(hole, text, source, own)),
    async dispose() {
      // A command that runs is ended before its folder is removed.
      ended.abort();
      await Promise.allSettled(running);
      if (options.checker === undefined) await checker.dispose();
      const made = await workspace?.catch(() => undefined);
      await made?.dispose();
    },
  };
}

/**
 * A patch that needs its verdict alone.
 *
 * @param isChecked its check is among the times of the source
 */
export function patchOf(hole: Hole, file: string, text: string, source: PatchSource, isChecked = false) {
  const content = fillHole(hole, text);
  const hash = contentHash(content);
  const { start, end, startPosition, endPosition } = hole;
  return (
    status: PatchStatus,
    before: CheckReport | null = null,
    after: CheckReport | null = null,
    tests: TestReport | null = null,
    started = performance.now(),
  ): Patch => {
    const ms = {
      ...noCosts.ms,
      ...source.ms,
      check: (source.ms?.check ?? 0) + (isChecked ? 0 : (after?.ms ?? 0)),
      tests: tests?.ms ?? 0,
    };
    return {
      ...noCosts,
      versions: {},
      ...source,
      id: patchId(file, hole.hash, hash),
      file,
      status,
      range: { start, end, startPosition, endPosition },
      text,
      diff: unifiedDiff(file, hole.content, content),
      baseHash: hole.hash,
      hash,
      before,
      after,
      tests,
      ms: { ...ms, total: (source.ms?.total ?? 0) + performance.now() - started },
    };
  };
}
