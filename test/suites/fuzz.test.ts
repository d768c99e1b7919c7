import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { splitCommand } from '../../src/cli/split-command.js';
import { createRandom } from '../../src/generate/random.js';
import { Grammar } from '../../src/index.js';
import { discoverSuites } from '../../src/suites/discover.js';
import { fuzzSuite } from '../../src/suites/fuzz/fuzz-suite.js';
import { createByteGrammar } from '../../src/suites/fuzz/generator.js';
import { createJudge } from '../../src/suites/fuzz/judge.js';
import { mutate } from '../../src/suites/fuzz/mutate.js';
import { selfDisagreement } from '../../src/suites/fuzz/self-agreement.js';
import { shrink } from '../../src/suites/fuzz/shrink.js';
import type { Suite } from '../../src/suites/suite.js';

const encoder = new TextEncoder();

t.test('random texts are in the language, differ, and are the same for the same seed', async (t) => {
  for (const grammar of [
    Grammar.builtin('json'),
    Grammar.jsonSchema({ type: 'object' }),
    Grammar.regex('[a-zé]{2,9}!'),
  ]) {
    const ways = createByteGrammar(grammar, 10_000);
    const draw = (): string[] => {
      const random = createRandom(3);
      return Array.from({ length: 60 }, () => new TextDecoder().decode(ways.randomText(random)));
    };
    const texts = draw();
    t.same(
      texts.filter((text) => !grammar.test(text)),
      [],
    );
    t.ok(new Set(texts).size > 20);
    t.same(draw(), texts);
  }
});

t.test('changed texts stay well-formed', async (t) => {
  const random = createRandom(1);
  const texts = Array.from({ length: 500 }, () => mutate('{"a😀": [1, "é"]}', ['[true]', 'x'], random));
  t.ok(texts.every((text) => text.isWellFormed()));
  t.ok(new Set(texts).size > 300);
  t.equal(typeof mutate('', [''], random), 'string');
});

t.test('shrinking keeps what fails and asks no more often than it may', async (t) => {
  t.equal(await shrink('xxxx[b,,c]xx', async (text) => text.includes(',,'), 1000), ',,');
  t.equal(
    await shrink(
      '((((0.))))',
      async (text) => /^(\(*)0\.(\)*)$/.test(text) && text.split('(').length === text.split(')').length,
      1000,
    ),
    '0.',
  );
  let asked = 0;
  await shrink(
    'a'.repeat(500),
    async (text) => {
      asked += 1;
      return text.length > 400;
    },
    50,
  );
  t.ok(asked <= 50);
});

t.test('a command is split without a shell', async (t) => {
  t.same(splitCommand(`node "my judge.mjs" --x='a b' $HOME;ls`, '--judge'), [
    'node',
    'my judge.mjs',
    '--x=a b',
    '$HOME;ls',
  ]);
  t.same(splitCommand('  ', '--judge'), []);
  t.throws(() => splitCommand('node "x', '--judge'), { code: 'ARGUMENT' });
});

t.test('judges: a module, a command, and what is none', async (t) => {
  const dir = t.testdir({
    'good.mjs': 'export const accepts = (text) => text === "yes";',
    'odd.mjs': 'export const accepts = () => 1;',
    'none.mjs': 'export const x = 1;',
    'slow.cjs': 'setTimeout(() => {}, 60000);',
    'exit.cjs': 'process.exit(Number(require("node:fs").readFileSync(0, "utf8")));',
  });
  const judge = async (name: string, timeoutMs = 20_000) => createJudge(name, timeoutMs);
  const good = await judge(join(dir, 'good.mjs'));
  t.same([await good('yes'), await good('no')], [true, false]);
  const command = await judge(`'${process.execPath}' '${join(dir, 'exit.cjs')}'`);
  t.same(await Promise.all([command('0'), command('1')]), [true, false]);
  await t.rejects(command('7'), { code: 'ARGUMENT', message: /code 7/ });
  await t.rejects((await judge(join(dir, 'odd.mjs')))('x'), { code: 'ARGUMENT', message: /gave 1/ });
  await t.rejects(judge(join(dir, 'none.mjs')), { code: 'ARGUMENT', message: /no function accepts/ });
  await t.rejects((await judge('no-such-command-here'))('x'), { code: 'ARGUMENT', message: /cannot be run/ });
  await t.rejects((await judge(`'${process.execPath}' '${join(dir, 'slow.cjs')}'`, 200))('x'), {
    code: 'DEADLINE',
  });
});

t.test('the engine agrees with itself', async (t) => {
  const grammar = Grammar.builtin('arithmetic');
  const ways = createByteGrammar(grammar, 10_000);
  for (const text of ['', '1', '1 +', '1 + * 2', '(1', 'é', '\u0000']) {
    t.equal(selfDisagreement(grammar, ways, encoder.encode(text)), undefined, text);
  }
  t.match(
    selfDisagreement(grammar, createByteGrammar(Grammar.regex('[0-9]+'), 10_000), encoder.encode('(1)')),
    /mask/,
  );
});

t.test('a mistake in a grammar is found, made small, kept, and tried again', async (t) => {
  const dir = t.testdir({
    'n.ebnf': 'root ::= "-"? [0-9]+ ("." [0-9]*)?',
    n: { accept: { a: '-12.5', b: '0' } },
  });
  const [suite] = discoverSuites([dir]);
  const options = {
    count: 400,
    seed: 1,
    judge: async (text: string | Uint8Array) => /^-?[0-9]+(\.[0-9]+)?$/.test(String(text)),
    timeoutMs: 10_000,
    jobs: 2,
    signal: new AbortController().signal,
  };
  const { findings } = await fuzzSuite(suite as Suite, options);
  t.same(
    findings.map(({ text, what }) => [text, what]),
    [['0.', 'the grammar accepts and the judge rejects']],
  );
  const kept = readdirSync(join(dir, 'n', 'fuzz'));
  t.equal(kept.length, 1);
  t.equal(readFileSync(join(dir, 'n', 'fuzz', kept[0] as string), 'utf8'), '0.');
  const again = await fuzzSuite(suite as Suite, { ...options, count: 1 });
  t.equal(again.findings[0]?.text, '0.');
  const fixed = await fuzzSuite(suite as Suite, { ...options, judge: undefined });
  t.same(fixed.findings, []);
  t.equal(fixed.texts, 401);
});

t.test('texts that are no UTF-8 are tried and kept as bytes', async (t) => {
  const source = '%llguidance {"allow_invalid_utf8": true}\nstart: /[a-c]\\xFE?/';
  const dir = t.testdir({ 'n.lark': source, n: { accept: { a: 'a' } } });
  const [suite] = discoverSuites([dir]);
  const options = {
    count: 200,
    seed: 1,
    judge: async (text: string | Uint8Array) =>
      text instanceof Uint8Array && text.length === 1 && 'abc'.includes(String.fromCharCode(text[0] ?? 0)),
    timeoutMs: 10_000,
    jobs: 2,
    signal: new AbortController().signal,
  };
  const { findings } = await fuzzSuite(suite as Suite, options);
  t.same(
    findings.map(({ text }) => text),
    ['a\\xFE'],
  );
  t.same([...readFileSync(findings[0]?.path as string)], [0x61, 0xfe]);
  const itself = await fuzzSuite(suite as Suite, { ...options, judge: undefined });
  t.same(itself.findings, []);
});
