import t from 'tap';
import type { Model } from '../../src/index.js';
import {
  type FindOptions,
  find,
  flip,
  type KEpsilonProgress,
  kEpsilon,
  type SearchProgress,
  shareBound,
  sweep,
  verify,
  wilsonInterval,
} from '../../src/reach/index.js';
import { loadTickets, ticketSchema } from './tickets.js';

let model: Model;
t.before(async () => {
  model = await loadTickets();
});
t.after(() => model.dispose());

const template = 'ticket: my{{input}}';
// Every fourth token: few enough to read all pairs.
const tokens = Array.from({ length: 46 }, (_, index) => 4 * index + 4);
const next = { template, control: { tokens, printable: false } } as const;
const every = Array.from({ length: 191 }, (_, index) => index + 1);

t.test('two tokens: nothing is found that is not there, nothing is certified that is', async (t) => {
  const truth = await sweep({ model, ...next, k: 2, batch: 64 });
  const least = new Map(truth.outcomes.map(({ outcome, lengths }) => [outcome, lengths[0]?.length]));
  const later = [...least].filter(([, length]) => length === 2).map(([outcome]) => outcome);
  t.ok(later.length >= 5, `${later.length} tokens need two`);

  const budget = 1 + tokens.length + Math.floor(0.15 * tokens.length ** 2);
  const options: FindOptions = { model, ...next, targets: every, maxK: 2, budget, batch: 64 };
  const found = await find(options);
  t.ok(found.evaluations <= budget);
  t.equal(found.contradicted, 0);
  for (const { target, label, witness, least: bounds } of found.targets) {
    if (witness !== null) t.ok((least.get(target) ?? 9) <= witness.length, `${target} is reachable`);
    t.not(label, 'certified-unreachable');
    const length = least.get(target);
    if (length === undefined) continue;
    t.ok((bounds.lower ?? 0) <= length && (bounds.upper ?? length) >= length, `the interval of ${target}`);
    if (length <= 1) t.equal(witness?.length, length, 'one token is read in full');
  }
  t.same(await find(options), found, 'the same again');
  const all = await find({ ...options, budget: 10_000 });
  for (const { target, label, least: bounds } of all.targets) {
    t.equal(label, least.has(target) ? 'exact-reachable' : 'certified-unreachable');
    t.equal(bounds.upper, least.get(target) ?? null);
    if (least.has(target)) t.ok(bounds.exact, 'the least length is known');
  }
  const checked = await verify(JSON.parse(JSON.stringify(all)), { model, ...next });
  t.ok(checked.holds);
  t.equal(checked.witnesses.length, least.size);
  t.same(checked.differences, []);

  // The greedy search reads as much, looks at less and finds less.
  let ours = 0;
  let greedy = 0;
  for (const target of later.slice(0, 6).map(Number)) {
    const one = { model, ...next, target, maxK: 2, budget: 2 * tokens.length + 2, batch: 64 };
    const search = await find(one);
    const other = await find({ ...one, method: 'upstream-greedy' });
    ours += search.targets[0]?.witness === null ? 0 : 1;
    greedy += other.targets[0]?.witness === null ? 0 : 1;
    const [mine] = search.targets;
    if (mine?.witness !== null && mine !== undefined) t.equal(mine.witness?.length, 2);
  }
  t.ok(ours >= greedy, `${ours} and ${greedy}`);
  t.ok(ours > 0);
});

t.test('flip: the least number of symbols, between what was read and what was found', async (t) => {
  const options = {
    model,
    template: 'ticket: refund charge crash{{input}} error\n',
    schema: ticketSchema,
    field: 'team',
    control: { characters: 'abcdefghijklmnopqrstuvwxyz ' },
  };
  const one = await flip({
    ...options,
    template: 'ticket: refund crash bug{{input}} card\n',
    maxK: 2,
    budget: 2000,
  });
  const truth = await sweep({ ...options, template: 'ticket: refund crash bug{{input}} card\n', k: 2 });
  const others = truth.outcomes.filter(({ outcome }) => outcome !== one.baseline);
  const least = Math.min(...others.map(({ lengths }) => lengths[0]?.length ?? 9));
  t.equal(truth.baseline, one.baseline);
  if (least <= 2) t.same(one.least, { lower: least, upper: least, exact: true });
  else t.match(one, { label: 'certified-unreachable', k: 2, least: { lower: 3, upper: null, exact: false } });

  // A text that somebody thought of, made shorter.
  const seeds = [' sales quote demo', 'not in the control: 1'];
  const seeded = await flip({ ...options, template: 'ticket:{{input}}\n', seeds, maxK: 20, budget: 400 });
  t.equal(seeded.label, 'exact-reachable');
  t.ok(seeded.witness !== null && seeded.witness.length <= (seeds[0]?.length ?? 0));
  t.ok((seeded.least.lower ?? 0) >= 1 && (seeded.least.lower ?? 0) <= (seeded.least.upper ?? 0));
  t.not(seeded.outcome, seeded.baseline);
  t.ok((await verify(seeded, { ...options, template: 'ticket:{{input}}\n' })).holds);
  const other = await verify(seeded, { ...options, template: 'ticket: bug{{input}}\n' });
  t.same(other.differences, ['template']);

  const out = await flip({ ...options, target: 'marketing' });
  t.match(out, { label: 'masked-out', k: null, witness: null, least: { lower: null }, evaluations: 0 });
});

t.test('shares: intervals, labels and what random texts tell', async (t) => {
  const cases = [
    { template: 'ticket: crash{{input}}\n', target: 'tech' },
    { template: 'ticket: refund{{input}}\n', target: 'sales', id: 'refund' },
    { template: 'ticket: refund{{input}}\n', target: 'marketing' },
  ];
  const shared = { model, schema: ticketSchema, field: 'team', control: { tokens: 'all' as const } };
  const report = await kEpsilon(cases, { ...shared, maxK: 1 });
  t.same(
    report.cases.map(({ id }) => id),
    ['1', 'refund', '3'],
  );
  t.match(report.points[0], { k: 0, reached: 1 });
  const last = report.points[1];
  t.equal(last?.reached, report.cases.filter(({ label }) => label === 'exact-reachable').length);
  t.equal(
    report.cases.length,
    Object.values(report.labels).reduce((sum, count) => sum + count, 0),
  );
  t.equal(report.cases[2]?.label, 'masked-out');
  for (const point of report.points) {
    t.ok(point.lower <= point.share && point.share <= point.upper);
    t.ok(point.epsilon.proved <= point.epsilon.found);
  }

  const random = await find({ model, ...next, target: 102, method: 'random', maxK: 2, budget: 200, seed: 1 });
  t.same(random.targets[0]?.label, 'statistical');
  t.equal(random.targets[0]?.shareBound, shareBound(random.evaluations));

  // Wilson's interval of 8 of 10, as textbooks print it.
  const { lower, upper } = wilsonInterval(8, 10);
  t.same([lower.toFixed(4), upper.toFixed(4)], ['0.4902', '0.9433']);
  t.same(wilsonInterval(0, 0), { lower: 0, upper: 1 });
  t.ok(Math.abs(shareBound(300) - 0.00994) < 1e-4);
});

t.test('how far a search is', async (t) => {
  const seen: SearchProgress[] = [];
  const onProgress = (progress: SearchProgress): void => void seen.push(progress);
  const budget = 300;
  const options: FindOptions = { model, ...next, targets: every, maxK: 2, budget };
  const found = await find({ ...options, onProgress });
  t.same(found, await find(options), 'looking on changes nothing');
  t.same(seen[0], { k: 0, complete: -1, evaluations: 1, left: budget - 1, reached: 1, of: every.length });
  const last = seen.at(-1);
  const reached = found.targets.filter(({ witness }) => witness !== null).length;
  t.match(last, { complete: 1, evaluations: found.evaluations, left: 0, reached });
  for (const [at, { k, evaluations, left, complete }] of seen.entries()) {
    t.ok(evaluations >= (seen[at - 1]?.evaluations ?? 0) && evaluations + left === budget);
    t.ok(complete <= k && k <= 2);
  }

  const field = { schema: ticketSchema, field: 'team', control: { characters: 'aeilt' } };
  const flips: SearchProgress[] = [];
  const crash = { ...field, model, template: 'ticket: crash{{input}} payment\n', maxK: 1 };
  const flipped = await flip({ ...crash, onProgress: (progress) => flips.push(progress) });
  t.match(flips.at(-1), { of: 1, evaluations: flipped.evaluations });

  const curve: KEpsilonProgress[] = [];
  const cases = ['tech', 'sales'].map((target) => ({ template: crash.template, target }));
  const { template: _template, ...shared } = crash;
  await kEpsilon(cases, { ...shared, onProgress: (progress) => curve.push(progress) });
  t.same(
    curve.filter(({ search }) => search === undefined).map(({ cases, of }) => [cases, of]),
    [
      [1, 2],
      [2, 2],
    ],
  );
  t.ok(curve.some(({ search }) => (search?.evaluations ?? 0) > 0));
  await t.rejects(find({ ...options, onProgress: 5 as never }), { code: 'ARGUMENT' });

  // Whoever looks on can also end it.
  const abort = new AbortController();
  const ended = find({ ...options, signal: abort.signal, onProgress: () => abort.abort() });
  await t.rejects(ended, { code: 'ABORTED' });
});

t.test('what cannot be searched', async (t) => {
  const bad = (options: object, wanted: { code: string; message?: RegExp }) =>
    t.rejects(find({ model, ...next, target: 5, ...options } as FindOptions), wanted as object as Error);
  await bad({ budget: 0 }, { code: 'ARGUMENT', message: /budget/ });
  await bad({ target: undefined }, { code: 'ARGUMENT' });
  await bad({ targets: [4] }, { code: 'ARGUMENT' });
  await bad({ target: 'no such token' }, { code: 'ARGUMENT', message: /no token/ });
  await bad({ target: 5000 }, { code: 'TOKEN_RANGE' });
  await bad({ maxK: 1.5 }, { code: 'ARGUMENT' });
  await bad({ method: 'magic' }, { code: 'ARGUMENT' });
  await bad({ signal: AbortSignal.abort() }, { code: 'ABORTED' });
  await bad({ targets: [4, 5], target: undefined, method: 'upstream-greedy' }, { code: 'UNSUPPORTED' });
  await bad(
    { template: '{{input}}', maxK: 200, control: { characters: 'a' }, budget: 300 },
    { code: 'ARGUMENT' },
  );
  await t.rejects(verify({ kind: 'other' } as never, { model, ...next }), { code: 'ARGUMENT' });
  await t.rejects(kEpsilon([], { model }), { code: 'ARGUMENT' });
  const cases = [
    { template: 'a{{input}}', target: 44 },
    { template: 'no slot', target: 44, id: 'second' },
  ];
  const fail = { code: 'ARGUMENT', message: /^the case second: the template has no slot \{\{input\}\}/ };
  await t.rejects(kEpsilon(cases, { model, onProgress: () => t.fail('searched') }), fail);
  await t.rejects(kEpsilon([null as unknown as (typeof cases)[0]], { model }), { code: 'ARGUMENT' });
});
