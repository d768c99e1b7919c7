import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { Grammar, GrammaskError } from '../../src/index.js';
import { noCli, noModel, runCli } from '../cli/run-cli.js';

/**
 * Every block of code of README.md and docs/*.md is run: here, by the test of its page, or it says in a comment before it
 * (`<!-- not run: why -->`) why it is not. Blocks without a language are pictures, or what a command prints.
 */

interface Block {
  readonly page: string;
  readonly language: string;
  readonly code: string;
  /** The comment before it. */
  readonly comment: string;
}

const root = new URL('../../', import.meta.url);
const pages = ['README.md', ...readdirSync(new URL('docs/', root)).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);
const blocks = pages.flatMap((page): Block[] => {
  const text = readFileSync(new URL(page, root), 'utf8');
  return Array.from(text.matchAll(/(?:^<!-- (.*) -->\n)?^```(.*)\n([\s\S]*?)^```$/gm), (found) => {
    const [, comment = '', language = '', code = ''] = found;
    return { page, language, code, comment };
  });
});

/** Pages whose blocks of a language are run by a test of their own. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  'README.md': ['js', 'text'], // readme.test.ts
  'docs/abnf.md': ['js'], // dialects.test.ts
  'docs/agents.md': ['js'], // agents.test.ts
  'docs/command-line-tools.md': [''], // command-line-tools.test.ts
  'docs/lark.md': ['lark'],
  'docs/attention.md': ['js'], // reach/attention.test.ts
  'docs/reach-http.md': ['js'], // reach/http.test.ts
  'docs/reach-audit.md': ['yaml', ''], // reach-audit.test.ts
  'docs/structural-tags.md': ['js'],
  'docs/testing-grammars.md': ['ebnf', 'text', 'yaml'],
  'docs/typescript-types.md': ['ts', 'ts preamble'], // dialects.test.ts
};

function codeOf(page: string, language: string): string[] {
  return blocks.filter((block) => block.page === page && block.language === language).map(({ code }) => code);
}

/** What a program prints, line by line. */
async function printed(t: Test, name: string, code: string): Promise<string[]> {
  const engine = JSON.stringify(import.meta.resolve('../../src/index.js'));
  const reach = JSON.stringify(import.meta.resolve('../../src/reach/index.js'));
  const folder = t.testdir();
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, code.replaceAll("'grammask'", engine).replaceAll("'grammask/reach'", reach));
  const lines = t.capture(console, 'log');
  await import(pathToFileURL(path).href);
  return lines().map(({ args }) => args.join(' '));
}

/** Programs that print what stands behind `; //` in their lines, and lines that are comments. */
async function printWhatTheySay(t: Test, page: string): Promise<void> {
  for (const [index, code] of codeOf(page, 'js').entries()) {
    const expected = Array.from(code.matchAll(/(?:^|; )\/\/ (.*)$/gm), ([, line]) => line);
    t.ok(expected.length > 0);
    t.same(await printed(t, `example-${index}`, code), expected);
  }
}

const here: Readonly<Record<string, (t: Test) => unknown>> = {
  'docs/ebnf.md ebnf': (t) => {
    const [sums = ''] = codeOf('docs/ebnf.md', 'ebnf');
    t.ok(Grammar.ebnf(sums).test('1+2*(3-4)'));
    t.notOk(Grammar.ebnf(sums).test('1+'));
  },
  'docs/errors.md js': (t) => {
    const [code = ''] = codeOf('docs/errors.md', 'js');
    const lines: string[] = [];
    const own = { error: (line: string) => lines.push(line) };
    new Function('Grammar', 'GrammaskError', 'console', code)(Grammar, GrammaskError, own);
    t.same(lines, [codeOf('docs/errors.md', 'text')[0]?.trimEnd()]);
  },
  'docs/errors.md text': (t) =>
    t.equal(codeOf('docs/errors.md', 'text').length, 1, 'what the block before it prints'),
  'docs/grammars.md js': (t) => {
    const [joined = '', calls = ''] = codeOf('docs/grammars.md', 'js');
    const answer: Grammar = new Function('Grammar', 'schema', `${joined}; return answer`)(Grammar, {
      type: 'null',
    });
    t.ok(answer.test('Because it is\nnull'));
    t.notOk(answer.test('null'));
    const values = calls
      .trim()
      .split('\n')
      .map((line) => new Function('grammar', `return ${line}`));
    const [test, prefix, explanation, tokens] = values.map((call) => call(Grammar.builtin('arithmetic')));
    t.same([test, prefix, tokens], [true, true, false]);
    const members = /\{ (.*) \}/.exec(calls)?.[1]?.split(', ') ?? [];
    t.same(Object.keys(explanation).sort(), members.sort());
  },
  'docs/json-schema.md js': (t) => printWhatTheySay(t, 'docs/json-schema.md'),
  'docs/reachability.md js': async (t): Promise<void> => {
    if (noModel !== false) return t.comment(noModel);
    const [code = ''] = codeOf('docs/reachability.md', 'js');
    const [texts, ...rest] = await printed(t, 'reach', code);
    t.equal(texts, /; \/\/ (.*)$/m.exec(code)?.[1]);
    t.match(rest, [/^low \S/, /^medium \S/, /^high \S/, /^"\w+" \d (\d|null)$/]);
  },
  'docs/slots.md js': (t) => printWhatTheySay(t, 'docs/slots.md'),
};

t.test('every block is run, or says why not', async (t) => {
  t.ok(blocks.length > 50, `${blocks.length} blocks`);
  for (const { page, language, comment, code } of blocks) {
    const isOutput = language === '' && !/^\$ /.test(code);
    const isRun =
      isOutput ||
      elsewhere[page]?.includes(language) === true ||
      Object.hasOwn(here, `${page} ${language}`) ||
      /^not run: .{10,}/.test(comment);
    t.ok(isRun || code.startsWith('$ npx grammask '), `${page}: ${language} ${code.slice(0, 40)}`);
  }
});

for (const [name, check] of Object.entries(here)) t.test(name, async (t) => void (await check(t)));

t.test('commands with what they print', { skip: noCli }, async (t) => {
  const commands = blocks.filter(
    ({ page, language, code, comment }) =>
      language === '' &&
      code.startsWith('$ ') &&
      elsewhere[page]?.includes('') !== true &&
      !comment.startsWith('not run: '),
  );
  t.equal(commands.length, 1);
  for (const { page, code } of commands) {
    const [, command = '', output = ''] = /^\$ npx grammask (.*)\n([\s\S]*)$/.exec(code) ?? [];
    const words = (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ''));
    t.equal((await runCli(words)).out, output, `${page}: ${command}`);
  }
});
