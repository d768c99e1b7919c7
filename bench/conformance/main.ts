// Whether the engine means what JSON Schema means: the JSON-Schema-Test-Suite, MaskBench, and texts drawn at random.
//
//   npm run conformance                              everything; docs/conformance.md says what is asked
//   npm run conformance -- --only suite              one part: suite, maskbench or roundtrip
//   npm run conformance -- --suite DIR --maskbench FILE    other data of the same form
//   npm run conformance -- --limit 500 --name o1234  some of the schemas
//
// Exit code: 0 everything is as it should be, 1 not, 2 wrong use, 3 some data is missing, or it was
// interrupted: then the table is about what was done.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Outcome, runPool } from '../process-pool.js';
import { startProgress } from '../progress.js';
import { defaultMaskBenchFile, defaultSuiteFolder, hasSuite, readMaskBench, readSuite } from './data.js';
import type { Part } from './findings.js';
import { count, type Row, Summary } from './summary.js';
import {
  lostTask,
  type Setting,
  type Task,
  type TaskReport,
  taskName,
  type VocabularyName,
  vocabularyNames,
} from './task.js';

const PARTS: readonly Part[] = ['suite', 'maskbench', 'roundtrip'];
const DEFAULT_REPORT = fileURLToPath(new URL('../../.build/conformance.json', import.meta.url));

class WrongUse extends Error {}

interface Options {
  readonly parts: readonly Part[];
  readonly maskBenchFile: string;
  readonly jsonFile: string;
  readonly limit: number | undefined;
  readonly name: string | undefined;
  readonly jobs: number;
  readonly setting: Setting;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      maskbench: { type: 'string', default: defaultMaskBenchFile },
      suite: { type: 'string', default: defaultSuiteFolder },
      json: { type: 'string', default: DEFAULT_REPORT },
      only: { type: 'string', multiple: true },
      limit: { type: 'string' },
      name: { type: 'string' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      vocabulary: { type: 'string', default: vocabularyNames[0] },
      timeout: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const parts = (values.only ?? PARTS).map((part) => oneOf('only', part, PARTS));
  return {
    parts,
    maskBenchFile: values.maskbench,
    jsonFile: values.json,
    limit: values.limit === undefined ? undefined : wholeNumber('limit', values.limit),
    name: values.name,
    jobs: wholeNumber('jobs', values.jobs),
    setting: {
      vocabulary: oneOf<VocabularyName>('vocabulary', values.vocabulary, vocabularyNames),
      timeoutMs: wholeNumber('timeout', values.timeout),
      seed: wholeNumber('seed', values.seed),
      suiteFolder: values.suite,
    },
  };
}

function oneOf<T extends string>(option: string, word: string, words: readonly T[]): T {
  const found = words.find((each) => each === word);
  if (found === undefined) throw new WrongUse(`--${option} is one of ${words.join(', ')}, not ${word}`);
  return found;
}

function wholeNumber(option: string, word: string): number {
  if (!/^[1-9]\d{0,8}$/.test(word)) throw new WrongUse(`--${option} is a whole number above 0, not ${word}`);
  return Number(word);
}

/** The tasks of the parts that were asked for, and what is missing for them. */
function tasksOf({ parts, maskBenchFile, setting, limit, name }: Options): {
  tasks: Task[];
  missing: string[];
} {
  const missing: string[] = [];
  const tasks: Task[] = [];
  const some = <T extends { readonly name: string }>(cases: readonly T[]): readonly T[] => {
    const named = name === undefined ? cases : cases.filter((each) => each.name.includes(name));
    if (limit === undefined || named.length <= limit) return named;
    // Evenly spread: the cases stand in the order of where they come from.
    return Array.from(
      { length: limit },
      (_, index) => named[Math.floor((index * named.length) / limit)] as T,
    );
  };
  if (parts.includes('suite')) {
    if (hasSuite(setting.suiteFolder)) {
      tasks.push(...some(readSuite(setting.suiteFolder)).map((group) => ({ part: 'suite' as const, group })));
    } else
      missing.push(`the JSON-Schema-Test-Suite (${setting.suiteFolder}); --suite DIR names another folder`);
  }
  if (parts.includes('maskbench') || parts.includes('roundtrip')) {
    if (existsSync(maskBenchFile)) {
      const schemas = some(readMaskBench(maskBenchFile));
      if (parts.includes('maskbench')) {
        tasks.push(...schemas.map((schema) => ({ part: 'maskbench' as const, schema })));
      }
      if (parts.includes('roundtrip')) {
        for (const { name, schema } of schemas) tasks.push({ part: 'roundtrip', schema: { name, schema } });
      }
    } else missing.push(`the MaskBench data (${maskBenchFile}); --maskbench FILE names another file`);
  }
  return { tasks, missing };
}

async function main(): Promise<number> {
  const options = readOptions();
  const { tasks, missing } = tasksOf(options);
  const summary = new Summary();
  const progress = startProgress(tasks.length);
  const { timeoutMs } = options.setting;
  const onOutcome = (task: Task, outcome: Outcome<TaskReport>): void => {
    if (outcome.kind === 'report') summary.add(taskName(task), outcome.report);
    else summary.addLost(lostTask(task, outcome.kind, outcome.reason));
    progress.done(`${task.part}, ${count(summary.findings.length)} not as they should be`);
  };
  // A round trip is two styles; what comes after the limit is ended from outside, also on a busy machine.
  const hardLimit = ({ part }: Task): number => timeoutMs * (part === 'roundtrip' ? 20 : 10) + 10_000;
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  const { jobs, setting } = options;
  const worker = new URL('worker.ts', import.meta.url);
  await runPool(tasks, { worker, jobs, setting, signal: interrupt.signal, hardLimit, onOutcome });
  progress.end();
  if (interrupt.signal.aborted) missing.push('everything after the interruption');

  const rows = summary.rows();
  printTable(rows);
  for (const what of missing) console.log(`\ninconclusive, not there: ${what}`);
  writeReport(options, rows, summary, missing);
  if (rows.some(({ holds }) => holds === false)) return 1;
  return missing.length > 0 || tasks.length === 0 ? 3 : 0;
}

function printTable(rows: readonly Row[]): void {
  const cells = rows.map(({ what, result, target, holds }) => [
    what,
    result,
    target,
    holds === undefined ? '' : holds ? 'holds' : 'DOES NOT HOLD',
  ]);
  const table = [['', 'result', 'target', ''], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

function writeReport(
  options: Options,
  rows: readonly Row[],
  summary: Summary,
  missing: readonly string[],
): void {
  const { findings, differences, slowest } = summary;
  const report = { options, missing, rows, findings, differences, slowest };
  mkdirSync(dirname(options.jsonFile), { recursive: true });
  writeFileSync(options.jsonFile, `${JSON.stringify(report, null, 1)}\n`);
  console.log(`\n${count(findings.length)} cases are not as they should be: ${options.jsonFile}`);
}

try {
  process.exitCode = await main();
} catch (error) {
  const isWrongUse =
    error instanceof WrongUse || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  if (!isWrongUse) throw error;
  console.error(`conformance: ${(error as Error).message}`);
  process.exitCode = 2;
}
