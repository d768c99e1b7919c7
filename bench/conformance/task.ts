// What crosses between the command and the processes that do its work.
import { Compiler } from '../../src/index.js';
import type { SchemaCase, SuiteGroup } from './data.js';
import { createTokenPicker } from './draw.js';
import type { Finding, Part } from './findings.js';
import { type MaskBenchReport, runMaskBenchCase } from './maskbench-case.js';
import { realVocabulary, type VocabularyName } from './real-vocabulary.js';
import { type RoundTripReport, runRoundTrip } from './round-trip-case.js';
import { runSuiteGroup, type SuiteReport } from './suite-case.js';

export type Task =
  | { readonly part: 'suite'; readonly group: SuiteGroup }
  | { readonly part: 'maskbench'; readonly schema: SchemaCase }
  | { readonly part: 'roundtrip'; readonly schema: Pick<SchemaCase, 'name' | 'schema'> };

export type TaskReport =
  | { readonly part: 'suite'; readonly report: SuiteReport }
  | { readonly part: 'maskbench'; readonly report: MaskBenchReport }
  | { readonly part: 'roundtrip'; readonly report: RoundTripReport };

/** What every process is told at its start. */
export interface Setting {
  readonly vocabulary: VocabularyName;
  readonly timeoutMs: number;
  readonly seed: number;
  readonly suiteFolder: string;
}

export function taskName(task: Task): string {
  return task.part === 'suite' ? task.group.name : task.schema.name;
}

/** A finding about a task that gave no report. */
export function lostTask(task: Task, fault: 'crash' | 'time-out', reason: string): Finding {
  const part: Part = task.part;
  return { part, name: taskName(task), fault, reason };
}

/** Does tasks, with one compiler for all of them, as a program that serves many schemas would have it. */
export async function createTaskRunner(setting: Setting): Promise<(task: Task) => TaskReport> {
  const vocabulary = await realVocabulary(setting.vocabulary);
  const picker = createTokenPicker(vocabulary);
  const engine = {
    compiler: new Compiler(vocabulary.engine),
    vocabulary,
    timeoutMs: setting.timeoutMs,
  };
  return (task) => {
    switch (task.part) {
      case 'suite':
        return { part: 'suite', report: runSuiteGroup(task.group, setting.suiteFolder, engine) };
      case 'maskbench':
        return { part: 'maskbench', report: runMaskBenchCase(task.schema, engine) };
      case 'roundtrip':
        return { part: 'roundtrip', report: runRoundTrip(task.schema, setting.seed, engine, picker) };
    }
  };
}
