// Memory of a grammar, by the engine's own count: its tables, and the caches that a walk of a text fills.
//
//   npm run bench:memory -- --vocab FILE                      ours alone; tokenizer.json lies beside FILE
//   npm run bench:memory -- --vocab FILE --python PYTHON      also the peers that PYTHON can import
//
// One grammar in a compiler that has seen no other. Automata are not counted. The peers' figures are the growth of their
// process over twenty copies: beside a JavaScript heap that comes and goes, ours could not be measured in that way.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Tokenizer } from '@huggingface/tokenizers';
import { printRows, type Row } from './maskbench/tables.js';
import { readVocabularyFile } from './maskbench/vocabulary-file.js';
import { grammarCases, type MicroCase, microCases } from './micro/cases.js';
import { Compiler } from './package.js';

const { values } = parseArgs({
  options: {
    vocab: { type: 'string' },
    python: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const vocabularyFile = values.vocab ?? '';
const tokenizerFile = join(dirname(vocabularyFile), 'tokenizer.json');
if (!existsSync(vocabularyFile) || !existsSync(tokenizerFile)) {
  console.error('bench:memory: --vocab FILE is needed, and tokenizer.json beside it');
  process.exit(2);
}

const vocabulary = readVocabularyFile(vocabularyFile);
const tokenizer = new Tokenizer(JSON.parse(readFileSync(tokenizerFile, 'utf8')) as object, {});
const mask = new Int32Array(Math.ceil(vocabulary.size / 32));

function memoryRow({ grammar, text }: MicroCase): Row {
  const compiler = new Compiler(vocabulary, { threads: 1 });
  const compiled = compiler.compileSync(grammar());
  const before = compiled.memoryBytes;
  const matcher = compiled.matcher();
  for (const token of tokenizer.encode(text, { add_special_tokens: false }).ids) {
    matcher.fillMask(mask);
    if (!matcher.accept(token)) throw new Error('a token of the text is refused');
  }
  const kib = (bytes: number): string => (bytes / 1024).toFixed(0);
  const row = {
    'tables compiled': kib(before),
    'tables after a walk': kib(compiled.memoryBytes),
    'caches after a walk': kib(compiler.stats.cacheBytes),
  };
  compiler.dispose();
  return row;
}

const rows = [...microCases, ...grammarCases].map((each) => [each.name, memoryRow(each)] as const);
if (values.json) console.log(JSON.stringify(Object.fromEntries(rows), null, 2));
else {
  console.log(`grammask; ${cpus()[0]?.model}; Node ${process.version}`);
  printRows('KiB', rows);
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
