// Runs the tests of a program of repair-bench, in a process of its own with a time limit: a wrong program may never end.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

/** What came of the tests of a program. */
export interface TestOutcome {
  /** `crash`: the program could not even be loaded, or ended the process. */
  readonly status: 'ran' | 'timeout' | 'crash';
  readonly passed: number;
  readonly total: number;
  /** The first failures, or what a crash said. */
  readonly failures: readonly { readonly name: string; readonly message: string }[];
  readonly ms: number;
}

/** A folder for programs under test. */
export interface TestRunner {
  run(name: string, program: string, test: string, timeoutMs?: number): Promise<TestOutcome>;
  dispose(): void;
}

const runtime = readFileSync(new URL('./jest-globals.mjs', import.meta.url), 'utf8');
const MEMORY = 512;

export function createTestRunner(): TestRunner {
  const folder = mkdtempSync(join(tmpdir(), 'grammask-bench-'));
  const globals = join(folder, 'node_modules', '@jest', 'globals');
  mkdirSync(globals, { recursive: true });
  writeFileSync(
    join(globals, 'package.json'),
    '{"name":"@jest/globals","type":"module","exports":"./index.mjs"}',
  );
  writeFileSync(join(globals, 'index.mjs'), runtime);
  let count = 0;
  return {
    async run(name, program, test, timeoutMs = 20_000) {
      const place = join(folder, `run-${++count}`);
      mkdirSync(place);
      try {
        writeFileSync(join(place, `${name}.mjs`), withoutTypes(program));
        writeFileSync(
          join(place, 'test.mjs'),
          withoutTypes(test).replaceAll(`'./${name}.ts'`, `'./${name}.mjs'`),
        );
        writeFileSync(
          join(place, 'main.mjs'),
          "import './test.mjs';\nimport { runAll } from '@jest/globals';\nawait runAll();\nprocess.exit(0);\n",
        );
        return await runProcess(place, timeoutMs);
      } finally {
        rmSync(place, { recursive: true, force: true });
      }
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Types are taken away, nothing is checked: what the checker refuses can still be run. */
function withoutTypes(source: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}

function runProcess(folder: string, timeoutMs: number): Promise<TestOutcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${MEMORY}`, 'main.mjs'], {
      cwd: folder,
      env: { PATH: process.env.PATH, JEST_RESULT_FD: '3' },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let [result, errors] = ['', ''];
    let late = false;
    child.stdio[3]?.on('data', (chunk) => {
      result += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      errors = (errors + chunk).slice(-2000);
    });
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, timeoutMs);
    child.once('close', () => {
      clearTimeout(timer);
      const ms = performance.now() - started;
      if (result.endsWith('\n')) {
        resolve({
          status: 'ran',
          ms,
          ...(JSON.parse(result) as Pick<TestOutcome, 'passed' | 'total' | 'failures'>),
        });
      } else {
        const message = late ? `no end in ${timeoutMs} ms` : errors.trim();
        const failures = [{ name: '', message }];
        resolve({ status: late ? 'timeout' : 'crash', passed: 0, total: 0, failures, ms });
      }
    });
  });
}
