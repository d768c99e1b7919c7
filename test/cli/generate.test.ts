import { spawn } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { tinyFolder } from '../model/tiny-model.js';
import { noCli, noModel, runCli } from './run-cli.js';

const schema = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 30 }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};

t.test('generate', { skip: noCli }, async (t) => {
  const dir = t.testdir({ 's.json': JSON.stringify(schema), 'g.ebnf': 'root ::= "a" | "b"' });
  const tiny = ['generate', '--model', tinyFolder, '--seed', '1'];

  t.test('a text of each constraint; the prompt from an argument or standard input', async (t) => {
    t.match(await runCli([...tiny, '--regex', '[ab]{3}', 'prompt']), { code: 0, out: /^[ab]{3}\n$/ });
    t.match(await runCli([...tiny, '--choices', 'yes,no'], 'prompt'), { code: 0, out: /^(yes|no)\n$/ });
    t.match(await runCli([...tiny, '--grammar', join(dir, 'g.ebnf'), '-'], 'prompt'), {
      code: 0,
      out: /^[ab]\n$/,
    });
  });

  t.test('--json and --stream', async (t) => {
    const { out } = await runCli([...tiny, '--json', '--schema', join(dir, 's.json'), '--raw', 'prompt']);
    const result = JSON.parse(out);
    t.same(JSON.parse(result.text), result.value);
    t.equal(result.usage.promptTokens, 6);
    const lines = (await runCli([...tiny, '--json', '--stream', '--regex', 'a{4}', 'p'])).out
      .trim()
      .split('\n');
    const parts = lines.map((line) => JSON.parse(line));
    t.equal(parts.at(-1).result.text, 'aaaa');
    t.equal(
      parts
        .slice(0, -1)
        .map(({ delta }) => delta)
        .join(''),
      'aaaa',
    );
  });

  t.test('exit codes', async (t) => {
    t.match(await runCli([...tiny, '--regex', 'a{9}', '--max-tokens', '3', 'p']), {
      code: 1,
      err: /needs 9 tokens/,
    });
    const partial = ['--on-limit', 'partial', '--max-tokens', '3', 'p'];
    t.match(await runCli([...tiny, '--regex', 'a{9}', ...partial]), { code: 3, out: 'aaa\n' });
    t.match(await runCli(['generate', '--model', join(dir, 'nowhere'), 'p']), { code: 2, err: /MODEL/ });
    t.match(await runCli([...tiny, '--regex', '(', 'p']), { code: 2, err: /SYNTAX/ });
    t.match(await runCli([...tiny, '--temperature', 'warm', 'p']), {
      code: 2,
      err: /expected a number for --temperature but received 'warm'/,
    });
    t.match(await runCli([...tiny, '--regex', 'a', '--choices', 'a', 'p']), {
      code: 2,
      err: /--regex and --choices/,
    });
    t.match(await runCli([...tiny, '--max-tokens', '3', 'p']), { code: 3 });
    t.match(await runCli([...tiny, '']), { code: 2, err: /the prompt is empty/ });
    t.match(await runCli([...tiny, '--choices', 'a,,b', 'p']), { code: 2, err: /empty choice/ });
  });

  t.test('every numeric option names itself', async (t) => {
    for (const name of ['--max-tokens', '--top-p', '--top-k', '--min-p', '--seed', '--threads']) {
      t.match(await runCli(['generate', name, 'many', 'p']), {
        code: 2,
        err: new RegExp(`number for ${name}`),
      });
    }
    t.match(await runCli(['generate', '--on-limit', 'later', 'p']), {
      code: 2,
      err: /close, error, partial for --on-limit/,
    });
  });

  t.test('--draft, --formats and --verify go with a schema', async (t) => {
    const schemaFlags = [
      '--schema',
      join(dir, 's.json'),
      '--draft',
      '2020-12',
      '--formats',
      'annotate',
      '--verify',
    ];
    t.match(await runCli([...tiny, ...schemaFlags, 'p']), { code: 0, out: /^\{"name":/ });
    const wrong: [string[], RegExp][] = [
      [['--draft', '3'], /2020-12, 2019-09, 7, 6, 4 for --draft/],
      [['--formats', 'none'], /assert, annotate for --formats/],
      [['--regex', 'a', '--verify'], /--verify goes with --schema only/],
      [['--regex', 'a', '--draft', '7'], /--draft goes with --schema only/],
      [['--regex', 'a', '--stop', 'b'], /--stop and --regex/],
    ];
    for (const [flags, err] of wrong) t.match(await runCli([...tiny, 'p', ...flags]), { code: 2, err });
  });

  t.test('--json: wrong use is JSON too, and nothing else is printed', async (t) => {
    const wrong: [string[], RegExp][] = [
      [['generate', '--no-such-option', 'p', '--json'], /unknown option '--no-such-option'/],
      [['generate', '--seed', 'x', 'p', '--json'], /number for --seed/],
      [['check', '--json'], /missing required argument 'grammar'/],
      [['nothing', '--json'], /unknown (command|option)/],
    ];
    for (const [args, message] of wrong) {
      const { code, out, err } = await runCli(args);
      t.equal(code, 2);
      t.equal(err, '');
      t.match(JSON.parse(out), { error: { code: 'ARGUMENT', message } });
    }
    t.match(await runCli(['generate', '--json', '--help']), {
      code: 0,
      out: /Usage: grammask generate/,
      err: '',
    });
  });

  t.test('a long argument does not overflow the stack of the thread of the model', async (t) => {
    const { code, err } = await runCli([...tiny, '--regex', 'a', 'x'.repeat(100_000)]);
    t.not(code, null, err);
    t.match(String(code), /^[02]$/);
  });

  t.test('a loaded model that nobody uses lets the process end', async (t) => {
    const index = new URL('../../dist/index.js', import.meta.url).href;
    const script = `import(${JSON.stringify(index)}).then((m) => m.loadModel(${JSON.stringify(tinyFolder)}))`;
    const child = spawn(process.execPath, ['-e', script], { env: { ...process.env, NODE_OPTIONS: '' } });
    t.equal(await new Promise((resolve) => child.once('close', resolve)), 0);
  });
});

t.test('generate with the embedded model', { skip: noCli || noModel }, async (t) => {
  const dir = t.testdir({ 's.json': JSON.stringify(schema) });
  const { code, out } = await runCli(
    ['generate', '--schema', join(dir, 's.json')],
    'Ann Miller is 42 years old.',
  );
  t.equal(code, 0);
  t.match(JSON.parse(out), { name: String, age: Number });
});
