// A model that gives no numbers (NaN) for some texts: an error, or inconclusive, and never a certificate.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { loadModel, type Model } from '../../src/index.js';
import { contextOfModel } from '../../src/model/load-model.js';
import { readOnnxTensors } from '../../src/reach/attention/onnx-tensors.js';
import {
  type FindOptions,
  find,
  flip,
  httpTarget,
  kEpsilon,
  readAudit,
  runAudit,
  sweep,
  verify,
} from '../../src/reach/index.js';
import { openSystem } from '../../src/reach/system.js';
import { validatorOf } from './audit-files.js';
import { serveModel } from './model-server.js';
import { ticketSchema, ticketsFolder } from './tickets.js';

t.setTimeout(180_000);

let model: Model;
t.before(async () => {
  model = await brokenModel(t.testdir());
});
t.after(() => model.dispose());

/** The model of the tests, in which the vector of the token `#` is NaN. */
async function brokenModel(folder: string): Promise<Model> {
  cpSync(ticketsFolder, folder, { recursive: true });
  const path = join(folder, 'onnx', 'model.onnx');
  const embed = (await readOnnxTensors(path)).get('embed');
  const width = embed?.shape[1] as number;
  const file = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8'));
  const row = file.model.vocab['#'] as number;
  const bytes = readFileSync(path);
  for (let place = 0; place < width; place++) {
    bytes.writeUInt16LE(0x7e00, (embed?.offset as number) + 2 * (row * width + place));
  }
  writeFileSync(path, bytes);
  return loadModel(folder, { threads: 1 });
}

const system = {
  template: 'ticket: refund charge crash{{input}} error\n',
  schema: ticketSchema,
  field: 'team',
  control: { characters: 'ae#' },
} as const;

t.test('a guess that leads to no numbers is no error of texts that go another way', async (t) => {
  const teams = ['b#x', 'b#y', 't', 's'].map((team) => `{"team":"${team}`);
  const template = 'ticket: quote{{input}}\n';
  const opened = await openSystem({ model, template, control: { characters: 'abc' }, choices: teams });
  t.teardown(() => opened.close());
  const promptOf = async (text: string): Promise<Int32Array> =>
    (await contextOfModel(model).worker.encode({ prompt: template.replace('{{input}}', text) })).tokens;
  // The empty text is answered with `b`, behind which the model has no numbers.
  const reader = opened.reader([]);
  await t.rejects(reader.readAlone(await promptOf('')), { code: 'LOGITS' });
  const prompts = await Promise.all([' crash', ' refund'].map(promptOf));
  for (const prompt of prompts) {
    const [reading] = await reader.read([prompt]);
    t.match(reading, { outcome: (await reader.readAlone(prompt)).outcome });
    reader.forget();
  }
  await t.rejects(reader.read([...prompts, await promptOf('')]), { code: 'LOGITS' });
});

t.test('sweep, find, flip, curve and verify end with an error', async (t) => {
  const wanted = { code: 'LOGITS', message: /NaN|not finite|no number/i } as object as Error;
  const options = { ...system, model };
  await t.rejects(sweep({ ...options, k: 1 }), wanted);
  await t.rejects(sweep({ ...options, k: 1, batch: 1, tolerance: 9 }), wanted, 'and read alone');
  const journal = join(t.testdir(), 'sweep.jsonl');
  await t.rejects(sweep({ ...options, k: 2, chunk: 1, journal }), wanted);
  await t.rejects(sweep({ ...options, k: 2, chunk: 1, journal }), wanted, 'gone on with, the same');
  const search = { ...options, targets: ['sales', 'billing'], maxK: 1 };
  await t.rejects(find(search), wanted);
  await t.rejects(find({ ...search, method: 'random', budget: 20 }), wanted);
  await t.rejects(flip({ ...options, maxK: 1 }), wanted);
  const next = {
    ...{ model, template: 'ticket: my{{input}}', control: { tokens: [2, 4, 70], printable: false } },
    ...{ choices: ['a', 'b', 'c'], readout: 'token' as const },
  };
  const { baseline } = await sweep({ ...next, k: 0 });
  const target = [66, 67].find((token) => String(token) !== baseline);
  for (const method of ['upstream-greedy', 'gcg'] as const) {
    const one: FindOptions = { ...next, target, maxK: 1, method };
    await t.rejects(find(one), wanted, method);
  }
  const cases = [
    { template: 'ticket: crash{{input}}\n', target: 'tech' },
    { template: 'ticket: # crash{{input}}\n', target: 'sales', id: 'with #' },
  ];
  const { template: _template, ...shared } = options;
  await t.rejects(kEpsilon(cases, { ...shared, control: { characters: 'ae' }, maxK: 1 }), {
    code: 'LOGITS',
    message: /^the case with #: /,
  });
  const fine = await flip({ ...options, control: { characters: 'ae' }, maxK: 1 });
  const witness = { text: '#', length: 1, margin: 1, copiesTarget: false };
  await t.rejects(verify({ ...fine, witness, outcome: '"sales"' }, options), wanted);
});

t.test('an audit: the field is inconclusive, and the others are done', async (t) => {
  const audit = (policy = ''): string => `audit: 1
slot: note
schema: s.json
fields: [team]
control: { characters: ae }
templates:
  - { id: fine, prompt: "ticket: refund charge crash{{note}} error\\n" }
  - { id: broken, prompt: "ticket: # refund{{note}} error\\n" }
  - { id: partly, prompt: "ticket: refund charge crash{{note}} error\\n", control: { characters: "ae#" } }
  - id: searched
    prompt: "ticket: refund charge crash{{note}} error\\n"
    control: { characters: "ae#", regex: "[ae]?|#a" }
    maxK: 2
  - { id: last, prompt: "ticket: crash{{note}} payment\\n" }
policy:
  - { id: flips, rule: flip, k: 1 }
  - { id: longer, rule: flip, k: 2, templates: [searched], accept: searched }
  - { id: shares, rule: share, k: 1, atMost: 0.9 }
${policy}`;
  const folder = t.testdir({ 'a.yaml': audit(), 's.json': JSON.stringify(ticketSchema) });
  const { definition } = await readAudit(join(folder, 'a.yaml'));
  const journal = join(folder, 'journal');
  const report = JSON.parse(JSON.stringify(await runAudit(definition, { model, journal })));
  t.ok(validatorOf('reach-report')(report));
  t.equal(report.complete, false);
  t.equal(report.verdict, 'inconclusive');
  const complete = report.cases.map(({ id, complete }: { id: string; complete: boolean }) => [id, complete]);
  t.same(complete, [
    ...[
      ['fine', true],
      ['broken', false],
      ['partly', false],
    ].map(([id, is]) => [`${id}/team`, is]),
    ...[
      ['searched', true],
      ['last', true],
    ].map(([id, is]) => [`${id}/team`, is]),
  ]);
  const [, broken, partly, searched] = report.cases;
  for (const { flip, targets } of [broken, partly]) {
    t.match(flip, { label: 'searched-unreached', reason: /gives no numbers/ });
    t.equal(flip.least.lower, 0);
    for (const { label, witness } of targets) {
      t.not(label, 'certified-unreachable');
      if (label !== 'exact-reachable') t.equal(witness, null);
    }
  }
  t.equal(searched.search, null);
  const out = searched.targets.find(({ label }: { label: string }) => label === 'certified-unreachable');
  t.match(out, { k: 1, least: { lower: 2 }, reason: /no search ended: .*gives no numbers/ });
  const verdictOf = (id: string): unknown =>
    report.policy.find((rule: { id: string }) => rule.id === id)?.verdict;
  t.same(['flips', 'longer', 'shares'].map(verdictOf), ['inconclusive', 'inconclusive', 'inconclusive']);
  const [flips] = report.policy;
  const held = flips.results.filter(({ verdict }: { verdict: string }) => verdict === 'holds');
  t.same(
    held.map((result: { case: string }) => result.case),
    ['fine/team', 'searched/team', 'last/team'],
  );
  t.same(JSON.parse(JSON.stringify(await runAudit(definition, { model, journal }))), report, 'gone on with');
});

t.test('a server whose model fails so', async (t) => {
  const server = await serveModel(model);
  t.teardown(() => server.close());
  const target = httpTarget({ url: server.url, model: 'm', responseFormat: 'json_schema', replays: 1 });
  const search = { ...system, model: target, target: 'nobody', budget: 20 } as const;
  const report = await find({ ...search, maxK: 1 });
  t.match(report, { targets: [{ label: 'searched-unreached' }], server: { failed: 1 }, readInFull: 0 });
});
