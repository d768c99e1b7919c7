// Whether every name is asked for: lines of the programs of repair-bench, each taken as a hole and written token by token, as the
// repair loop does. Wherever a member or a reference to a value begins, its slot must be among the questions so far.
//
//   npm run bench:asked [-- --vocab FOLDER] [--lines 300] [--json]
//
// The vocabularies: o200k, and --vocab, a folder with tokenizer.json (default: the embedded model's). --lines: so many, spread
// evenly; 0 is all.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { Compiler, Grammar, type Matcher, Vocabulary } from '../../src/index.js';
import { infillTokenizer } from '../../src/repair/fim/infill-tokenizer.js';
import { type Hole, holeAt, holeGrammar } from '../../src/repair/index.js';
import { writtenHole } from '../../src/repair/loop/hole-text.js';
import { templateHoles } from '../../src/repair/templates.js';
import { readTokenizerFiles } from '../../src/tokenizer/tokenizer-files.js';
import { type Place, placesOf } from '../../test/repair/engines/replay.js';
import { realVocabulary } from '../conformance/real-vocabulary.js';
import { noRepairBench, readRepairBench } from './data.js';
import { benchTsconfig } from './tsconfig.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: {
    vocab: { type: 'string', default: join(root, 'models', 'json') },
    lines: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false },
  },
});
if (noRepairBench !== false) {
  console.error(`bench:asked: ${noRepairBench}`);
  process.exit(2);
}

interface Tokens {
  readonly name: string;
  readonly vocabulary: Vocabulary;
  encode(text: string): Iterable<number>;
}

/** A line of a program, and the names that begin in it. */
interface Line {
  readonly hole: Hole;
  readonly places: readonly Place[];
  /** Names of values in types, `typeof NAME`: types are no slots. */
  readonly inTypes: number;
}

/** Where names of values begin in types. */
function typeQueriesOf(file: ts.SourceFile): Set<number> {
  const found = new Set<number>();
  const todo: ts.Node[] = [file];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (ts.isTypeQueryNode(node)) found.add(node.exprName.getStart(file));
    ts.forEachChild(node, (child) => void todo.push(child));
  }
  return found;
}

function readLines(): Line[] {
  const { programs } = readRepairBench();
  const project = mkdtempSync(join(tmpdir(), 'grammask-asked-'));
  try {
    for (const [name, text] of programs) writeFileSync(join(project, `${name}.ts`), text);
    const { fileNames, options } = ts.parseJsonConfigFileContent(benchTsconfig, ts.sys, project);
    const program = ts.createProgram(fileNames, options);
    return [...programs].flatMap(([name, text]) => {
      const file = program.getSourceFile(join(project, `${name}.ts`));
      if (file === undefined) return [];
      const { places } = placesOf(program, file);
      const typeQueries = typeQueriesOf(file);
      return text.split('\n').flatMap((_, i): Line[] => {
        const hole = holeAt(`${name}.ts`, text, { startLine: i + 1, endLine: i + 1 });
        const inLine = places.filter(
          ({ kind, offset }) => kind !== 'other' && offset >= hole.start && offset < hole.end,
        );
        const own = inLine.filter(({ offset }) => !typeQueries.has(offset));
        const inTypes = inLine.length - own.length;
        return inLine.length === 0 ? [] : [{ hole, places: own, inTypes }];
      });
    });
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

interface Counts {
  lines: number;
  /** Lines that only the grammar with parameters without parentheses takes. */
  loose: number;
  member: { asked: number; all: number };
  value: { asked: number; all: number };
  questions: number;
  readonly missed: string[];
}

/** The questions on the way through a text, as slot and place; undefined where it is refused. */
function questionsOf(matcher: Matcher, tokens: Tokens, text: string): Set<string> | undefined {
  const asked = new Set<string>();
  const written: Uint8Array[] = [];
  let before = '';
  const ask = (token?: number): void => {
    for (;;) {
      const open = matcher.slots(token === undefined ? { ahead: false } : { token });
      if (open.length === 0) return;
      for (const { id, name, typed, beforeBytes } of open) {
        const ahead = Buffer.from(beforeBytes).toString();
        asked.add(`${name} ${before.length + ahead.length - (ahead === '' ? typed.length : 0)}`);
        matcher.provide(id, null);
      }
    }
  };
  for (const token of tokens.encode(text)) {
    ask();
    ask(token);
    if (!matcher.accept(token)) return undefined;
    // A token may end in the middle of a character.
    written.push(tokens.vocabulary.bytes(token));
    before = Buffer.concat(written).toString();
  }
  return asked;
}

async function grammarsOf(hole: Hole): Promise<Grammar[]> {
  const [whole] = templateHoles(hole, { only: ['whole'] });
  if (whole === undefined) return [];
  const written = writtenHole(hole, whole);
  const strict = await written.grammar();
  const loose = holeGrammar(hole.prefix, hole.suffix, { mode: 'line' }).grammar;
  const led = written.lead === '' ? loose : Grammar.concat(Grammar.choice([written.lead]), loose);
  return strict === undefined ? [led] : [strict, led];
}

async function walk(tokens: Tokens, lines: readonly Line[]): Promise<Counts> {
  const compiler = new Compiler(tokens.vocabulary);
  const none = (): { asked: number; all: number } => ({ asked: 0, all: 0 });
  const counts: Counts = { lines: 0, loose: 0, member: none(), value: none(), questions: 0, missed: [] };
  for (const { hole, places } of lines) {
    const lead = hole.indentation;
    let asked: Set<string> | undefined;
    for (const [i, grammar] of (await grammarsOf(hole)).entries()) {
      const compiled = compiler.compileSync(grammar);
      const matcher = compiled.matcher();
      asked = questionsOf(matcher, tokens, lead + hole.original);
      matcher.dispose();
      compiled.dispose();
      if (asked === undefined) continue;
      counts.loose += i;
      break;
    }
    counts.lines += 1;
    counts.questions += asked?.size ?? 0;
    for (const { kind, name, offset } of places) {
      if (kind === 'other') continue;
      counts[kind].all += 1;
      if (asked?.has(`${kind} ${offset - hole.start + lead.length}`)) counts[kind].asked += 1;
      else counts.missed.push(`${hole.file}:${hole.startPosition.line}: ${kind} ${name} in ${hole.original}`);
    }
  }
  return counts;
}

const { encode } = infillTokenizer(await readTokenizerFiles(values.vocab));
const o200k = await realVocabulary('o200k_base');
const all: readonly Tokens[] = [
  { name: basename(values.vocab), vocabulary: await Vocabulary.fromDirectory(values.vocab), encode },
  { name: 'o200k', vocabulary: o200k.engine, encode: o200k.encode },
];
const lines = readLines();
const step = Number(values.lines) === 0 ? 1 : Math.max(1, Math.floor(lines.length / Number(values.lines)));
const chosen = lines.filter((_, i) => i % step === 0);
const found = [];
for (const tokens of all) found.push({ ...(await walk(tokens, chosen)), name: tokens.name });
if (values.json) console.log(JSON.stringify(found, undefined, 2));
else {
  const inTypes = chosen.reduce((sum, line) => sum + line.inTypes, 0);
  console.log(`${chosen.length} of ${lines.length} lines in which a member or a reference begins`);
  console.log(`${inTypes} names of values in types (typeof NAME) are left out: types are no slots\n`);
  console.log(
    '| vocabulary | members asked | values asked | of all | questions | lines with a bare parameter |',
  );
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const { name, member, value, questions, loose, missed } of found) {
    const share = (100 * (member.asked + value.asked)) / (member.all + value.all);
    const [members, values] = [member, value].map(({ asked, all }) => `${asked} of ${all}`);
    console.log(`| ${name} | ${members} | ${values} | ${share.toFixed(1)} % | ${questions} | ${loose} |`);
    for (const each of missed.slice(0, 20)) console.log(`  not asked: ${each}`);
  }
}
process.exitCode = found.every(({ missed }) => missed.length === 0) ? 0 : 1;
