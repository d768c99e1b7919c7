import { join } from 'node:path';
import t from 'tap';
import { noCli, runCli } from './run-cli.js';

const schema = JSON.stringify({
  type: 'object',
  properties: { a: { type: 'integer' }, b: { enum: ['x', 'y'] } },
  required: ['a'],
  additionalProperties: false,
});

t.test('check and explain', { skip: noCli }, async (t) => {
  const dir = t.testdir({
    's.json': schema,
    'right.json': '{"a": 1, "b": "x"}\n',
    'wrong.json': '{\n  "a": 1,\n  "b": z\n}\n',
    'digits.regex': '[0-9]+\n',
    'list.gbnf': 'root ::= "a" ("," "a")*\n',
    'broken.ebnf': 'root ::= nowhere',
    'rules.lark': 'start: "a"',
    'call.tag.json': '{"format": {"type": "const_string", "value": "a"}}',
    'list.abnf': 'list = item *("," item)\nitem = 1*ALPHA\n',
    'refused.json': JSON.stringify({ type: 'string', pattern: '(a)\\1' }),
  });
  const file = (name: string): string => join(dir, name);

  t.test('accepted texts', async (t) => {
    t.match(await runCli(['check', file('s.json'), file('right.json'), '{"a":2}']), {
      code: 0,
      out: /accepted\n.*accepted/,
    });
    t.match(await runCli(['check', file('list.gbnf'), 'a,a']), { code: 0 });
    t.match(await runCli(['check', file('rules.lark'), 'a']), { code: 0 });
    t.match(await runCli(['check', file('call.tag.json'), 'a']), { code: 0 });
    t.match(await runCli(['check', file('list.abnf'), 'a,B']), { code: 0 });
    t.match(await runCli(['check', '--kind', 'abnf', 'a = %x41', 'a']), { code: 1 });
    t.match(await runCli(['check', file('digits.regex')], '123'), {
      code: 0,
      out: /standard input: accepted/,
    });
  });

  t.test('a wrong text: the line, the place, what was expected, in words', async (t) => {
    const { code, out } = await runCli(['check', file('s.json'), file('wrong.json')]);
    t.equal(code, 1);
    t.match(out, /wrong\.json: not accepted, line 3, column 8/);
    t.match(out, / {4} {2}"b": z\n {4} {7}\^\n/);
    t.match(out, /expected .*"x".*"y"/);
    t.match(await runCli(['check', file('s.json'), '{"a":']), { code: 1, out: /ends too early/ });
    t.match(await runCli(['check', file('digits.regex')], '12\n'), { code: 1, out: /without the line end/ });
  });

  t.test('--text and --kind override what a name says', async (t) => {
    t.match(await runCli(['check', '--text', file('digits.regex'), file('right.json')]), { code: 1 });
    t.match(await runCli(['check', '--kind', 'regex', '[ab]+', 'abba']), { code: 0 });
    t.match(await runCli(['check', '--kind', 'choice', 'yes,no', 'no']), { code: 0 });
  });

  t.test('--json', async (t) => {
    const { code, out } = await runCli(['check', '--json', file('s.json'), '{"a":1}', '{"c"']);
    t.equal(code, 1);
    t.match(JSON.parse(out), {
      results: [{ accepted: true }, { accepted: false, validBytes: 2, line: 1, column: 3 }],
    });
    const failed = await runCli(['check', '--json', file('broken.ebnf'), 'a']);
    t.equal(failed.code, 2);
    t.match(JSON.parse(failed.out), { error: { code: 'SYNTAX', location: { line: 1 } } });
  });

  t.test('wrong use is 2', async (t) => {
    t.match(await runCli(['check']), { code: 2, err: /missing required argument/ });
    t.match(await runCli(['check', file('nowhere.json'), 'a']), { code: 2, err: /no file/ });
    t.match(await runCli(['check', file('refused.json'), '1']), { code: 2, err: /UNSUPPORTED.*\n.*pattern/ });
    t.match(await runCli(['nonsense']), { code: 2, err: /unknown command/ });
    t.match(await runCli(['check', '--colour', 'x']), { code: 2, err: /--colour/ });
  });

  t.test('explain', async (t) => {
    t.match(await runCli(['explain', file('s.json')]), { code: 0, out: /supported, every keyword/ });
    t.match(await runCli(['explain', file('refused.json')]), {
      code: 1,
      out: /not supported\n.*error.*the root, pattern/,
    });
    const { code, out } = await runCli(['explain', '-', '--json'], '{"pattern":"(?:a)(b)\\\\1"}');
    t.equal(code, 1);
    t.match(JSON.parse(out), { supported: false, issues: [{ keyword: 'pattern' }] });
    t.match(await runCli(['explain', '-'], '{"type":'), { code: 2, err: /SYNTAX/ });
    t.match(await runCli(['explain', file('nowhere.json')]), { code: 2 });
  });

  t.test('help has an example; no colours without a terminal', async (t) => {
    for (const command of ['generate', 'check', 'explain']) {
      const { code, out } = await runCli([command, '--help']);
      t.equal(code, 0);
      t.match(out, /Example/);
    }
    const { out, err } = await runCli(['check', file('s.json'), '{']);
    t.notMatch(out + err, '\u001b[');
  });
});
