// Memory: what a grammar adds to the process, compiled and then walked; what a matcher takes behind a long text.
//
//   npm run bench:memory -- --vocab FILE                      ours alone; tokenizer.json lies beside FILE
//   npm run bench:memory -- --vocab FILE --python PYTHON      also the peers that PYTHON can import
//
// Each case runs in a process of its own, with twenty copies of the grammar (two where a compile takes long) in one
// compiler. What is counted is the memory of the process without JavaScript's heap, so all that is native counts: tables,
// automata, caches. Pages that the allocator keeps count, too.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Tokenizer } from '@huggingface/tokenizers';
import type { CompiledGrammar, Matcher } from '../src/index.js';
import { printTable } from './maskbench/tables.js';
import { readVocabularyFile } from './maskbench/vocabulary-file.js';
import { grammarCases, longText, microCases } from './micro/cases.js';
import { Compiler, Grammar } from './package.js';

const { values } = parseArgs({
  options: {
    vocab: { type: 'string' },
    python: { type: 'string' },
    case: { type: 'string' },
    matcher: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const vocabularyFile = values.vocab ?? '';
const tokenizerFile = join(dirname(vocabularyFile), 'tokenizer.json');
if (!existsSync(vocabularyFile) || !existsSync(tokenizerFile)) {
  console.error('bench:memory: --vocab FILE is needed, and tokenizer.json beside it');
  process.exit(2);
}

type Row = Readonly<Record<string, string>>;
const cases = [...microCases, ...grammarCases];

/** KiB of the process that are not JavaScript's heap. */
function nativeKiB(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapTotal } = process.memoryUsage();
  return (rss - heapTotal) / 1024;
}

function prepare(): {
  compiler: InstanceType<typeof Compiler>;
  encode: (text: string) => number[];
  mask: Int32Array;
} {
  const vocabulary = readVocabularyFile(vocabularyFile);
  const tokenizer = new Tokenizer(JSON.parse(readFileSync(tokenizerFile, 'utf8')) as object, {});
  return {
    compiler: new Compiler(vocabulary),
    encode: (text) => [...tokenizer.encode(text, { add_special_tokens: false }).ids],
    mask: new Int32Array(Math.ceil(vocabulary.size / 32)),
  };
}

function grammarRow(name: string): Row {
  const found = cases.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no case ${name}`);
  const { compiler, encode, mask } = prepare();
  const tokens = encode(found.text);
  const started = performance.now();
  compiler.compileSync(found.grammar()).dispose();
  const copies = performance.now() - started < 200 ? 20 : 2;
  compiler.clearCache();
  const before = nativeKiB();
  const compiled = Array.from(
    { length: copies },
    (): CompiledGrammar => compiler.compileSync(found.grammar()),
  );
  const after = nativeKiB();
  for (const grammar of compiled) {
    const matcher = grammar.matcher();
    for (const token of tokens) {
      matcher.fillMask(mask);
      if (!matcher.accept(token)) throw new Error('a token of the text is refused');
    }
    matcher.dispose();
  }
  const walked = nativeKiB();
  const own = compiled.reduce((sum, { memoryBytes }) => sum + memoryBytes, compiler.stats.cacheBytes);
  const each = (kib: number): string => (kib / copies).toFixed(0);
  return {
    'KiB compiled': each(after - before),
    'KiB after a walk': each(walked - before),
    'KiB by its own count': each(own / 1024),
  };
}

/** What a matcher of any JSON has added to the process behind a text. */
function matcherRow(): Row {
  const { compiler, encode, mask } = prepare();
  const matcher: Matcher = compiler.compileSync(Grammar.json()).matcher();
  const tokens = encode(longText).slice(0, 1000);
  const inside = tokens.slice(100, 900);
  const before = nativeKiB();
  const row: Record<string, string> = {};
  for (let count = 0; count < 100_000; ) {
    const token = count < 100 ? tokens[count] : inside[count % inside.length];
    matcher.fillMask(mask);
    if (!matcher.accept(token as number)) throw new Error('a token of the text is refused');
    count += 1;
    if (count === 1000 || count === 10_000 || count === 100_000)
      row[`KiB after ${count.toLocaleString('en')} tokens`] = (nativeKiB() - before).toFixed(0);
  }
  matcher.dispose();
  return row;
}

/** The row that a process of its own finds. */
function inChild(args: readonly string[]): Row {
  const script = fileURLToPath(import.meta.url);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', '--import=tsx', script, '--vocab', vocabularyFile, ...args],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Row;
}

function print(title: string, rows: readonly (readonly [string, Row])[]): void {
  const columns = Object.keys(rows[0]?.[1] ?? {});
  printTable(
    title,
    ['case', ...columns],
    rows.map(([name, row]) => [name, ...columns.map((column) => row[column] ?? '')]),
  );
}

if (values.case !== undefined) {
  console.log(JSON.stringify(grammarRow(values.case)));
} else if (values.matcher) {
  console.log(JSON.stringify(matcherRow()));
} else {
  const grammars = cases.map(({ name }) => [name, inChild(['--case', name])] as const);
  const matchers = [['any JSON, inside a string', inChild(['--matcher'])]] as const;
  if (values.json) {
    console.log(
      JSON.stringify({ grammars: Object.fromEntries(grammars), matchers: Object.fromEntries(matchers) }),
    );
  } else {
    console.log(`grammask; ${cpus()[0]?.model}; Node ${process.version}`);
    print('Growth of the process, a grammar', grammars);
    print('Growth of the process, one matcher', matchers);
  }
  if (values.python !== undefined) {
    const script = fileURLToPath(new URL('../../shared/peers/micro.py', import.meta.url));
    for (const engine of ['llguidance', 'xgrammar']) {
      // It prints times first.
      const args = [script, '--engine', engine, '--vocab', vocabularyFile];
      const { status, stdout } = spawnSync(values.python, args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const table = stdout.indexOf('\nMemory per compiled grammar');
      if (status !== 0 || table < 0) console.error(`${engine} left out: exit code ${status}`);
      else console.log(`\n${stdout.split('\n', 1)[0]}\n${stdout.slice(table)}`);
    }
  }
}
