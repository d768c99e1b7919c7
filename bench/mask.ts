// What a mask costs: compile, first mask, cold and warm masks on a real vocabulary; and whether the verdicts are right.
//
//   npm run bench:mask                        grammask alone
//   npm run bench:mask -- --python PYTHON     also llguidance and xgrammar, where that Python can import them
//
// The texts are walked token by token, as a model would write them. "Cold" is the first walk with a compiler that has seen
// nothing else, "warm" the walks after it. Medians over all tokens; other work on the machine makes them larger. All schemas are
// compiled some times before, so that no time is that of a cold JavaScript engine.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { encode } from 'gpt-tokenizer/encoding/cl100k_base';
import type { Vocabulary as VocabularyType } from '../src/index.js';
import { Compiler, Grammar, GrammaskError, Vocabulary } from './package.js';

interface Cases {
  speed: { name: string; schema: object | boolean; value: unknown }[];
  verdicts: { name: string; schema: object; texts: string[] }[];
}

/** Microseconds. A cold mask is the median of its place in the text over the compiles; `maximum` is the slowest place. */
interface Speed {
  compile: number;
  firstMask: number;
  cold: number;
  maximum: number;
  warm: number;
}

/** What the engines are given, and what each of them gives back. */
interface Work {
  tokens: (string | null)[];
  stopToken: number;
  speed: { schema: string; tokens: number[] }[];
  verdicts: { schema: string; texts: number[][] }[];
}
interface Answer {
  name: string;
  speed: (Speed | string)[];
  /** Verdict of each text, or why the schema was refused. */
  verdicts: (boolean[] | string)[];
}

const WALKS = 20;
const COMPILES = 5;
const WARM_UPS = 40;
const END_OF_TEXT = 100_257;

const cases = JSON.parse(readFileSync(new URL('mask-cases.json', import.meta.url), 'utf8')) as Cases;

function readTokens(): (string | null)[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('gpt-tokenizer')), '..', 'data');
  const tokens: (string | null)[] = Array(END_OF_TEXT + 1).fill(null);
  for (const line of readFileSync(join(folder, 'cl100k_base.tiktoken'), 'latin1').trim().split('\n')) {
    const [bytes = '', id = ''] = line.split(' ');
    tokens[Number(id)] = bytes;
  }
  return tokens;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

function microseconds<T>(work: () => T): [T, number] {
  const started = process.hrtime.bigint();
  const result = work();
  return [result, Number(process.hrtime.bigint() - started) / 1000];
}

function speedOf(vocabulary: VocabularyType, schema: string, tokens: readonly number[]): Speed | string {
  const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
  const compiles: number[] = [];
  const firstMasks: number[] = [];
  const cold: number[][] = [];
  const warm: number[] = [];
  for (let round = 0; round < COMPILES; round++) {
    const compiler = new Compiler(vocabulary);
    const [compiled, compileTime] = microseconds(() => compiler.compileSync(Grammar.jsonSchema(schema)));
    compiles.push(compileTime);
    const walk = (times: number[]): boolean => {
      const matcher = compiled.matcher();
      for (const token of [...tokens, END_OF_TEXT]) {
        times.push(microseconds(() => matcher.fillMask(mask))[1]);
        if ((((mask[token >> 5] as number) >> (token & 31)) & 1) === 0 || !matcher.accept(token))
          return false;
      }
      return true;
    };
    const times: number[] = [];
    if (!walk(times)) return 'the mask leaves a token of the text out';
    firstMasks.push(times[0] as number);
    cold.push(times);
    for (let again = 0; again < WALKS / COMPILES; again++) walk(warm);
    compiler.dispose();
  }
  const places = (cold[0] as number[]).map((_, place) => median(cold.map((times) => times[place] as number)));
  return {
    compile: median(compiles),
    firstMask: median(firstMasks),
    cold: median(places),
    maximum: Math.max(...places),
    warm: median(warm),
  };
}

function verdictsOf(
  vocabulary: VocabularyType,
  schema: string,
  texts: readonly number[][],
): boolean[] | string {
  const compiler = new Compiler(vocabulary);
  try {
    const compiled = compiler.compileSync(Grammar.jsonSchema(schema));
    return texts.map((tokens) => {
      const matcher = compiled.matcher();
      return tokens.every((token) => matcher.accept(token)) && matcher.isAccepting;
    });
  } catch (error) {
    if (GrammaskError.isInstance(error)) return error.message;
    throw error;
  } finally {
    compiler.dispose();
  }
}

function runOurs(work: Work): Answer {
  const tokens = work.tokens.map((base64) => (base64 === null ? null : Buffer.from(base64, 'base64')));
  const vocabulary = Vocabulary.fromTokens(tokens, { stopTokens: [work.stopToken] });
  const compiler = new Compiler(vocabulary);
  for (let round = 0; round < WARM_UPS; round++) {
    for (const { schema } of work.speed) compiler.compileSync(Grammar.jsonSchema(schema)).dispose();
  }
  compiler.dispose();
  return {
    name: 'grammask',
    speed: work.speed.map(({ schema, tokens }) => speedOf(vocabulary, schema, tokens)),
    verdicts: work.verdicts.map(({ schema, texts }) => verdictsOf(vocabulary, schema, texts)),
  };
}

function runPeer(python: string, engine: string, work: Work): Answer | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'grammask-bench-'));
  try {
    const file = join(folder, 'work.json');
    writeFileSync(file, JSON.stringify({ ...work, walks: WALKS, compiles: COMPILES }));
    const script = fileURLToPath(new URL('mask-peers.py', import.meta.url));
    const { status, stdout, stderr, error } = spawnSync(python, [script, engine, file], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (status === 0) return JSON.parse(stdout) as Answer;
    console.log(
      `${engine} left out: ${error?.message ?? (stderr.trim().split('\n').at(-1) || `exit ${status}`)}`,
    );
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function round(us: number): string {
  return us >= 100 ? us.toFixed(0) : us.toPrecision(2);
}

function printSpeed(answers: readonly Answer[]): void {
  const rows = cases.speed.flatMap(({ name }, index) =>
    answers.map((answer, place) => {
      const speed = answer.speed[index] as Speed | string;
      const figures =
        typeof speed === 'string'
          ? [speed, '', '', '', '']
          : [speed.compile, speed.firstMask, speed.cold, speed.maximum, speed.warm].map(round);
      return [place === 0 ? name : '', answer.name, ...figures];
    }),
  );
  printTable(['schema', 'engine', 'compile', 'first mask', 'cold', 'cold, slowest', 'warm'], rows);
}

/** Medians over the schemas, and the slowest mask of all. */
function printSummary(answers: readonly Answer[]): void {
  const rows = answers.map((answer) => {
    const speeds = answer.speed.filter((speed) => typeof speed !== 'string');
    const of = (part: keyof Speed): string => round(median(speeds.map((speed) => speed[part])));
    const slowest = round(Math.max(...speeds.map((speed) => speed.maximum)));
    return [answer.name, of('compile'), of('firstMask'), of('cold'), slowest, of('warm')];
  });
  printTable(['median of the schemas', 'compile', 'first mask', 'cold', 'slowest of all', 'warm'], rows);
}

function printVerdicts(answers: readonly Answer[]): void {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const totals = answers.map(() => ({ exact: 0, wrong: 0, refused: 0 }));
  const rows = cases.verdicts.map(({ name, schema, texts }, index) => {
    const truth = texts.map((text) => ajv.validate(schema, JSON.parse(text)));
    const cells = answers.map((answer, place) => {
      const verdicts = answer.verdicts[index] as boolean[] | string;
      const total = totals[place] as (typeof totals)[number];
      if (typeof verdicts === 'string') {
        total.refused++;
        return 'refused';
      }
      const rejected = verdicts.filter((verdict, at) => !verdict && truth[at]).length;
      const accepted = verdicts.filter((verdict, at) => verdict && !truth[at]).length;
      if (rejected + accepted === 0) {
        total.exact++;
        return 'exact';
      }
      total.wrong++;
      const parts = [
        rejected > 0 ? `${rejected} valid rejected` : '',
        accepted > 0 ? `${accepted} invalid accepted` : '',
      ];
      return `${parts.filter((part) => part !== '').join(', ')} of ${texts.length}`;
    });
    return [name, ...cells];
  });
  rows.push([
    'in all',
    ...totals.map(({ exact, wrong, refused }) => `${exact} exact, ${wrong} not, ${refused} refused`),
  ]);
  printTable(['schema', ...answers.map(({ name }) => name)], rows);
}

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] as number)).join(' | ')} |`;
  console.log(line(head));
  console.log(line(widths.map((width) => '-'.repeat(width))));
  for (const row of rows) console.log(line(row));
}

const { values } = parseArgs({ options: { python: { type: 'string' } } });
const work: Work = {
  tokens: readTokens(),
  stopToken: END_OF_TEXT,
  speed: cases.speed.map(({ schema, value }) => ({
    schema: JSON.stringify(schema),
    tokens: encode(JSON.stringify(value)),
  })),
  verdicts: cases.verdicts.map(({ schema, texts }) => ({
    schema: JSON.stringify(schema),
    texts: texts.map((text) => encode(text)),
  })),
};
const answers = [runOurs(work)];
if (values.python !== undefined) {
  for (const engine of ['llguidance', 'xgrammar']) {
    const answer = runPeer(values.python, engine, work);
    if (answer !== undefined) answers.push(answer);
  }
}
const tokenCount = work.tokens.length.toLocaleString('en');
console.log(`\ncl100k_base, ${tokenCount} tokens; ${cpus()[0]?.model}; microseconds\n`);
printSpeed(answers);
console.log('');
printSummary(answers);
console.log('\nVerdicts over whole texts, ajv being the judge\n');
printVerdicts(answers);
