// What it costs to come from the text of a schema to a compiled grammar, and how that grows with the text.
//
//   npm run bench:compile                        every eighth schema of MaskBench, least of 12 rounds
//   npm run bench:compile -- --every 1 --rounds 3
//
// Needs the MaskBench data (--data FILE); without it only the
// growth is printed.
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { defaultMaskBenchFile, readMaskBench } from './conformance/data.js';
import { figuresOf, percentiles } from './maskbench/statistics.js';
import { microseconds, printTable } from './maskbench/tables.js';
import { Compiler, Grammar, GrammaskError, Vocabulary } from './package.js';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: defaultMaskBenchFile },
    every: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '12' },
  },
});
const [every, rounds] = [values.every, values.rounds].map(Number) as [number, number];
if (![every, rounds].every((n) => Number.isInteger(n) && n > 0)) {
  console.error('bench:compile: --every and --rounds are whole numbers above 0');
  process.exit(2);
}

// A compile asks the vocabulary only which bytes it can write.
const vocabulary = Vocabulary.fromTokens(
  [...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)), null],
  { stopTokens: [256] },
);
const collectGarbage = (globalThis as { gc?: () => void }).gc;

/** Nanoseconds to the grammar, and from there to the compiled one; undefined where the schema is refused. */
function timesOf(schema: string): [read: number, compile: number] | undefined {
  try {
    const compiler = new Compiler(vocabulary);
    const start = performance.now();
    const grammar = Grammar.jsonSchema(schema);
    const read = performance.now();
    const compiled = compiler.compileSync(grammar);
    const end = performance.now();
    compiled.dispose();
    compiler.dispose();
    return [(read - start) * 1e6, (end - read) * 1e6];
  } catch (error) {
    if (GrammaskError.isInstance(error)) return undefined;
    throw error;
  }
}

function printSchemas(): void {
  if (!existsSync(values.data)) {
    console.log(`left out: there is no ${values.data}; --data FILE names another file`);
    return;
  }
  const schemas = readMaskBench(values.data)
    .filter((_, index) => index % every === 0)
    .map(({ schema }) => schema);
  const least = new Map<number, [number, number]>();
  for (let round = 0; round < rounds; round++) {
    for (const [index, schema] of schemas.entries()) {
      const times = timesOf(schema);
      if (times === undefined) continue;
      const before = least.get(index) ?? times;
      least.set(index, [Math.min(before[0], times[0]), Math.min(before[1], times[1])]);
    }
  }
  const pairs = [...least.values()];
  const row = (name: string, times: number[]): string[] => {
    const { average, percentiles: marks, maximum } = figuresOf(times.sort((a, b) => a - b));
    return [name, ...[average, ...marks, maximum].map(microseconds)];
  };
  printTable(
    `µs a schema; ${pairs.length} schemas, each with its least of ${rounds} rounds`,
    ['', 'avg', ...percentiles.map((percent) => `p${percent}`), 'max'],
    [
      row(
        'Grammar.jsonSchema',
        pairs.map(([read]) => read),
      ),
      row(
        'compileSync',
        pairs.map(([, compile]) => compile),
      ),
      row(
        'both',
        pairs.map(([read, compile]) => read + compile),
      ),
    ],
  );
}

const list = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const members = (count: number, make: (index: number) => object): Record<string, object> =>
  Object.fromEntries(list(count, (i) => [`member_${i}`, make(i)]));

/** Texts of schemas of about so many bytes. */
const growing: Record<string, (bytes: number) => string> = {
  'many properties': (bytes) =>
    JSON.stringify({ properties: members(bytes / 34, () => ({ type: 'string' })) }),
  'items in items': (bytes) => `${'{"items":'.repeat(bytes / 10)}{}${'}'.repeat(bytes / 10)}`,
  'an enum of strings': (bytes) => JSON.stringify({ enum: list(bytes / 14, (i) => `text ${i}`) }),
  'anyOf of objects': (bytes) =>
    JSON.stringify({
      anyOf: list(bytes / 70, (i) => ({
        type: 'object',
        properties: { [`name_${i}`]: { type: 'integer' } },
      })),
    }),
  '$defs that refer to each other': (bytes) => {
    const count = Math.ceil(bytes / 75);
    const entry = (i: number): object => ({
      properties: { next: { $ref: `#/$defs/member_${(i + 1) % count}` } },
    });
    return JSON.stringify({ $ref: '#/$defs/member_0', $defs: members(count, entry) });
  },
  'a pattern in each member': (bytes) =>
    JSON.stringify({ properties: members(bytes / 46, (i) => ({ pattern: `^[a-z]{2}-${i}$` })) }),
};

function printGrowth(): void {
  const sizes = [10_000, 100_000, 1_000_000];
  const rows = Object.entries(growing).map(([name, make]) => [
    name,
    ...sizes.map((size) => {
      const schema = make(size);
      let least = Number.POSITIVE_INFINITY;
      for (let round = 0; round < (size > 500_000 ? 3 : 6); round++) {
        collectGarbage?.();
        const start = performance.now();
        try {
          Grammar.jsonSchema(schema, { limits: { timeoutMs: 60_000 } });
        } catch (error) {
          if (!GrammaskError.isInstance(error)) throw error;
          return error.code;
        }
        least = Math.min(least, performance.now() - start);
      }
      return microseconds((least * 1e6) / (schema.length / 1024));
    }),
  ]);
  printTable('Grammar.jsonSchema: µs a KB', ['schema', '10 KB', '100 KB', '1 MB'], rows);
}

console.log(`${cpus()[0]?.model}; load ${(loadavg()[0] as number).toFixed(1)}`);
printSchemas();
printGrowth();
