// What must hold of every system: drawn by seeds, more of them in the full run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createRandom, type Random } from '../../src/generate/random.js';
import type { Model } from '../../src/index.js';
import { contextOfModel } from '../../src/model/load-model.js';
import {
  type FindOptions,
  find,
  flip,
  kEpsilon,
  readAudit,
  runAudit,
  type SweepReport,
  sweep,
} from '../../src/reach/index.js';
import { openSystem, type SystemOptions } from '../../src/reach/system.js';
import { auditFiles } from './audit-files.js';
import { loadTickets, teams } from './tickets.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const seeds = Array.from({ length: full ? 40 : 4 }, (_, index) => index + 1);
t.setTimeout(full ? 3_600_000 : 180_000);

let model: Model;
t.before(async () => {
  model = await loadTickets();
});
t.after(() => model.dispose());

const words = ['refund', 'charge', 'crash', 'card', 'invoice', 'demo', 'quote', 'bug', 'error', 'my', 'slow'];
const pick = <Item>(random: Random, from: readonly Item[]): Item =>
  from[Math.floor(random() * from.length)] as Item;
const some = <Item>(random: Random, from: readonly Item[], count: number): Item[] =>
  [...from]
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ item }) => item);

/** A prompt, an alphabet and a readout. */
function systemOf(seed: number): SystemOptions {
  const random = createRandom(seed);
  const text = Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(random, words));
  text.splice(Math.floor(random() * text.length), 0, '{{input}}');
  const prompt = `ticket: ${text.join(' ')}\n`;
  const characters = some(random, Array.from('abcdefghijklmnorstu !"7\\'), 5);
  const tokens = some(
    random,
    Array.from({ length: 150 }, (_, index) => index + 40),
    6,
  );
  const [template, placement] =
    random() < 0.25
      ? [prompt.replace('{{input}}', ''), pick(random, ['before', 'after'] as const)]
      : [prompt, undefined];
  const control = pick(random, [
    { characters },
    { characters, escape: 'json' as const },
    { characters, regex: '[a-z]*' },
    { tokens },
    { tokens, identity: 'ids' as const, printable: false },
  ]);
  const values = some(random, [...teams, 'legal', 'none', 3, null, true], 2 + Math.floor(random() * 3));
  const schema = { type: 'object', properties: { team: { enum: values } }, required: ['team'] };
  const answer = pick(random, [{ schema, field: 'team' }, { choices: values.map(String) }, {}]);
  return { model, template, ...(placement === undefined ? {} : { placement }), control, ...answer };
}

const namesOf = ({ outcomes }: SweepReport): string[] => outcomes.map(({ outcome }) => outcome);

t.test('more symbols reach no less, and a certificate of more is one of fewer', async (t) => {
  for (const seed of seeds) {
    const system = systemOf(seed);
    const asked = system.schema === undefined ? undefined : [...teams, 'legal', 3];
    const all = await Promise.all([0, 1, 2].map((k) => sweep({ ...system, k, targets: asked })));
    for (const [k, report] of all.entries()) {
      const wider = all[k + 1];
      t.ok(report.complete);
      if (wider === undefined) continue;
      t.same(
        namesOf(report).filter((name) => !namesOf(wider).includes(name)),
        [],
        `seed ${seed}, k = ${k}`,
      );
      for (const [at, { label, target }] of wider.targets.entries()) {
        const narrow = report.targets[at];
        if (label === 'certified-unreachable') t.equal(narrow?.label, label, `${seed}: ${target}`);
        t.equal(narrow?.label === 'masked-out', label === 'masked-out');
        if (narrow?.label === 'exact-reachable') t.same(wider.targets[at]?.k, narrow.k);
      }
    }
  }
});

t.test(
  'a target that the answer cannot have is never reached, and it is told apart from others',
  async (t) => {
    for (const seed of seeds) {
      const random = createRandom(1000 + seed);
      const pool = [...teams, 'legal', '', 'te', 0, 1.5, null, false, { a: 1 }];
      const values = some(random, pool, 2);
      const schema = { properties: { team: { enum: values } }, required: ['team'], type: 'object' };
      const { template, placement, control } = systemOf(seed);
      const system = { model, template, placement, control, schema, field: 'team' };
      const { targets, outcomes } = await sweep({ ...system, k: 1, targets: pool });
      for (const { target, label, witness } of targets) {
        const isListed = values.some((value) => JSON.stringify(value) === target);
        t.equal(label === 'masked-out', !isListed, `seed ${seed}: ${target}`);
        if (isListed) continue;
        t.equal(witness, null);
        t.notOk(outcomes.some(({ outcome }) => outcome === target));
      }
      const out = pool.filter((value) => !values.includes(value));
      const found = await find({ ...system, targets: out, seeds: ['tech', 'legal'], maxK: 2, budget: 40 });
      t.ok(found.targets.every(({ label, witness }) => label === 'masked-out' && witness === null));
      t.equal(found.evaluations, 0, 'nothing is read for it');
    }
  },
);

t.test(
  'neither company in a batch, nor what is shared, nor threads turn an answer that is decided',
  async (t) => {
    await using threads = await loadTickets({ threads: 2 });
    let compared = 0;
    for (const seed of seeds) {
      const random = createRandom(2000 + seed);
      const options = systemOf(seed);
      // Lengths that differ, and beginnings that are the same.
      const texts = Array.from({ length: 24 }, () =>
        Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(random, words)).join(' '),
      );
      const prompts = await Promise.all(
        texts.map(async (prompt) => (await contextOfModel(model).worker.encode({ prompt })).tokens),
      );
      const ways: SystemOptions[] = [
        ...[1, 7, 32].map((batch) => ({ ...options, batch })),
        { ...options, memoryBytes: 1 },
        { ...options, model: threads },
      ];
      const { tolerance } = await withSystem(options, async (system) => system);
      const alone = await withSystem(options, async (system) => {
        const reader = system.reader([]);
        const all = [];
        for (const prompt of prompts) all.push(await reader.readAlone(prompt));
        return all;
      });
      const readings = await Promise.all(
        ways.map((way) => withSystem(way, (system) => system.reader([]).read(prompts))),
      );
      // Each by itself: nothing is shared.
      readings.push(
        await withSystem(options, async (system) => {
          const reader = system.reader([]);
          const all = [];
          for (const prompt of prompts) {
            reader.forget();
            all.push(...(await reader.read([prompt])));
          }
          return all;
        }),
      );
      for (const [way, found] of readings.entries()) {
        for (const [at, { outcome, margin, firstLogit }] of found.entries()) {
          const wanted = alone[at];
          if (wanted === undefined || wanted.margin <= tolerance) continue;
          compared++;
          t.equal(outcome, wanted.outcome, `seed ${seed}, way ${way}, ${texts[at]}`);
          t.ok(Math.abs(margin - wanted.margin) <= tolerance || margin === wanted.margin);
          t.ok(Math.abs(firstLogit - wanted.firstLogit) <= tolerance / 2);
        }
      }
    }
    t.ok(compared > 100 * seeds.length, `${compared} decided answers`);
  },
);

t.test('texts that leave the usual path late, and what is forgotten of it', async (t) => {
  const schema = {
    type: 'object',
    properties: { team: { enum: teams }, urgent: { type: 'boolean' }, note: { enum: ['a', 'ab', 'b'] } },
    required: ['team', 'urgent', 'note'],
  };
  const options = { model, template: 'ticket: {{input}}\n', control: { characters: 'ab' }, schema };
  const random = createRandom(7);
  const texts = Array.from({ length: 60 }, () => some(random, words, 2).join(' '));
  const prompts = await Promise.all(
    texts.map(
      async (text) => (await contextOfModel(model).worker.encode({ prompt: `ticket: ${text}\n` })).tokens,
    ),
  );
  for (const field of ['urgent', 'note']) {
    await withSystem({ ...options, field }, async (system) => {
      const targets = field === 'urgent' ? ['true', 'false'] : ['"a"', '"ab"', '"b"'];
      const alone = system.reader(targets);
      const byOutcome = new Map<string, Int32Array[]>();
      const reader = system.reader(targets);
      const together = await reader.read(prompts);
      for (const [at, prompt] of prompts.entries()) {
        const { outcome, margin, scores } = await alone.readAlone(prompt);
        t.equal(together[at]?.outcome, outcome, `${texts[at]}`);
        t.ok(Math.abs((together[at]?.margin ?? 0) - margin) < 1e-3, `${texts[at]}`);
        for (const [target, score] of scores.entries()) {
          const other = together[at]?.scores[target] ?? Number.NaN;
          t.ok(other === score || Math.abs(other - score) < 1e-3, `${texts[at]}: ${target}`);
        }
        byOutcome.set(outcome, [...(byOutcome.get(outcome) ?? []), prompt]);
      }
      // To the last digit what a reader says that has read nothing else.
      for (const group of byOutcome.values()) {
        const fresh = system.reader(targets);
        const wanted = await fresh.read(prompts.slice(0, 20));
        await reader.read(group);
        reader.forget();
        t.strictSame(await reader.read(prompts.slice(0, 20)), wanted);
        fresh.close();
      }
    });
  }
});

async function withSystem<Result>(
  options: SystemOptions,
  run: (system: Awaited<ReturnType<typeof openSystem>>) => Promise<Result>,
): Promise<Result> {
  const system = await openSystem(options);
  try {
    return await run(system);
  } finally {
    system.close();
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Without the last digits of logits: with a journal no step depends on what was read before it. */
const rounded = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, inner) => {
      if (name === 'largestDifference') return inner <= 5e-4;
      return ['margin', 'smallestMargin'].includes(name) && inner !== null ? inner.toFixed(3) : inner;
    }),
  );

t.test('cut off at any byte and run again: the same report; and the same from the same seed', async (t) => {
  const folder = t.testdir(auditFiles);
  const { definition } = await readAudit(join(folder, 'desk.yaml'));
  const next = { model, template: 'ticket: my{{input}}', control: { tokens: [40, 50, 60, 70, 80, 90, 100] } };
  const options = systemOf(3);
  const gcg = { topK: 4, swaps: 6 };
  const searches: Readonly<Record<string, (journal?: string) => Promise<unknown>>> = {
    sweep: (journal) => sweep({ ...options, k: 2, chunk: 5, journal }),
    find: (journal) => find({ ...next, targets: [90, 100, 101], maxK: 3, budget: 150, journal }),
    random: (journal) =>
      find({ ...next, target: 120, maxK: 3, budget: 80, method: 'random', seed: 5, journal }),
    gcg: (journal) =>
      find({ ...next, target: 120, maxK: 2, budget: 60, method: 'gcg', gcg, seed: 5, journal }),
    flip: (journal) =>
      flip({ ...next, template: 'ticket: crash{{input}}\n', choices: teams, maxK: 3, budget: 120, journal }),
    curve: (journal) =>
      kEpsilon(
        [90, 100, 101].map((target) => ({ template: next.template, target })),
        { model, control: next.control, maxK: 2, budget: 40, journal },
      ),
    audit: (journal) => runAudit(definition, { model, journal }),
  };
  for (const [name, run] of Object.entries(searches)) {
    const isFolder = name === 'audit';
    const random = createRandom(name.length);
    const journal = join(folder, `${name}.journal`);
    const whole = plain(await run(journal));
    t.same(rounded(await run()), rounded(whole), `${name}: the same again, without a journal`);
    const files = isFolder ? ['case-00001.jsonl', 'search-00002.jsonl', 'searches.jsonl'] : [''];
    for (let turn = 0; turn < (full ? 25 : 2); turn++) {
      const path = join(journal, pick(random, files));
      const bytes = readFileSync(path);
      const end = Math.floor(random() * bytes.length);
      writeFileSync(path, bytes.subarray(0, end));
      t.same(plain(await run(journal)), whole, `${name}: cut off at ${end} of ${bytes.length}`);
      // A search of an audit that is done is not gone on with.
      if (!isFolder) t.ok(readFileSync(path).equals(bytes), `${name}: the same journal, to the byte`);
    }
  }
  const drawn = (seed: number): FindOptions => ({
    ...next,
    target: 120,
    method: 'random',
    maxK: 3,
    budget: 30,
    seed,
  });
  const counts = await Promise.all([1, 2].map(async (seed) => (await find(drawn(seed))).numeric));
  t.notSame(counts[0], counts[1], 'another seed draws other texts');
});
