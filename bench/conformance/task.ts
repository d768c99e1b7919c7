// What crosses between the command and the processes that do its work.
import type { SchemaCase, SuiteGroup } from './data.js';
import type { Finding, Part } from './findings.js';
import type { MaskBenchReport } from './maskbench-case.js';
import type { RoundTripReport } from './round-trip-case.js';
import type { SuiteReport } from './suite-case.js';

export type Task =
  | { readonly part: 'suite'; readonly group: SuiteGroup }
  | { readonly part: 'maskbench'; readonly schema: SchemaCase }
  | { readonly part: 'roundtrip'; readonly schema: Pick<SchemaCase, 'name' | 'schema'> };

export type TaskReport =
  | { readonly part: 'suite'; readonly report: SuiteReport }
  | { readonly part: 'maskbench'; readonly report: MaskBenchReport }
  | { readonly part: 'roundtrip'; readonly report: RoundTripReport };

/** Vocabularies with more than 100,000 tokens. */
export const vocabularyNames = ['cl100k_base', 'o200k_base'] as const;
export type VocabularyName = (typeof vocabularyNames)[number];

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
