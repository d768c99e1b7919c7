import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import t, { type Test } from 'tap';
import { parseAbnf } from '../../src/frontends/abnf/abnf-parser.js';
import { parseEbnf } from '../../src/frontends/ebnf/ebnf-parser.js';
import { Grammar, GrammaskError } from '../../src/index.js';
import { countDerivations } from '../support/derivations.js';

/** Each grammar of `grammars/` against the texts beside it, which it must accept or reject. */

const folder = new URL('../../grammars/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => /\.(?:abnf|ebnf)$/.test(file))
  .map((file) => ({
    name: basename(file, extname(file)),
    dialect: extname(file).slice(1) as 'abnf' | 'ebnf',
  }));

/** Counting the ways to read a text costs more than its square. */
const AMBIGUITY_LENGTH = 100;
/** What a name stands for in TypeScript, the text behind it may decide: until then there are several readings. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['typescript-hole']);

interface Sample {
  readonly file: string;
  readonly text: string;
}

function samplesOf(name: string, verdict: 'accept' | 'reject'): Sample[] {
  const place = new URL(`${name}/${verdict}/`, folder);
  return readdirSync(place).map((file) => ({
    file: `${verdict}/${file}`,
    // Not TextDecoder's default, which drops a byte-order mark.
    text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      readFileSync(new URL(file, place)),
    ),
  }));
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

t.equal(names.length, 13, 'thirteen grammars');

for (const { name, dialect } of names) {
  t.test(`grammar ${name}`, async (t: Test) => {
    const source = readFileSync(new URL(`${name}.${dialect}`, folder), 'utf8');
    const grammar = Grammar[dialect](source);
    const accepted = samplesOf(name, 'accept');
    const rejected = samplesOf(name, 'reject');
    t.ok(accepted.length >= 20 && rejected.length >= 20, 'at least 20 texts of either kind');
    for (const { file, text } of accepted) t.ok(grammar.test(text), `accepts ${file}`);
    for (const { file, text } of rejected) t.notOk(grammar.test(text), `rejects ${file}`);
    const ways = accepted.filter(({ text }) => !prefixesViable(grammar, text)).map(({ file }) => file);
    t.same(ways, [], 'every prefix of an accepted text can be continued');
    const ambiguous = accepted
      .filter(({ text }) => text.length <= AMBIGUITY_LENGTH && !AMBIGUOUS.has(name))
      .filter(
        ({ text }) =>
          countDerivations(
            (builder) =>
              dialect === 'abnf'
                ? parseAbnf(builder, source, undefined)
                : parseEbnf(builder, source, { root: 'root', dialect: 'gbnf' }),
            text,
          ) !== 1,
      );
    t.same(ambiguous, [], 'there is one way to read a text');
    const builtin = Grammar.builtin(name);
    const differences = [...accepted, ...rejected].filter(
      ({ text }) => builtin.test(text) !== grammar.test(text),
    );
    t.same(differences, [], `Grammar.builtin('${name}') is the same language`);
    const printed = Grammar.ebnf(grammar.toString());
    const changed = [...accepted, ...rejected].filter(
      ({ text }) => printed.test(text) !== grammar.test(text),
    );
    t.same(changed, [], 'printing keeps the language');
  });
}

function prefixesViable(grammar: Grammar, text: string): boolean {
  const bytes = new TextEncoder().encode(text);
  for (let end = 0; end <= bytes.length; end++) {
    if (!grammar.testPrefix(bytes.subarray(0, end))) return false;
  }
  return true;
}

t.test('grammar json agrees with JSON.parse', async (t) => {
  const samples = [...samplesOf('json', 'accept'), ...samplesOf('json', 'reject')];
  const grammar = Grammar.builtin('json');
  // JSON.parse also takes a lone surrogate written as an escape, which RFC 8259 leaves open and the grammar refuses.
  const differences = samples.filter(({ text }) => grammar.test(text) !== parses(text));
  t.same(differences, []);
  t.ok(parses('"\\uD83D"') && !grammar.test('"\\uD83D"'), 'but for a lone surrogate');
});

t.test('Grammar.json() refuses repeated names, and no more than that', async (t) => {
  const samples = [...samplesOf('json', 'accept'), ...samplesOf('json', 'reject')];
  const grammar = Grammar.builtin('json');
  const exact = Grammar.json();
  const differences = samples.filter(({ text }) => grammar.test(text) !== exact.test(text));
  t.same(
    differences.map(({ file }) => file),
    ['accept/repeated-name.txt'],
  );
});

t.test('what counts the ways to read a text', async (t) => {
  const ways = (grammar: string, text: string): number =>
    countDerivations((builder) => parseAbnf(builder, grammar, undefined), text);
  t.equal(ways('a = "x" / "y"', 'x'), 1);
  t.equal(ways('a = "x" / %x78', 'x'), 2);
  t.equal(ways('a = *b\nb = 1*"x"', 'xx'), 2);
  t.equal(ways('a = *"x" [ "x" ]', 'x'), 2);
  t.equal(ways('a = "x"', 'y'), 0);
});

t.test('an unknown name is an ARGUMENT error that lists the names', async (t) => {
  try {
    Grammar.builtin('yaml');
    t.fail('no error');
  } catch (error) {
    t.ok(GrammaskError.isInstance(error) && error.code === 'ARGUMENT');
    for (const { name } of names) t.match((error as GrammaskError).hint, name);
  }
});
