import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Model } from '../../src/index.js';
import { contextOfModel } from '../../src/model/load-model.js';
import { mergeSweeps, type SweepOptions, sweep } from '../../src/reach/sweep.js';
import type { SweepReport } from '../../src/reach/sweep-report.js';
import { loadTiny } from '../model/tiny-model.js';
import { argMax, loadTickets, naiveLogits, teams, ticketSchema } from './tickets.js';

let model: Model;
t.before(async () => {
  model = await loadTickets();
});
t.after(() => model.dispose());

const encode = async (text: string): Promise<number[]> => [
  ...(await contextOfModel(model).worker.encode({ prompt: text })).tokens,
];

/** Texts by outcome and length, as a sweep tells them. */
function texts({ outcomes }: SweepReport): Map<string, number> {
  return new Map(
    outcomes.flatMap(({ outcome, lengths }) =>
      lengths.map(({ length, texts }): [string, number] => [`${outcome} ${length}`, texts]),
    ),
  );
}

t.test('one token: the reachable set is what the runtime alone says', async (t) => {
  const logitsOf = await naiveLogits();
  const { vocabulary } = model;
  for (const [before, behind] of [
    ['ticket: my card', ' please help\n{"team":"'],
    ['', ' is slow now\n'],
  ] as const) {
    const first = await encode(before);
    const expected = new Map<string, number>();
    const tell = async (text: string, length: number): Promise<void> => {
      const prompt = await encode(before + text + behind);
      const best = argMax(await logitsOf(prompt));
      const name = `${best} ${length}`;
      expected.set(name, (expected.get(name) ?? 0) + 1);
    };
    if (before + behind !== '') await tell('', 0);
    for (let token = 0; token < vocabulary.tokenCount; token++) {
      const text = Buffer.from(vocabulary.bytes(token)).toString();
      if (vocabulary.isSpecial(token) || /[^\x20-\x7e]/.test(text)) continue;
      const prompt = await encode(before + text + behind);
      // Only what the tokenizer writes with this token.
      if (first.every((id, index) => prompt[index] === id) && prompt[first.length] === token)
        await tell(text, 1);
    }
    const template = `${before}{{input}}${behind}`;
    const report = await sweep({
      model,
      template,
      control: { tokens: 'all' },
      k: 1,
      scores: true,
      targets: [3, 40],
    });
    t.same(texts(report), expected);
    t.equal(report.complete, true);
    const { counts } = report;
    t.equal(counts.enumerated, counts.read + counts.notText + counts.unprintable + counts.unstable);
    t.ok(
      report.outcomes.every(({ witness }) => witness !== null),
      'each was replayed',
    );
    t.equal(report.table?.texts.length, counts.read);
    t.equal(report.table?.scores.length, 2 * counts.read);
    for (const { target, label, k } of report.targets) {
      const isReached = report.outcomes.some(({ outcome }) => outcome === target);
      t.same([label, k], isReached ? ['exact-reachable', k] : ['certified-unreachable', 1]);
    }
    const { table } = report;
    const best = (column: number): boolean =>
      table?.scores.some((score, at) => at % 2 === column && score > 0) === true;
    t.same(
      [0, 1].map(best),
      ['3', '40'].map((name) => report.outcomes.some(({ outcome }) => outcome === name)),
      'above 0 where the text gives it',
    );
  }
});

t.test('two characters of a JSON string: the field is what generate says', async (t) => {
  const template = 'ticket: {"note":"log{{note}}r bug"} card payment\n';
  const characters = Array.from('inoe"\\ 7');
  const expected = new Map<string, number>();
  const all = ['', ...characters, ...characters.flatMap((a) => characters.map((b) => a + b))];
  for (const text of all) {
    const prompt = template.replace('{{note}}', () => JSON.stringify(text).slice(1, -1));
    const { value } = await model.generate<{ team: string }>({ prompt, schema: ticketSchema, maxTokens: 64 });
    const name = `${JSON.stringify(value?.team)} ${text.length}`;
    expected.set(name, (expected.get(name) ?? 0) + 1);
  }
  const options = { template, slot: 'note', schema: ticketSchema, field: 'team', k: 2 };
  const report = await sweep({ model, ...options, control: { characters, escape: 'json' } });
  t.same(texts(report), expected);
  t.equal(report.total, all.length);
  t.equal(report.counts.read, all.length);
  t.same(
    report.targets.map(({ value }) => value),
    teams,
    'the values that the schema lists',
  );
  const some = await sweep({ model, ...options, control: { characters, escape: 'json', regex: /[a-z]*/ } });
  t.equal(some.counts.notInLanguage, all.filter((text) => !/^[a-z]*$/.test(text)).length);
  t.equal(some.counts.enumerated, all.length);
});

const base = {
  template: 'ticket: refund charge for{{input}} crash\n',
  control: { tokens: Array.from({ length: 80 }, (_, index) => 2 * index + 30) },
  schema: ticketSchema,
  field: 'team',
  chunk: 16,
} as const satisfies Partial<SweepOptions>;

t.test('neither the size of a batch nor threads nor chunks change what is found', async (t) => {
  const whole = await sweep({ model, ...base });
  t.ok(whole.outcomes.length > 1, 'there is something to find');
  t.ok(whole.numeric.holds && whole.numeric.compared > 0);
  for (const batch of [7]) t.same(texts(await sweep({ model, ...base, batch })), texts(whole));
  t.same(texts(await sweep({ model, ...base, memoryBytes: 1 })), texts(whole));
  t.same(texts(await sweep({ model, ...base, chunk: 40 })), texts(whole));
  await using threads = await loadTickets({ threads: 2 });
  t.same(texts(await sweep({ ...base, model: threads })), texts(whole));
  // What is decided by less is read again.
  const wide = await sweep({ model, ...base, tolerance: 5 });
  t.ok(wide.numeric.rechecked > 0);
  t.same(texts(wide), texts(whole));
  const short = await sweep({ model, ...base, k: 0 });
  t.equal(short.baseline, whole.baseline);
  t.ok(
    short.outcomes.every(({ outcome }) => whole.outcomes.some((other) => other.outcome === outcome)),
    'more symbols reach no less',
  );
});

t.test('cut off at any byte and run again: the same report, each chunk once', async (t) => {
  const folder = t.testdir();
  const path = join(folder, 'whole.jsonl');
  const whole = await sweep({ model, ...base, journal: path });
  t.same(await sweep({ model, ...base }), whole, 'with and without a journal');
  const bytes = readFileSync(path);
  const lines = bytes.toString().split('\n').length - 1;
  t.equal(lines, 1 + whole.chunks.of);
  for (const end of [0, 17, bytes.indexOf(10) + 1, bytes.length >> 1, bytes.length - 1]) {
    const cut = join(folder, `cut-${end}.jsonl`);
    writeFileSync(cut, bytes.subarray(0, end));
    t.same(await sweep({ model, ...base, journal: cut }), whole);
    t.same(readFileSync(cut), bytes, `the same file, cut off at ${end}`);
  }
  const again = await sweep({ model, ...base, journal: path });
  t.same(again, whole, 'nothing is done twice');
  t.same(readFileSync(path), bytes);

  // Ended by its signal: what was done stays.
  const ended = join(folder, 'ended.jsonl');
  const abort = new AbortController();
  const onProgress = ({ chunks }: { chunks: number }): void => {
    if (chunks === 2) abort.abort();
  };
  const run = sweep({ model, ...base, journal: ended, signal: abort.signal, onProgress });
  await t.rejects(run, { code: 'ABORTED' });
  t.equal(readFileSync(ended).toString().split('\n').length - 1, 3);
  t.same(await sweep({ model, ...base, journal: ended }), whole);
});

t.test('parts that are done apart, joined', async (t) => {
  const folder = t.testdir();
  const whole = await sweep({ model, ...base });
  const journals = [1, 2, 3].map((index) => join(folder, `${index}.jsonl`));
  for (const [place, journal] of journals.entries()) {
    const part = await sweep({ model, ...base, journal, shard: { index: place + 1, of: 3 } });
    t.equal(part.complete, false);
    t.notOk(part.targets.some(({ label }) => label === 'certified-unreachable'));
  }
  t.same(await mergeSweeps({ model, ...base, journals }), whole);
  t.same(
    await mergeSweeps({ model, ...base, journals: [...journals, journals[1]!] }),
    whole,
    'one of them twice',
  );
  const two = await mergeSweeps({ model, ...base, journals: journals.slice(1) });
  t.equal(two.complete, false);
  t.ok(two.targets.every(({ label }) => label !== 'certified-unreachable'));

  const text = readFileSync(journals[0]!).toString();
  const changed = join(folder, 'changed.jsonl');
  writeFileSync(changed, text.replace('"read":', '"read": '));
  await t.rejects(mergeSweeps({ model, ...base, journals: [changed] }), {
    code: 'ARGUMENT',
    message: /damaged in line 2/,
  });
  await t.rejects(sweep({ model, ...base, journal: changed }), { code: 'ARGUMENT' });
  await t.rejects(sweep({ model, ...base, journal: journals[0], chunk: 41 }), {
    message: /of another setting: chunk/,
  });
  await using other = await loadTiny();
  const tiny = { ...base, model: other, schema: undefined, field: undefined };
  await t.rejects(sweep({ ...tiny, journal: journals[0] }), { message: /of another setting: system/ });
  await t.rejects(mergeSweeps({ model, ...base, journals: [join(folder, 'none')] }), { code: 'ARGUMENT' });
});

t.test('labels say no more than was done', async (t) => {
  const labelOf = async (options: Partial<SweepOptions>, target: unknown = 'sales'): Promise<unknown> => {
    const { targets } = await sweep({ model, ...base, targets: [target], ...options });
    return targets[0]?.label;
  };
  const far = 'ticket: refund charge card{{input}} invoice payment\n';
  t.equal(await labelOf({ template: far }), 'certified-unreachable');
  t.equal(await labelOf({ template: far }, 'marketing'), 'masked-out');
  t.equal(
    await labelOf({ template: far, tolerance: 0 }),
    'searched-unreached',
    'a tolerance that is not kept',
  );
  t.equal(await labelOf({ template: far, maxTokens: 1 }), 'searched-unreached', 'undecided answers');
  t.equal(await labelOf({ template: far, shard: { index: 1, of: 2 } }), 'searched-unreached');
  const answer = { schema: undefined, field: undefined, choices: ['yes', 'no'] };
  t.equal(await labelOf({ ...answer }, 'maybe'), 'masked-out');
  t.equal(await labelOf({ ...answer, readout: 'token' as const }, 'b'), 'masked-out');
  // The team itself, as a text.
  const copy = {
    template: 'ticket: {{input}}\n',
    control: { characters: ['t', 'e', 'c', 'h'], regex: /(tech)?/ },
    k: 4,
  };
  const report = await sweep({ model, ...base, ...copy, targets: ['tech'] });
  const tech = report.outcomes.find(({ value }) => value === 'tech');
  t.same(
    tech?.lengths.map(({ length, texts, plainTexts }) => [length, texts, plainTexts]),
    [
      [0, 1, 1],
      [4, 1, 0],
    ].filter(([length]) => tech?.lengths.some((found) => found.length === length)),
  );
});

t.test('what cannot be swept', async (t) => {
  const bad = (options: object, wanted: { code?: string; message?: RegExp; hint?: RegExp }) =>
    t.rejects(sweep({ model, ...base, ...options } as SweepOptions), wanted as object as Error);
  await bad({ template: 'no slot' }, { code: 'ARGUMENT', message: /has no slot \{\{input\}\}/ });
  await bad({ template: '{{input}} {{input}}' }, { code: 'ARGUMENT', message: /2 times/ });
  await bad({ control: { tokens: [] } }, { code: 'ARGUMENT', message: /no symbols/ });
  await bad({ control: { characters: '' } }, { code: 'ARGUMENT', message: /no symbols/ });
  await bad({ control: { tokens: [99999] } }, { code: 'TOKEN_RANGE' });
  await bad({ control: { tokens: 'all', escape: 'json' } }, { code: 'UNSUPPORTED' });
  await bad(
    { template: `${'a '.repeat(130)}{{input}}` },
    { code: 'ARGUMENT', message: /the model's context leaves/ },
  );
  await bad({ k: 9 }, { code: 'ARGUMENT', message: /too many texts/ });
  await bad({ k: -1 }, { code: 'ARGUMENT' });
  await bad({ K: 1 }, { code: 'ARGUMENT', message: /no option `K`/ });
  await bad({ schema: { not: {} }, field: 'team' }, { code: 'UNSATISFIABLE' });
  const closed = { ...ticketSchema, additionalProperties: false };
  for (const [schema, field] of [
    [closed, 'teamm'],
    [{ ...closed, properties: { ...closed.properties, of: closed } }, '/of/x~1y'],
    [{ $schema: 'http://json-schema.org/draft-04/schema#', ...closed }, 'teamm'],
  ] as const) {
    const message = /^no answer of the schema has the field \/(?:teamm|of\/x~1y)$/;
    await bad({ schema, field }, { code: 'ARGUMENT', message, hint: /spelling/ });
  }
  await bad({ schema: undefined }, { code: 'ARGUMENT', hint: /give one of/ });
  await bad({ model: {} }, { code: 'ARGUMENT' });
  await bad({ journal: join(t.testdir(), 'no', 'folder.jsonl') }, { code: 'ARGUMENT' });
  await bad({ shard: { index: 3, of: 2 } }, { code: 'ARGUMENT' });
  await bad({ signal: AbortSignal.abort() }, { code: 'ABORTED' });
  await using broken = await loadTiny({ dtype: 'q8' });
  await t.rejects(sweep({ model: broken, template: 'a{{input}}', control: { characters: 'ab' } }), {
    code: 'LOGITS',
  });
});
