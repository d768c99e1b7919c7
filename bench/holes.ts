// What holes cost: the grammar of one, its compile, masks, bytes, and questions to the language service. Medians over lines of
// TypeScript, each taken as a hole. There is no other engine to set beside it.
//
//   npm run bench:holes [-- --vocab FOLDER] [--sources FOLDER] [--lines 80] [--json]
//
// --vocab: a folder with tokenizer.json. Default: the embedded model's, of 3,072 tokens.
// --sources: a folder with TypeScript files. Default: those of this package that make holes.
//
// Holes share rules and masks, so the first half of the lines is told apart from the further ones. A sample is the line's own
// tokens: what grammar, compile and masks take, by token. The second sample of a hole has its grammar from the first.
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from '../src/cli/output.js';
import { type CompiledGrammar, Compiler, type Grammar, Vocabulary } from '../src/index.js';
import { balancedHole, holeGrammar, typescriptEngine } from '../src/repair/index.js';

const { values } = parseArgs({
  options: {
    vocab: { type: 'string' },
    sources: { type: 'string' },
    lines: { type: 'string', default: '80' },
    json: { type: 'boolean', default: false },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const vocabulary = await Vocabulary.fromDirectory(values.vocab ?? join(root, 'models', 'json'));
const times = new Map<string, number[]>();

function timed<Value>(what: string, work: () => Value): Value {
  const started = performance.now();
  const value = work();
  note(what, performance.now() - started);
  return value;
}

function note(what: string, ms: number): void {
  const known = times.get(what);
  if (known === undefined) times.set(what, [ms]);
  else known.push(ms);
}

interface Line {
  readonly file: string;
  readonly prefix: string;
  readonly text: string;
  readonly suffix: string;
}

/** Lines of the sources, spread evenly. */
function linesOf(count: number): Line[] {
  const folder = values.sources ?? join(root, 'src', 'repair', 'hole');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const all = names
    .filter((name) => /\.[cm]?ts$/.test(name))
    .flatMap((name) => {
      const file = join(folder, name);
      const lines = readFileSync(file, 'utf8').split('\n');
      return lines.flatMap((line, number): Line[] => {
        const text = line.trim();
        if (text.length < 8 || /^(\/|\*|import)|[^\x20-\x7e]/.test(text)) return [];
        const indent = line.slice(0, line.length - line.trimStart().length);
        const before = lines.slice(0, number).map((one) => `${one}\n`);
        return [
          { file, prefix: before.join('') + indent, text, suffix: `\n${lines.slice(number + 1).join('\n')}` },
        ];
      });
    });
  const step = Math.max(1, Math.floor(all.length / count));
  return all.filter((_, index) => index % step === 0).slice(0, count);
}

const lines = linesOf(Number(values.lines));
const compiler = new Compiler(vocabulary);
const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
let slots = 0;
const places: { line: Line; at: number; slot: string }[] = [];
const { encode } = vocabulary;
/** As a model keeps what it compiled last. */
const kept = new Map<Grammar, CompiledGrammar>();

function compiledHole({ prefix, suffix }: Line, which: string): CompiledGrammar {
  const options = { bareParameters: false, labels: false };
  const { grammar } = timed(`${which}: its grammar`, () => holeGrammar(prefix, suffix, options));
  let compiled = kept.get(grammar);
  if (compiled === undefined) {
    compiled = timed(`${which}: its compile`, () => compiler.compileSync(grammar));
    kept.set(grammar, compiled);
  }
  return compiled;
}

/** Milliseconds of grammar, compile and masks for the tokens of a line, by token. */
function sampleMs(line: Line, which: string): number {
  const started = performance.now();
  const matcher = compiledHole(line, which).matcher();
  let rest = 0;
  let masks = 0;
  const tokens = encode?.(line.text) ?? [];
  for (const [index, token] of tokens.entries()) {
    const before = performance.now();
    matcher.fillMask(mask);
    masks += 1;
    if (index === 0) note(`${which}: its first mask`, performance.now() - before);
    const between = performance.now();
    // The line is a text of its hole; its tokens may be cut off by what follows.
    if (!matcher.accept(token)) break;
    rest += performance.now() - between;
  }
  matcher.dispose();
  return (performance.now() - started - rest) / Math.max(1, masks);
}

for (const [index, line] of lines.entries()) {
  const which = index < lines.length / 2 ? 'one of the first holes' : 'a further hole';
  note(`${which}: a token of a sample`, sampleMs(line, which));
  note(`${which}: a token of a second sample`, sampleMs(line, 'the same hole again'));
  const matcher = compiledHole(line, 'the same hole again').matcher();
  for (const [at, char] of [...line.text].entries()) {
    const open = matcher.slots({ ahead: false }).filter(({ typed }) => typed === '');
    for (const { name } of open) places.push({ line, at, slot: name });
    slots += open.length;
    const before = matcher.stats.cacheHits;
    const started = performance.now();
    matcher.fillMask(mask);
    const ms = performance.now() - started;
    note(matcher.stats.cacheHits > before ? 'a mask that was made before' : 'a mask that is new', ms);
    if (!timed('a byte', () => matcher.acceptBytes(char))) break;
  }
  matcher.dispose();
}

const engine = typescriptEngine({ project: root, deadlineMs: Number.POSITIVE_INFINITY });
await engine.ready();
for (let round = 0; round < 2; round++) {
  const step = Math.max(1, Math.floor(places.length / 100));
  for (const { line, at, slot } of places.filter((_, index) => index % step === 0)) {
    const { text, offset } = balancedHole(line.prefix, line.text.slice(0, at), line.suffix);
    const started = performance.now();
    await engine.complete({ slot, file: line.file, text, offset, signal: new AbortController().signal });
    note(round === 0 ? 'a question for names' : 'the same question again', performance.now() - started);
  }
}
await engine.dispose();

const rows = [...times].map(([what, ms]) => {
  const sorted = [...ms].sort((a, b) => a - b);
  return {
    what,
    count: ms.length,
    medianMs: median(ms),
    p90Ms: sorted[Math.floor(sorted.length * 0.9)] as number,
  };
});
if (values.json) {
  console.log(
    JSON.stringify({ vocabulary: vocabulary.size, lines: lines.length, slots, rows }, undefined, 2),
  );
} else {
  console.log(`Holes: ${lines.length} lines, ${slots} slots, a vocabulary of ${vocabulary.size} tokens\n`);
  console.log('| | count | median, ms | p90, ms |\n| --- | --- | --- | --- |');
  for (const { what, count, medianMs, p90Ms } of rows)
    console.log(`| ${what} | ${count} | ${medianMs.toFixed(3)} | ${p90Ms.toFixed(3)} |`);
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`\n${availableParallelism()} cores, load ${load.join(' ')}`);
}
