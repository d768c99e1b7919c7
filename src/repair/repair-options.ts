import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkOptions, expected } from '../engine/arguments.js';
import { GrammaskError } from '../errors.js';
import type { PrunedName } from '../generate/pruned-names.js';
import type { Model } from '../model/load-model.js';
import type { CompletionEngine } from './engines/completion-engine.js';
import { type HoleRange, parseRange } from './holes.js';
import { type FullPolicy, type RepairPolicy, readPolicy } from './loop/policy.js';
import type { Baseline, RepairSummary } from './patch.js';
import { checkSourceName } from './source-text.js';
import { projectFile } from './validate/checker.js';
import type { TestOptions } from './validate/test-run.js';
import type { Validator } from './validate/validator.js';

/** What is repaired, with what, and for how long. */
export interface RepairOptions {
  /** Writes patches; it stays the caller's. Without one there are only ranked candidates. */
  model?: Model | undefined;
  /** The folder of the project. Nothing in it is written. */
  project: string;
  /** The file, relative to the project or absolute within it. */
  file: string;
  /** Its whole text. Default: what is on the disk. */
  content?: string | undefined;
  /** What is written anew: `'12'`, `'12-14'`, `'12:5-12:9'` or the same as an object. Default: each line with an error. */
  range?: string | HoleRange | undefined;
  /**
   * Who knows the names; it stays the caller's. Default: the language service of the project's TypeScript, for this run. null:
   * nobody.
   */
  engine?: CompletionEngine | null | undefined;
  policy?: RepairPolicy | undefined;
  /** Samples of the model, for all holes together. Default 20. */
  samples?: number | undefined;
  /** Milliseconds for everything. Default: no limit. */
  budgetMs?: number | undefined;
  /** The command that says whether the project works, run on a copy without a shell: words, or with a time limit. */
  test?: readonly string[] | TestOptions | undefined;
  /** The same seed, options and model give the same patches. Default 0. */
  seed?: number | undefined;
  /** Ends with `ABORTED`. */
  signal?: AbortSignal | undefined;
  /** The configuration, relative to the project. Default: `tsconfig.json`. */
  tsconfig?: string | undefined;
  /** Judges patches; it stays the caller's, and has the test command. Default: one for this run. */
  validator?: Validator | undefined;
  /** Told of the names that the model would have written into a hole, and that do not exist there; before the patch comes. */
  onPruned?: ((pruned: PrunedName & { readonly hole: number }) => void) | undefined;
  /** Told of each stage, and of each patch. */
  onProgress?: ((progress: RepairProgress) => void) | undefined;
}

/** How far a run is. */
export interface RepairProgress {
  readonly stage: 'open' | 'ranked' | 'sampled';
  /** The hole, from 1, and how many there are; 0 of 0 while the project is opened. */
  readonly hole: number;
  readonly holes: number;
  /** Patches so far, by status. */
  readonly counts: RepairSummary['counts'];
  /** Once it is there: what the checker and the tests say of the old text. */
  readonly baseline: Baseline | null;
}

const names = [
  ...['model', 'project', 'file', 'content', 'range', 'engine', 'policy', 'samples', 'budgetMs', 'test'],
  ...['seed', 'signal', 'tsconfig', 'validator', 'onProgress', 'onPruned'],
];

/** Options that were checked, with their defaults. */
export interface Run {
  readonly model: Model | undefined;
  readonly project: string;
  readonly file: string;
  readonly content: string | undefined;
  readonly range: HoleRange | undefined;
  readonly policy: FullPolicy;
  readonly samples: number;
  readonly budgetMs: number | null;
  readonly test: TestOptions | undefined;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly tsconfig: string | undefined;
  readonly validator: Validator | undefined;
  readonly onPruned: RepairOptions['onPruned'];
}

/** @throws GrammaskError `ARGUMENT` */
export function readOptions(options: RepairOptions): Run {
  const given = checkOptions(options, names);
  const { project, file, content, range, samples = 20, budgetMs, test, seed = 0, signal } = given;
  if (typeof project !== 'string') throw expected('the path of a folder', 'project', project);
  if (typeof file !== 'string') throw expected('the path of a file', 'file', file);
  if (!(Number.isInteger(samples) && samples >= 0)) throw expected('a whole number', 'samples', samples);
  if (!Number.isSafeInteger(seed)) throw expected('a whole number', 'seed', seed);
  if (budgetMs !== undefined && !(budgetMs > 0 && budgetMs < 2 ** 31)) {
    throw expected('milliseconds above 0', 'budgetMs', budgetMs);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw expected('an AbortSignal', 'signal', signal);
  }
  if (statSync(project, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new GrammaskError('ARGUMENT', `there is no folder ${project}`, {
      hint: 'name the folder of the project',
      location: { path: project },
    });
  }
  checkSourceName(file);
  return {
    model: given.model,
    project: resolve(project),
    file: projectFile(project, file),
    content,
    range: typeof range === 'string' ? parseRange(range) : range,
    policy: readPolicy(given.policy, given.model !== undefined),
    samples,
    budgetMs: budgetMs ?? null,
    test: test === undefined || 'command' in test ? test : { command: test },
    seed,
    signal,
    tsconfig: given.tsconfig,
    validator: given.validator,
    onPruned: given.onPruned,
  };
}
