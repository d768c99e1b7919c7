import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { noCli, type Run, runCli } from '../cli/run-cli.js';
import { auditFiles, validatorOf, xmlFault } from './audit-files.js';
import { ticketSchema, ticketsFolder } from './tickets.js';

// Each command starts a process; the library's tests say the same of what they share.
const full = process.env.GRAMMASK_TEST_FULL === '1' ? false : 'only in npm run test:full';

t.setTimeout(600_000);

const model = ['--model', ticketsFolder, '--threads', '1'];
const reach = (...args: readonly string[]): Promise<Run> => runCli(['reach', ...args]);

t.test('grammask reach', { skip: noCli }, async (t) => {
  const folder = t.testdir({
    ...auditFiles,
    's.json': JSON.stringify(ticketSchema),
    'p.txt': 'ticket: my{{input}}\n',
  });
  const at = (name: string): string => join(folder, name);
  const schema = ['--schema', at('s.json'), '--field', 'team'];
  const isReport = validatorOf('reach-report');
  const reportOf = ({ out }: Run): Record<string, unknown> => {
    const report = JSON.parse(out);
    t.ok(isReport(report), JSON.stringify(isReport.errors?.at(-1)));
    return report;
  };

  t.test('wrong use is told before a model is loaded', async (t) => {
    const none = at('no/folder/c.svg');
    writeFileSync(at('cases.jsonl'), '{"template": "a{{input}}", "target": true}\n');
    t.match(await reach('curve', at('cases.jsonl'), ...schema, '--svg', none), {
      code: 2,
      err: /cannot be written[\s\S]*c\.svg[\s\S]*a folder that is there/,
    });
    t.match(await reach('audit', at('no.yaml'), '-o', at('r.html'), '-o', none), {
      code: 2,
      err: /cannot be written/,
    });
    const bad = [
      [['--k', '-1'], /of at least 0 for --k but received '-1'/],
      [['--k', '1.5'], /of at least 0 for --k but received '1\.5'/],
      [['--batch', '0'], /of at least 1 for --batch/],
      [['--slot', 'other'], /no slot \{\{other\}\}/],
    ] as const;
    const runs = bad.map(([flags]) => reach('sweep', '--model', at('no'), ...schema, ...flags, 'a{{input}}'));
    for (const [index, run] of (await Promise.all(runs)).entries()) {
      t.match(run, { code: 2, err: bad[index]?.[1] });
    }
    t.match(await reach('merge', at('a.jsonl'), 'a prompt {{input}}'), {
      code: 2,
      err: /received neither[\s\S]*--template, or in --prompt/,
    });
  });

  t.test('sweep, its parts and its journal', { skip: full }, async (t) => {
    const prompt = 'ticket: refund charge for{{input}} crash\n';
    const sweep = [...model, ...schema, '--characters', 'abcdefgh ', '--k', '2', '--chunk', '16'];
    const run = await reach('sweep', ...sweep, '--json', prompt);
    t.equal(run.code, 0);
    const whole = reportOf(run);
    t.match(whole, { kind: 'sweep', total: 91, complete: true });
    writeFileSync(at('sweep.json'), run.out);
    const parts = [at('1.jsonl'), at('2.jsonl')];
    const [first] = await Promise.all(
      parts.map((journal, index) =>
        reach('sweep', ...sweep, '--shard', `${index + 1}/2`, '--journal', journal, '--json', prompt),
      ),
    );
    t.equal(first?.code, 3, 'a part is inconclusive');
    const merged = await reach('merge', ...sweep, '--json', '--prompt', prompt, ...parts);
    t.equal(merged.out, run.out);
    t.match(await reach('sweep', ...sweep, '--journal', parts[0] as string, prompt), {
      code: 2,
      err: /is there already[\s\S]*--resume/,
    });
    const resumed = await reach(
      'sweep',
      ...sweep,
      '--journal',
      parts[0] as string,
      '--resume',
      '--json',
      prompt,
    );
    t.equal(resumed.out, run.out);
    const otherModel = await reach(
      'sweep',
      ...sweep,
      '--k',
      '1',
      '--journal',
      parts[0] as string,
      '--resume',
      prompt,
    );
    t.match(otherModel, { code: 2, err: /another setting: k differs/ });
    t.match(await reach('sweep', ...sweep, prompt), {
      code: 0,
      out: /91 texts of at most 2 characters, all of them/,
    });
    t.match(await reach('verify', ...model, at('sweep.json')), { code: 0, out: /replayed: each gives/ });
    t.match(await reach('explain', at('sweep.json')), { code: 0, out: /certified-unreachable: Every text/ });
  });

  t.test('find, flip and curve', { skip: full }, async (t) => {
    const find = [...model, '--tokens', 'all', '--raw', '--budget', '300', '--target', '3', '--target', '40'];
    const run = await reach('find', ...find, '--template', at('p.txt'), '--json');
    const report = reportOf(run) as { targets: { label: string }[] };
    const isFound = report.targets.every(({ label }) => label === 'exact-reachable');
    t.equal(run.code, isFound ? 0 : 3);
    const journal = ['--journal', at('find.jsonl')];
    const again = await reach('find', ...find, '--template', at('p.txt'), '--json', ...journal);
    const bytes = readFileSync(at('find.jsonl'));
    writeFileSync(at('find.jsonl'), bytes.subarray(0, Math.floor(bytes.length / 2)));
    const resumed = await reach('find', ...find, '--template', at('p.txt'), '--json', ...journal, '--resume');
    t.equal(resumed.out, again.out, 'a search goes on to the same report');
    t.same(readFileSync(at('find.jsonl')), bytes);

    const flip = [
      ...model,
      ...schema,
      '--characters',
      'ab',
      '--max-k',
      '3',
      'ticket: refund charge crash{{input}} error\n',
    ];
    const flipped = await reach('flip', ...flip, '--json');
    t.match(reportOf(flipped), { kind: 'flip', label: 'certified-unreachable', k: 3 });
    t.equal(flipped.code, 1, 'there is none, which is proved');
    t.match(await reach('flip', ...flip), { code: 1, out: /it takes at least 4\ncertified-unreachable/ });
    const masked = await reach('find', ...model, ...schema, '--target', 'nobody', 'ticket: my{{input}}\n');
    t.match(masked, { code: 1, out: /masked-out/ });

    const cases = ['my', 'refund', 'slow'].map((word, index) =>
      JSON.stringify({ id: word, template: `ticket: ${word}{{input}}`, target: 10 + index }),
    );
    writeFileSync(at('cases.jsonl'), `${cases.join('\n')}\n`);
    const tokens = ['--tokens', '4,8,12,16,20,24,28', '--max-k', '2', '--budget', '40', '--raw'];
    const curve = [...model, ...tokens, at('cases.jsonl'), '--journal', at('curve.jsonl')];
    const drawn = await reach('curve', ...curve, '--json', '--svg', at('curve.svg'));
    t.equal(drawn.code, 0, drawn.err);
    t.match(reportOf(drawn), { kind: 'k-epsilon', points: [{ k: 0 }, { k: 1 }, { k: 2 }] });
    t.equal(xmlFault(readFileSync(at('curve.svg'), 'utf8')), undefined);
    const lines = readFileSync(at('curve.jsonl'), 'utf8').split('\n');
    writeFileSync(at('curve.jsonl'), `${lines.slice(0, 2).join('\n')}\n{"chu`);
    t.equal((await reach('curve', ...curve, '--resume', '--json')).out, drawn.out);
    writeFileSync(at('curve.json'), drawn.out);
    t.equal((await reach('verify', ...model, at('curve.json'))).code, 0);
    t.match(await reach('curve', ...curve, '--resume'), { out: /k ≤ 2 {2}│[█─ ░]{40}│/ });
  });

  t.test('audit, verify and explain', async (t) => {
    const files = ['r.json', 'r.html', 'r.xml', 'r.sarif', 'r.svg', 'r.curve.svg'];
    const outputs = files.flatMap((name) => ['-o', at(name)]);
    // To the empty text the model gives it: violated, whatever else.
    const broken = auditFiles['desk.yaml'].replace('to: sales', 'to: billing');
    writeFileSync(at('broken.yaml'), broken);
    const run = await reach('audit', at('broken.yaml'), ...model, ...outputs);
    t.match(run, { code: 100, out: /policy: violated/ });
    reportOf({ ...run, out: readFileSync(at('r.json'), 'utf8') });
    for (const name of files) t.ok(readFileSync(at(name)).length > 100, name);
    t.match(await reach('verify', at('r.json'), ...model), { code: 0, out: /each gives what it should/ });
    const id = 'crash/team=sales';
    t.match(await reach('explain', at('r.json'), id), { code: 0, out: new RegExp(`^${id}: `) });
    if (full) return;
    t.match(await reach('explain', at('r.json'), 'nobody'), { code: 2, err: /the fields are card\/team/ });
    t.match(await reach('audit', at('desk.yaml'), ...model), { code: 0, out: /policy: holds/ });
    t.match(await reach('audit', at('desk.yaml'), ...model, '--time', '1ms'), {
      code: 3,
      out: /inconclusive/,
    });
    const report = JSON.parse(readFileSync(at('r.json'), 'utf8'));
    report.cases[0].targets[0].witness = { text: 'x', length: 1, margin: 1, copiesTarget: false };
    report.cases[0].targets[0].target = '"nobody"';
    writeFileSync(at('wrong.json'), JSON.stringify(report));
    t.match(await reach('verify', at('wrong.json'), ...model), { code: 1, out: /not "nobody"/ });
    writeFileSync(
      at('other.json'),
      JSON.stringify({ ...report, definition: { ...report.definition, model: 'm' } }),
    );
    t.match(await reach('verify', at('other.json')), { code: 2, err: /--model names its folder/ });
  });

  t.test('wrong use', async (t) => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [['sweep', ...model, 'no slot'], /has no slot \{\{input\}\}/],
      [['sweep', ...model, '--characters', '', 'a{{input}}'], /no symbols/],
      [['sweep', ...model, '--k', '9', 'a{{input}}'], /too many texts/],
      [['sweep', ...model, '--characters', 'a', '--k', '5000', 'a{{input}}'], /context leaves/],
      [['sweep', '--time', '1s', 'a{{input}}'], /--time needs --journal/],
      [['sweep', '--shard', '3/2', 'a{{input}}'], /--shard/],
      [['sweep', '--resume', 'a{{input}}'], /--resume goes with --journal/],
      [['find', ...model, '--target', '3', '--budget', '0', 'a{{input}}'], /at least 1/],
      [['find', 'a{{input}}'], /--target/],
      [['flip', ...model, '--field', 'team', 'a{{input}}'], /needs the language of the answer/],
      [['curve', ...model, at('p.txt')], /the case in line 1: it is not JSON/],
      [['audit', at('nowhere.yaml')], /there is no file/],
      [['audit', at('desk.yaml'), '-o', 'r.pdf'], /not clear from the name/],
      [['audit', at('desk.yaml'), '--shard', '1/2'], /--shard needs --journal/],
      [['audit', at('desk.yaml'), '--merge', folder], /no journal of an audit/],
      [['verify', at('p.txt')], /no report of grammask reach/],
      [['explain', at('desk.yaml')], /no report of grammask reach/],
      [['nothing'], /unknown command/],
    ];
    for (const [args, message] of full ? wrong.slice(0, 2) : wrong) {
      const { code, err, out } = await reach(...args);
      t.equal(code, 2, args.join(' '));
      t.match(err, message);
      t.equal(out, '');
    }
    const { out, code } = await reach('find', '--json', 'a{{input}}');
    t.equal(code, 2);
    t.match(JSON.parse(out), { error: { code: 'ARGUMENT', message: /--target/ } });
    const names = ['audit', 'sweep', 'merge', 'find', 'flip', 'curve', 'verify', 'explain'];
    for (const name of full ? names.slice(0, 1) : names) {
      t.match(await reach(name, '--help'), { code: 0, out: /Exit code: [\s\S]*Example/ }, name);
    }
  });
});
