// `grammask reach` asks a server: one that serves a model through `generate`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { noCli, type Run, runCli } from '../cli/run-cli.js';
import { validatorOf } from './audit-files.js';
import { serveModel } from './model-server.js';
import { loadTickets, ticketSchema, ticketsFolder } from './tickets.js';

t.setTimeout(300_000);

t.test('grammask reach of a server', { skip: noCli }, async (t) => {
  const model = await loadTickets();
  const server = await serveModel(model);
  t.teardown(async () => {
    await server.close();
    await model.dispose();
  });
  const folder = t.testdir({
    's.json': JSON.stringify(ticketSchema),
    'body.json': '{"min_p": 0}',
    'bad.json': '{',
  });
  const at = (name: string): string => join(folder, name);
  const reach = (...args: readonly string[]): Promise<Run> => runCli(['reach', ...args]);
  const prompt = 'ticket: refund crash bug{{input}} card\n';
  const url = ['--url', server.url, '--server-model', 'tickets', '--response-format', 'json_schema'];
  const system = [
    '--schema',
    at('s.json'),
    '--field',
    'team',
    '--characters',
    'amt ',
    '--max-tokens',
    '64',
    '--raw',
  ];
  const isReport = validatorOf('reach-report');

  const flipped = await reach('flip', ...url, ...system, '--max-k', '2', '--budget', '150', '--json', prompt);
  t.equal(flipped.code, 0, flipped.err);
  const report = JSON.parse(flipped.out);
  t.ok(isReport(report), JSON.stringify(isReport.errors?.at(-1)));
  t.match(report, {
    kind: 'http-flip',
    label: 'exact-reachable',
    witness: { replays: { agreed: 3, of: 3 } },
  });
  writeFileSync(at('flip.json'), flipped.out);
  t.match(await reach('verify', ...url, at('flip.json')), { code: 0, out: /1 witness replayed/ });
  t.match(await reach('explain', at('flip.json')), { code: 0, out: /Nothing is certified of a server/ });
  const verdict = await reach('verify', ...url, '--body', at('body.json'), at('flip.json'));
  t.match(verdict, { code: 3, out: /another setting \(request\)/ }, 'another request is another setting');

  const search = ['--target', 'sales', '--target', 'nobody', '--max-k', '1', '--budget', '60'];
  const found = await reach('find', ...url, ...system, ...search, '--json', prompt);
  t.equal(found.code, 3, 'nothing is ever proved');
  t.ok(isReport(JSON.parse(found.out)), JSON.stringify(isReport.errors?.at(-1)));
  const random = await reach('find', ...url, ...system, ...search, '--method', 'random', prompt);
  t.match(random, { code: 3, out: /"nobody": statistical/ });

  const wrong = async (args: readonly string[], err: RegExp): Promise<void> => {
    t.match(await reach('find', ...args, '--target', 'a', prompt), { code: 2, err }, args.join(' '));
  };
  await wrong(['--rate', '2'], /--rate goes with --url/);
  await wrong(['--url', server.url], /--url needs --server-model/);
  await wrong([...url, '--model', ticketsFolder], /--model means nothing of a server/);
  await wrong([...url, '--regex', 'a'], /--regex means nothing of a server/);
  await wrong([...url, '--method', 'gcg'], /needs logits, which a server does not show/);
  await wrong([...url, '--body', at('bad.json')], /bad\.json[\s\S]*is not JSON|is not JSON[\s\S]*bad\.json/);
  await wrong(['--url', 'file:///etc', '--server-model', 'm'], /begins with http/);
  await wrong([...url, '--api-key-env', 'NO SUCH'], /not the name of an environment variable/);
  await wrong(['--gcg-top-k', '4'], /go with --method gcg/);
  t.match(await reach('verify', at('flip.json'), '--model', ticketsFolder), {
    code: 2,
    err: /the report is of a server/,
  });
});
