// The programs, tests and bugs of repair-bench, from the folder that GRAMMASK_REPAIR_BENCH or the argument names.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Bug {
  readonly id: string;
  readonly slug: string;
  /** The checker reports it, or it compiles and fails tests. */
  readonly category: 'static' | 'semantic';
  readonly kind: string;
  /** From 1. */
  readonly line: number;
  readonly buggy_line: string;
  readonly fixed_line: string;
  /** The whole file. */
  readonly buggy: string;
  readonly tests_failing: number;
  readonly tests_total: number;
}

export interface RepairBench {
  readonly folder: string;
  readonly bugs: readonly Bug[];
  /** The right programs and their tests by name. */
  readonly programs: ReadonlyMap<string, string>;
  readonly tests: ReadonlyMap<string, string>;
}

/** Where it is looked for: beside the repository, as the other test data. */
export const repairBenchFolder =
  process.env.GRAMMASK_REPAIR_BENCH ??
  fileURLToPath(new URL('../../../shared/repair-bench', import.meta.url));

/** Why it cannot be used here; false where it can. */
export const noRepairBench: string | false = existsSync(join(repairBenchFolder, 'bugs.jsonl'))
  ? false
  : `repair-bench is missing: ${repairBenchFolder} (GRAMMASK_REPAIR_BENCH names another folder)`;

export function readRepairBench(folder = repairBenchFolder): RepairBench {
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const bugs = read('bugs.jsonl')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Bug);
  const names = readdirSync(join(folder, 'programs')).map((name) => name.replace(/\.ts$/, ''));
  return {
    folder,
    bugs,
    programs: new Map(names.map((name) => [name, read(`programs/${name}.ts`)])),
    tests: new Map(names.map((name) => [name, read(`tests/${name}.test.ts`)])),
  };
}
