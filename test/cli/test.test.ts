import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { Parser } from 'tap-parser';
import { noCli, runCli } from './run-cli.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LIST = 'root ::= "[" (item ("," item)*)? "]"\nitem ::= [a-z]+ | [0-9]+ | root\n';

/** A grammar with a text of each kind, and more of them. */
function suite(t: Test, more: { accept?: object; reject?: object; at?: string } = {}): string {
  return t.testdir({
    'list.ebnf': LIST,
    list: {
      accept: { empty: '[]', words: '[a,b]', ...more.accept },
      reject: { comma: '[a,,b]', open: '[a', ...more.reject },
      ...(more.at === undefined ? {} : { 'reject.at': more.at }),
    },
  });
}

t.test('grammask test', { skip: noCli }, async (t) => {
  t.test('all texts get their verdict: 0, one line a suite, no colours', async (t) => {
    const { code, out, err } = await runCli(['test', suite(t, { at: '1:4 comma\nend open\n' })]);
    t.equal(code, 0, err);
    t.match(out, /^ok {4}\S*list\.ebnf {2}2 to accept, 2 to reject/);
    t.match(out, /\n4 passed {2}1 suite, /);
    t.notMatch(out, '\x1b');
  });

  t.test('failures: the place, the line, what was expected, the line end; 1', async (t) => {
    const more = {
      accept: { line: '[a]\n', digit: '[\n  a,\n  B]' },
      reject: { fine: '[1]', deep: '[a,[b,[c,,d]]]' },
      at: '1:4   comma\n1:13  deep\nbyte 0 open\n',
    };
    const { code, out } = await runCli(['test', suite(t, more)]);
    t.equal(code, 1);
    t.match(out, /accept\/line\n {4}expected to be accepted, was rejected at 1:4\n/);
    t.match(out, /without the line end at its end it is accepted/);
    t.match(
      out,
      /accept\/digit\n {4}expected to be accepted, was rejected at 1:2\n {8}1 \| \[\n {10}\| {2}\^\n/,
    );
    t.match(out, /reject\/fine\n {4}expected to be rejected, was accepted\n {8}1 \| \[1\]\n/);
    t.match(
      out,
      /expected to be rejected at 1:13, was rejected at 1:10\n {8}1 \| \[a,\[b,\[c,,d\]\]\]\n {10}\| {13}\^ expected here\n {10}\| {10}\^ was rejected here\n {4}the grammar expects there: /,
    );
    t.match(out, /expected to be rejected at byte 0, was rejected at its end, as too short/);
    t.match(out, /\n5 failed, 3 passed/);
  });

  t.test('a grammar that cannot be read: 2, and the other suites run', async (t) => {
    const dir = suite(t);
    writeFileSync(join(dir, 'broken.regex'), '(a');
    writeFileSync(join(dir, 'broken.tests.json'), JSON.stringify({ accept: ['a'] }));
    const { code, out } = await runCli(['test', dir]);
    t.equal(code, 2);
    t.match(out, /FAIL {2}\S*broken\.tests\.json {2}cannot be read\n +SYNTAX: /);
    t.match(out, /ok {4}\S*list\.ebnf/);
  });

  t.test('a table whose grammar is no file: 2, and not the path as the grammar', async (t) => {
    const grammar = { file: 'lvel.txt', kind: 'choice' };
    const dir = t.testdir({ 'a.tests.json': JSON.stringify({ grammar, reject: ['x'] }) });
    const { code, out } = await runCli(['test', dir]);
    t.equal(code, 2);
    t.match(out, /there is no file \S*lvel\.txt\n.*hint: .*kind: KIND/);
  });

  t.test('control characters in names and messages are not printed', async (t) => {
    const grammar = { kind: 'choice', source: 'a' };
    const accept = [{ text: '\x1b[2J', name: 'clear\x1b[2J\nok' }];
    const dir = t.testdir({ 'a.tests.json': JSON.stringify({ grammar, accept }) });
    for (const reporter of ['human', 'tap']) {
      const { code, out } = await runCli(['test', dir, '--reporter', reporter]);
      t.equal(code, 1);
      t.match(out, /clear·\[2J ok/);
      t.notMatch(out, '\x1b');
    }
  });

  t.test('wrong use: 2, and what to do', async (t) => {
    const cases: [string[], RegExp][] = [
      [['nowhere'], /no file or folder nowhere/],
      [['--reporter', 'xml'], /the reporters are human, tap, junit, json, lcov/],
      [['--judge', 'x'], /--judge needs --fuzz/],
      [['--jobs', '0'], /whole number from 1 to 256 for --jobs/],
      [['--grep', '('], /--grep is no regular expression/],
    ];
    const runs = await Promise.all(cases.map(([args]) => runCli(['test', ...args])));
    for (const [index, { code, err }] of runs.entries()) {
      t.equal(code, 2);
      t.match(err, cases[index]?.[1]);
    }
  });

  t.test('time that is not enough: 3', async (t) => {
    const long = `[${'[[a],[b]],'.repeat(40_000)}a]`;
    const { code, out } = await runCli(['test', suite(t, { accept: { long } }), '--timeout', '1']);
    t.equal(code, 3);
    t.match(out, /accept\/long\n {4}not decided/);
  });

  t.test('--grep, --bail, --jobs', async (t) => {
    const bad = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`bad-${index}`, '(']));
    const dir = suite(t, { accept: bad });
    const [grep, bail] = await Promise.all([
      runCli(['test', dir, '--grep', 'words$|reject/comma', '--json']),
      runCli(['test', dir, '--bail', '--jobs', '1', '--json']),
    ]);
    t.match(JSON.parse(grep.out), { totals: { passed: 2, failed: 0 } });
    const { totals } = JSON.parse(bail.out);
    t.equal(bail.code, 1);
    t.ok(totals.failed > 0 && totals.notRun > 0, JSON.stringify(totals));
  });

  t.test('TAP, JUnit and JSON', async (t) => {
    const dir = suite(t, { accept: { 'a # & <\u0001>': '[<\u0001>]' } });
    const file = join(dir, 'report.xml');
    const [tap, junit, json] = await Promise.all([
      runCli(['test', dir, '--reporter', 'tap']),
      runCli(['test', dir, '--reporter', 'junit', '--output', file]),
      runCli(['test', dir, '--json']),
    ]);
    const points = Parser.parse(tap.out).flatMap((event) => (event[0] === 'assert' ? [event[1]] : []));
    t.same(
      points.map(({ ok }) => ok),
      [false, true, true, true, true],
    );
    t.match(points[0]?.name, /accept\/a # & </);
    t.match(points[0]?.diag, { message: 'expected to be accepted, was rejected at 1:2' });
    const xml = readFileSync(file, 'utf8');
    t.match(xml, /<testsuites name="grammask test" tests="5" failures="1" errors="0" skipped="0"/);
    t.match(xml, /name="accept\/a # &amp; &lt;\ufffd&gt;"/);
    t.match(xml, /<failure message="expected to be accepted, was rejected at 1:2">/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there.
    t.notMatch(xml, /[\x00-\x08]/);
    t.match(junit.out, /1 failed, 4 passed/, 'the terminal has the report for people');
    const report = JSON.parse(json.out);
    t.match(report, { totals: { suites: 1, passed: 4, failed: 1 }, suites: [{ texts: { length: 5 } }] });
    t.match(report.suites[0].texts[0], { result: 'failed', found: '1:2', validBytes: 1, viable: false });
  });

  t.test('--fuzz stands in TAP, JUnit and JSON too', async (t) => {
    const files = {
      'judge.mjs': 'export const accepts = (text) => /^[0-689]+$/.test(text);\n',
      'd.ebnf': 'root ::= [0-9]+\n',
      'd.tests.json': JSON.stringify({ accept: ['17'] }),
    };
    const reports = ['tap', 'junit', 'json'];
    const folder = t.testdir(Object.fromEntries(reports.map((reporter) => [reporter, { ...files }])));
    const [tap, junit, json] = await Promise.all(
      reports.map((reporter) => {
        const dir = join(folder, reporter);
        const fuzz = ['--fuzz', '20', '--seed', '1', '--judge', join(dir, 'judge.mjs')];
        return runCli(['test', dir, ...fuzz, '--reporter', reporter]);
      }),
    );
    t.same([tap?.code, junit?.code, json?.code], [1, 1, 1]);
    const points = Parser.parse(tap?.out ?? '').flatMap((event) => (event[0] === 'assert' ? [event[1]] : []));
    t.match(points, [{ ok: true }, { ok: true, name: /fuzz .*20 texts, seed 1/ }, { ok: false }]);
    t.match(points.at(-1)?.diag, { message: 'the grammar accepts and the judge rejects', text: '"7"' });
    t.match(junit?.out, /<testsuites name="grammask test" tests="3" failures="1" errors="0"/);
    t.match(junit?.out, /<failure message="the grammar accepts and the judge rejects">"7"<\/failure>/);
    t.match(JSON.parse(json?.out ?? ''), {
      totals: { passed: 1 },
      fuzz: [{ seed: 1, texts: 20, hasJudge: true, undecided: 0, findings: [{ text: '7' }] }],
    });
  });

  t.test(
    '--update writes places down, keeps comments and forms, and drops texts that are gone',
    async (t) => {
      const dir = suite(t, { at: '# by hand\nbyte 9 comma\n1:1 gone\n' });
      writeFileSync(
        join(dir, 'list.tests.yaml'),
        "# table\nreject:\n  - '[,]' # first\n  - { text: '[', at: 1:1 }\n",
      );
      writeFileSync(join(dir, 'other.tests.json'), '{ "grammar": "list.ebnf", "reject": ["[1"] }');
      t.equal((await runCli(['test', dir])).code, 2, 'gone');
      t.equal((await runCli(['test', dir, '--update'])).code, 0);
      t.equal(readFileSync(join(dir, 'list', 'reject.at'), 'utf8'), '# by hand\nbyte 3 comma\nend    open\n');
      const yaml = readFileSync(join(dir, 'list.tests.yaml'), 'utf8');
      t.match(yaml, /^# table\n/);
      t.match(yaml, /1:2/);
      t.match(yaml, /end/);
      t.match(JSON.parse(readFileSync(join(dir, 'other.tests.json'), 'utf8')), {
        reject: [{ text: '[1', at: 'end' }],
      });
      const again = await runCli(['test', dir, '--update']);
      t.match(again, { code: 0, out: /every place is written down as it is/ });
      t.equal((await runCli(['test', dir])).code, 0);
    },
  );

  t.test('--coverage: the listing, and lcov', async (t) => {
    const dir = suite(t);
    const [human, lcov] = await Promise.all([
      runCli(['test', dir, '--coverage']),
      runCli(['test', dir, '--reporter', 'lcov']),
    ]);
    t.match(human.out, /2 of 2 rules, 1 of 3 alternatives/);
    t.match(
      human.out,
      /1 \| item ::= \[a-z\]\+ \| \[0-9\]\+ \| root\n +\| {19}\^{6} no text takes this alternative\n/,
    );
    t.match(
      lcov.out,
      /^TN:\nSF:\S*list\.ebnf\nFN:1,root\nFN:2,item\nFNDA:2,root\nFNDA:1,item\nFNF:2\nFNH:2\n/,
    );
    t.match(lcov.out, /BRDA:2,0,0,1\nBRDA:2,0,1,1\nBRDA:2,0,2,0\nBRDA:2,0,3,0\nBRDA:2,0,4,0\nBRF:9\nBRH:5\n/);
    t.match(lcov.out, /DA:1,2\nDA:2,1\nLF:2\nLH:2\nend_of_record\n$/);
  });

  t.test('--vocab: the same verdicts through the masks of a tokenizer', async (t) => {
    const model = join(root, 'models', 'json');
    const { code, out, err } = await runCli(['test', join(root, 'grammars'), '--vocab', model]);
    t.equal(code, 0, err);
    t.match(out, /\n\d+ passed/);
  });

  t.test('the built-in grammars', async (t) => {
    const { code, out } = await runCli(['test', 'grammars', '--fuzz', '50', '--seed', '1']);
    t.equal(code, 0, out);
    t.match(out, /ok {4}fuzz grammars\/json\.ebnf {2}50 texts, seed 1: the engine agrees with itself/);
  });

  t.test('--watch tests again what a file belongs to; an interrupt ends it', async (t) => {
    const dir = suite(t);
    const child = spawn(process.execPath, [join(root, 'dist', 'cli', 'main.js'), 'test', '--watch', dir]);
    let out = '';
    const until = (pattern: RegExp): Promise<void> =>
      new Promise((done) => {
        const look = (): void => {
          if (pattern.test(out)) done();
        };
        child.stdout.on('data', look);
        look();
      });
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    await until(/4 passed[\s\S]*waiting for changes/);
    writeFileSync(join(dir, 'list', 'accept', 'new'), '[B]');
    await until(/accept\/new\n {4}expected to be accepted/);
    const ended = new Promise((done) => child.once('close', done));
    child.kill('SIGINT');
    await ended;
    t.pass('it ended');
  });
});
