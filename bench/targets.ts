// Whether `explain --target` says what the real back ends say: refused or accepted, for schemas of MaskBench. The back ends
// are run by targets-peers.py; a schema that takes them too long counts for neither side.
//
//   npm run bench:targets -- --python PYTHON [--sample 500] [--seed 1] [--engines llguidance,xgrammar] [--data FILE]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { explainTarget } from '../src/targets/explain-target.js';
import type { TargetName } from '../src/targets/target-report.js';
import { defaultMaskBenchFile } from './conformance/data.js';
import { pythonSample } from './maskbench/python-sample.js';
import { readText } from './maskbench/result-lines.js';

const { values } = parseArgs({
  options: {
    python: { type: 'string' },
    data: { type: 'string', default: defaultMaskBenchFile },
    engines: { type: 'string', default: 'llguidance,xgrammar' },
    sample: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    limit: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});

interface Row {
  readonly name: string;
  readonly text: string;
}

type Verdict = { refused: string | null } | { timeout: true } | { crash: number };

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function readRows(): Row[] {
  if (!existsSync(values.data)) fail(`there is no file ${values.data}; name MaskBench's data with --data`);
  const rows = readText(values.data)
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Row => {
      const { name, schema, schemaText } = JSON.parse(line) as {
        name: string;
        schema: unknown;
        schemaText?: string;
      };
      return { name, text: schemaText ?? JSON.stringify(schema) };
    });
  const size = Math.min(Number(values.sample), rows.length);
  return pythonSample(rows.length, size, Number(values.seed)).map((index) => rows[index] as Row);
}

/** What the back end itself says, and its version. */
function runPeer(
  python: string,
  engine: string,
  rows: readonly Row[],
): { version: string; verdicts: Verdict[] } {
  const folder = mkdtempSync(join(tmpdir(), 'targets-'));
  try {
    const file = join(folder, 'schemas.json');
    writeFileSync(file, JSON.stringify(rows.map(({ text }) => text)));
    const script = fileURLToPath(new URL('targets-peers.py', import.meta.url));
    const run = spawnSync('nice', ['-n', '19', python, script, engine, file, values.limit], {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    if (run.status !== 0)
      fail(`${engine} could not be run: ${run.error?.message ?? run.stderr.slice(-2000)}`);
    const [first = '', ...lines] = run.stdout.trimEnd().split('\n');
    return {
      version: (JSON.parse(first) as { version: string }).version,
      verdicts: lines.map((line) => JSON.parse(line) as Verdict),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Comparison {
  readonly target: string;
  readonly version: string;
  readonly statement: string;
  readonly agreed: { accepted: number; refused: number };
  readonly undecided: string[];
  readonly disagreements: { name: string; ours: string; theirs: string }[];
}

function compare(engine: TargetName, rows: readonly Row[]): Comparison {
  const { version, verdicts } = runPeer(values.python as string, engine, rows);
  if (verdicts.length !== rows.length)
    fail(`${engine} answered ${verdicts.length} of ${rows.length} schemas`);
  const agreed = { accepted: 0, refused: 0 };
  const comparison: Comparison = {
    target: engine,
    version,
    statement: explainTarget(true, engine).version,
    agreed,
    undecided: [],
    disagreements: [],
  };
  for (const [index, { name, text }] of rows.entries()) {
    const verdict = verdicts[index] as Verdict;
    if (!('refused' in verdict)) {
      comparison.undecided.push(`${name}: ${'timeout' in verdict ? 'too slow' : 'crashed'}`);
      continue;
    }
    const report = explainTarget(text, engine);
    const finding = report.findings.find(({ effect }) => effect === 'refused');
    const isAccepted = verdict.refused === null;
    if (report.accepted === isAccepted) agreed[isAccepted ? 'accepted' : 'refused'] += 1;
    else {
      comparison.disagreements.push({
        name,
        ours:
          finding === undefined ? 'accepted' : `${finding.pointer} ${finding.keyword}: ${finding.message}`,
        theirs: verdict.refused?.split('\n')[0] ?? 'accepted',
      });
    }
  }
  return comparison;
}

function print({ target, version, statement, agreed, undecided, disagreements }: Comparison): void {
  const same = agreed.accepted + agreed.refused;
  const all = same + disagreements.length;
  console.log(
    [
      target.padEnd(12),
      version.padEnd(10),
      String(all).padStart(7),
      String(agreed.accepted).padStart(15),
      String(agreed.refused).padStart(14),
      `${((100 * same) / all).toFixed(2)} %`.padStart(11),
      String(undecided.length).padStart(12),
    ].join(''),
  );
  if (!statement.includes(version)) console.log(`  the statement is about ${statement}`);
  for (const { name, ours, theirs } of disagreements) {
    console.log(`  ${name}\n    we say: ${ours}\n    it says: ${theirs}`);
  }
  for (const line of undecided) console.log(`  ${line}`);
}

if (values.python === undefined) fail('name a Python with llguidance and xgrammar: --python PYTHON');
const rows = readRows();
const comparisons = values.engines.split(',').map((engine) => compare(engine as TargetName, rows));
if (values.json)
  console.log(JSON.stringify({ schemas: rows.length, seed: Number(values.seed), comparisons }));
else {
  console.log(`${rows.length} schemas of MaskBench, seed ${values.seed}\n`);
  console.log('target      version   schemas  both accept  both refuse  agreement  not decided');
  for (const comparison of comparisons) print(comparison);
}
