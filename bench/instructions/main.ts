// Instructions of a mask, counted by callgrind: figures that do not depend on what else the machine does.
//
//   npm run bench:instructions               compares with bench/instructions.json; more than 10 % more is an error
//   npm run bench:instructions -- --update   writes that file anew
//   npm run bench:instructions -- --json     prints the counts as JSON
//
// Each case walks one text with the first 32,768 tokens of a real vocabulary. "First" masks are made by a compiler that has
// made none before, "later" ones after five walks of the same text.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type * as GrammarModule from '../../src/engine/grammar.js';
import { printTable } from '../maskbench/tables.js';
import { microCases } from '../micro/cases.js';
import { replayCase } from './replay-case.js';

const TOKENS = 32_768;
const TOLERANCE = 0.1;
const WALKS_BEFORE = 5;

// Of the built package, whose grammars the cases are.
const { programOf }: typeof GrammarModule = await import(
  new URL('../../dist/engine/grammar.js', import.meta.url).href
);
const root = fileURLToPath(new URL('../..', import.meta.url));
const figuresFile = fileURLToPath(new URL('../instructions.json', import.meta.url));
const folder = join(root, '.build', 'instructions');

/** What the counts depend on beside the code, and the instructions of one mask by case. */
interface Figures {
  readonly compiler: string;
  readonly masks: Readonly<Record<string, number>>;
}

const { values } = parseArgs({
  options: { update: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});

function readTokens(): Buffer[] {
  const data = join(dirname(createRequire(import.meta.url).resolve('gpt-tokenizer')), '..', 'data');
  const lines = readFileSync(join(data, 'cl100k_base.tiktoken'), 'latin1').trim().split('\n');
  return lines.slice(0, TOKENS).map((line) => Buffer.from(line.split(' ')[0] as string, 'base64'));
}

/** Longest tokens first, as a model mostly would. */
function greedy(text: string, ids: ReadonlyMap<string, number>): number[] {
  const bytes = Buffer.from(text);
  const result: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    let end = Math.min(bytes.length, at + 32);
    while (!ids.has(bytes.toString('latin1', at, end))) end--;
    result.push(ids.get(bytes.toString('latin1', at, end)) as number);
    at = end;
  }
  return result;
}

function runTool(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return `${stdout}${stderr}`;
  console.error(
    `bench:instructions: ${command} ${args.join(' ')}\n${error?.message ?? `${stdout}${stderr}`}`,
  );
  process.exit(70);
}

function instructions(name: string, caseFile: string): number {
  const output = runTool('valgrind', [
    '--tool=callgrind',
    `--callgrind-out-file=${join(folder, `${name}.callgrind`)}`,
    '--toggle-collect=grammask_counted_mask',
    join(root, '.build', 'release', 'grammask_replay_masks'),
    caseFile,
  ]);
  const collected = /Collected : (\d+)/.exec(output)?.[1];
  const masks = /^(\d+)$/m.exec(output)?.[1];
  return Math.round(Number(collected) / Number(masks));
}

function count(): Figures {
  runTool('cmake', ['--preset', 'release']);
  runTool('cmake', ['--build', '--preset', 'release', '--target', 'grammask_replay_masks']);
  mkdirSync(folder, { recursive: true });
  const tokens = readTokens();
  const ids = new Map(tokens.map((bytes, id) => [bytes.toString('latin1'), id]));
  const masks: Record<string, number> = {};
  const chosen = [
    { micro: 'object of 2 fields', walksBefore: 0 },
    { micro: '50 tools, anyOf', walksBefore: 0 },
    { micro: 'date-time and email', walksBefore: 0 },
    { micro: 'regex [a-z ]{0,200}!', walksBefore: 0 },
    { micro: 'any JSON, long string', walksBefore: WALKS_BEFORE },
  ];
  for (const { micro, walksBefore } of chosen) {
    const found = microCases.find(({ name }) => name === micro);
    if (found === undefined) throw new Error(`there is no case ${micro}`);
    const text = greedy(found.text, ids);
    const file = join(folder, 'case');
    const program = programOf(found.grammar());
    const vocabulary = { tokens: [...tokens, Buffer.from('</s>')], stopToken: TOKENS };
    writeFileSync(file, replayCase({ ...vocabulary, program, text, walks: walksBefore }));
    const name = `${micro}, ${walksBefore === 0 ? 'first' : 'later'} masks`;
    masks[name] = instructions(String(Object.keys(masks).length), file);
  }
  return { compiler: runTool('c++', ['--version']).split('\n')[0] as string, masks };
}

if (spawnSync('valgrind', ['--version']).status !== 0) {
  console.error('bench:instructions: valgrind is missing. Install it: apt-get install valgrind');
  process.exit(2);
}
const figures = count();
if (values.json) console.log(JSON.stringify(figures, null, 2));
if (values.update) writeFileSync(figuresFile, `${JSON.stringify(figures, null, 2)}\n`);
const kept = JSON.parse(readFileSync(figuresFile, 'utf8')) as Figures;
const rows = Object.entries(figures.masks).map(([name, now]) => {
  const before = kept.masks[name] ?? Number.NaN;
  return { name, now, before, ratio: now / before };
});
if (!values.json) {
  printTable(
    `Instructions of a mask (${figures.compiler})`,
    ['case', 'now', 'kept', 'ratio'],
    rows.map(({ name, now, before, ratio }) => [
      name,
      now.toLocaleString('en'),
      before.toLocaleString('en'),
      ratio.toFixed(3),
    ]),
  );
}
if (figures.compiler !== kept.compiler) {
  console.error(`not compared: the kept figures are of another compiler (${kept.compiler})`);
} else if (rows.some(({ ratio }) => !(ratio <= 1 + TOLERANCE))) {
  console.error(
    `more than ${TOLERANCE * 100} % more instructions: mend it, or say why and run it with --update`,
  );
  process.exitCode = 1;
} else if (rows.some(({ ratio }) => ratio < 1 - TOLERANCE)) {
  console.error(`more than ${TOLERANCE * 100} % fewer: keep the gain with --update`);
  process.exitCode = 1;
}
