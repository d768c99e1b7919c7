import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { groupTokens } from '../../src/cli/token-groups.js';
import { readableBytes } from '../../src/readable-bytes.js';
import { tinyFolder } from '../model/tiny-model.js';
import { noCli, runCli } from './run-cli.js';

t.test('mask, fmt, lint and explain --target', { skip: noCli }, async (t) => {
  const dir = t.testdir({
    'log.ebnf': 'root ::=  level ":"   [a-z]+\nlevel ::= "info" | "warn"\n',
    'begun.log': 'warn',
    'tidy.ebnf': 'root ::= "a"\n',
    'seeded.ebnf': 'root ::= line+\nline ::= level ws "x"\nlevel ::= "info"\nws ::= [ \\n]*\nold ::= "y"\n',
    'words.ebnf': 'root ::= word "." dot\nword ::= [a-z]{1,9} [0-9]{1,9}\ndot ::= "." | "a" | "b" | "c"\n',
    'broken.ebnf': 'root ::= nowhere\n',
    'rules.lark': 'start: "a"\nOLD: "b"\n',
    'rules.abnf': 'a = "x" *WSP\n',
    's.json': JSON.stringify({ type: 'array', items: { type: 'string' }, uniqueItems: true }),
    'plain.json': JSON.stringify({ type: 'integer' }),
  });
  const file = (name: string): string => join(dir, name);

  t.test('mask', async (t) => {
    const tiny = ['mask', '--model', tinyFolder];
    const { code, out } = await runCli([...tiny, file('log.ebnf'), 'info']);
    t.equal(code, 0);
    t.match(out, /^1 of 258 tokens may come next\n/);
    t.match(out, /must come: :/);
    t.match(out, /may not end here/);
    t.match(await runCli([...tiny, file('log.ebnf'), 'in']), { out: /\n {2}in rule level, within root\n/ });
    t.match(await runCli([...tiny, file('log.ebnf'), 'info:a']), { code: 0, out: /may end here: <\|end\|>/ });
    t.match(await runCli([...tiny, file('log.ebnf'), 'infx']), { code: 1, out: /wrong at line 1, column 4/ });
    const [read, text] = await Promise.all([
      runCli([...tiny, file('log.ebnf'), file('begun.log')]),
      runCli([...tiny, '--text', '--kind', 'regex', '[-]+', '-']),
    ]);
    t.match(read, { code: 0, out: /must come: :/ }, 'a text that is the name of a file is read');
    t.match(text, { code: 0, out: /^\d+ of 258 tokens/ }, '--text: no standard input is waited for');
    const json = await runCli([...tiny, '--json', '--limit', '2', '--kind', 'regex', '[a-e]x']);
    t.match(JSON.parse(json.out), {
      viable: true,
      accepting: false,
      allowed: 5,
      groups: [{ prefix: 'a', count: 1 }, { prefix: 'b' }],
      more: { groups: 3, tokens: 3 },
    });
  });

  t.test('mask: wrong use', async (t) => {
    const wrong = await runCli(['mask', '--limit', '-1', file('log.ebnf')]);
    t.match(wrong, { code: 2, err: /a whole number from 0/ });
    t.match(await runCli(['mask', file('broken.ebnf')]), { code: 2, err: /broken\.ebnf, line 1, column 10/ });
    t.match(await runCli(['mask', dir]), { code: 2, err: /is a folder/ });
  });

  t.test('fmt', async (t) => {
    const tidy = 'root ::= level ":" [a-z]+\nlevel ::= "info" | "warn"\n';
    t.match(await runCli(['fmt', '-'], 'root::="a"'), { code: 0, out: 'root ::= "a"\n' });
    t.match(await runCli(['fmt', '--check', file('log.ebnf'), file('tidy.ebnf')]), {
      code: 1,
      out: `${file('log.ebnf')}\n`,
    });
    t.match(await runCli(['fmt', '--write', file('log.ebnf')]), { code: 0, out: /written/ });
    t.equal(readFileSync(file('log.ebnf'), 'utf8'), tidy);
    t.match(await runCli(['fmt', '--check', '--write', file('log.ebnf')]), {
      code: 2,
      err: /do not go together/,
    });
    t.match(await runCli(['fmt', '--write', '-'], 'root ::= "a"\n'), { code: 2, err: /--write needs files/ });
    t.match(await runCli(['fmt', file('broken.ebnf'), file('tidy.ebnf')]), {
      code: 2,
      out: 'root ::= "a"\n',
      err: /broken\.ebnf, line 1/,
    });
    const both = await runCli(['fmt', '--json', '--check', file('broken.ebnf'), file('log.ebnf')]);
    t.equal(both.code, 2);
    t.match(JSON.parse(both.out), { files: [{ error: { code: 'SYNTAX' } }, { changed: false }] });
    const { out } = await runCli(['fmt', '--json', '--check', file('tidy.ebnf')]);
    t.match(JSON.parse(out), { files: [{ changed: false }] });
  });

  t.test('lint', async (t) => {
    const { code, out } = await runCli(['lint', file('seeded.ebnf')]);
    t.equal(code, 1);
    t.match(
      out,
      /seeded\.ebnf:4:8: warning .*rule ws \(unbounded-white-space\)\n {4}ws ::= .*\n.*\n.*bound it: \[ \\n\]\{0,20\}\n/,
    );
    t.match(out, /seeded\.ebnf:5:1: warning rule old is never used/);
    t.match(await runCli(['lint', file('tidy.ebnf')]), {
      code: 0,
      out: /nothing to say\n.*up to 6 characters/,
    });
    t.match(await runCli(['lint', file('words.ebnf')]), { code: 0, out: /not decided for root, word: / });
    const json = await runCli(['lint', '--json', '--max-warnings', '2', file('seeded.ebnf')]);
    t.equal(json.code, 0);
    t.match(JSON.parse(json.out), {
      files: [{ findings: [{ code: 'unbounded-white-space', line: 4 }, { code: 'unused-rule' }] }],
    });
    t.match(await runCli(['lint', file('broken.ebnf')]), { code: 2, err: /SYNTAX/ });
    t.match(await runCli(['lint', file('s.json')]), { code: 2, err: /lint reads ebnf.*json-schema/ });
    t.match(await runCli(['fmt', file('s.json')]), { code: 2, err: /fmt reads ebnf/ });
    const several = await runCli(['lint', file('broken.ebnf'), file('rules.lark'), file('rules.abnf')]);
    t.equal(several.code, 2);
    t.match(several.err, /SYNTAX: rule nowhere is not defined\n {2}at .*broken\.ebnf, line 1, column 10\n/);
    t.match(several.out, /rules\.lark:2:1: warning terminal OLD is never used/, 'the others are looked at');
    t.match(several.out, /rules\.abnf:1:9: warning .*\n.*\n.*\n.*bound it: \*20WSP\n/);
    t.match(JSON.parse((await runCli(['lint', '--json', file('tidy.ebnf'), file('broken.ebnf')])).out), {
      files: [
        { findings: [] },
        { error: { code: 'SYNTAX', location: { path: file('broken.ebnf'), line: 1 } } },
      ],
    });
    t.match(await runCli(['lint', '--kind', 'lark', '-'], 'start: "a"'), { code: 0 });
    for (const wrong of [
      ['--max-warnings', '-1'],
      ['--max-warnings', '1.5'],
      ['--budget', '-1'],
    ]) {
      const [option = ''] = wrong;
      t.match(await runCli(['lint', ...wrong, file('tidy.ebnf')]), {
        code: 2,
        err: new RegExp(`a whole number from 0 to .* for ${option}`),
      });
    }
    t.match(await runCli(['lint', file('begun.log')]), { code: 2, err: /kind .* is not clear[\s\S]*--kind/ });
  });

  t.test('explain --target', async (t) => {
    const { code, out } = await runCli(['explain', file('s.json'), '--target', 'xgrammar']);
    t.equal(code, 1);
    t.match(
      out,
      /taken, yet not all of it is enforced\n.*XGrammar 0\.2\.8.*\n.*ignored.*the root, uniqueItems/,
    );
    t.match(await runCli(['explain', file('plain.json'), '--target', 'llguidance']), { code: 0 });
    const json = await runCli(['explain', file('s.json'), '--target', 'llguidance', '--json']);
    t.equal(json.code, 1);
    t.match(JSON.parse(json.out), {
      target: 'llguidance',
      accepted: false,
      findings: [{ pointer: '', keyword: 'uniqueItems', effect: 'refused' }],
    });
    t.match(await runCli(['explain', file('log.ebnf')]), { code: 2, err: /explain is for JSON Schemas/ });
    t.match(await runCli(['explain', file('s.json'), '--target', 'outlines']), { code: 2, err: /xgrammar/ });
  });
});

t.test('tokens in groups', async (t) => {
  const tokens = ['"', '":', 'ab', 'abc', '\n', 'é', 'éa'].map((text, id) => ({
    id,
    bytes: new TextEncoder().encode(text),
  }));
  t.same(
    groupTokens(tokens, 1).map(({ prefix, count, tokens }) => [prefix, count, tokens[0]?.text]),
    [
      ['"', 2, '"'],
      ['ab', 2, 'ab'],
      ['é', 2, 'é'],
      ['\\n', 1, '\\n'],
    ],
  );
  t.equal(readableBytes(Uint8Array.of(0xc3, 0x41, 0xff, 9, 0x7f)), '\\xC3A\\xFF\\t\\x7F');
  t.equal(readableBytes(new TextEncoder().encode('a\u200bb')), 'a\\u{200B}b');
});
