// Small trained models, of several seeds and two shapes, where all that two tokens can do is counted by a program that shares nothing
// with the package: what a sweep and a search say is held against it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { loadModel, type Model } from '../../src/index.js';
import { contextOfModel } from '../../src/model/load-model.js';
import { find, sweep } from '../../src/reach/index.js';
import { naiveModel } from './naive.js';
import { argMax } from './tickets.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
t.setTimeout(full ? 3_600_000 : 120_000);
const folder = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/trained/${name}`, import.meta.url));
const states = JSON.parse(
  readFileSync(new URL('./fixtures/trained/states.json', import.meta.url), 'utf8'),
) as Record<string, readonly string[]>;
// In the short run one prompt of one model.
const chosen = Object.entries(states).slice(0, full ? undefined : 1);
const statesOf = (templates: readonly string[]): readonly string[] =>
  templates.slice(0, full ? undefined : 1);

interface Truth {
  /** Texts by outcome and length, as `outcome length`. */
  readonly texts: ReadonlyMap<string, number>;
  /** The fewest tokens of each outcome. */
  readonly least: ReadonlyMap<number, number>;
}

/** Every text of at most two tokens, one by one. */
async function truthOf(
  model: Model,
  name: string,
  template: string,
  symbols: readonly number[],
): Promise<Truth> {
  const naive = await naiveModel(folder(name));
  const { worker } = contextOfModel(model);
  const [before = '', behind = ''] = template.split('{{input}}');
  const encode = async (prompt: string): Promise<number[]> => [
    ...(await worker.encode({ prompt, isRendered: true })).tokens,
  ];
  const [first, last] = [await encode(before), await encode(behind)];
  const texts = new Map<string, number>();
  const least = new Map<number, number>();
  const note = (logits: Float32Array, length: number): void => {
    const best = argMax(logits);
    texts.set(`${best} ${length}`, (texts.get(`${best} ${length}`) ?? 0) + 1);
    if (!least.has(best)) least.set(best, length);
  };
  const read = async (texts: readonly (readonly number[])[]): Promise<void> => {
    const rows = await naive(texts.map((text) => [...first, ...text, ...last]));
    for (const [row, logits] of rows.entries()) note(logits, (texts[row] as readonly number[]).length);
  };
  await read([[]]);
  await read(symbols.map((symbol) => [symbol]));
  for (const symbol of symbols) await read(symbols.map((other) => [symbol, other]));
  return { texts, least };
}

const total = { needTwo: 0, found: 0, greedy: 0, states: 0 };

for (const [name, templates] of chosen) {
  t.test(name, { timeout: 3_600_000 }, async (t) => {
    await using model = await loadModel(folder(name), { threads: 1 });
    const { tokenCount } = model.vocabulary;
    // All but the two that are no text.
    const symbols = Array.from({ length: tokenCount - 2 }, (_, index) => index + 2);
    const control = { tokens: symbols, identity: 'ids' as const, printable: false };
    for (const [index, template] of statesOf(templates).entries()) {
      const truth = await truthOf(model, name, template, symbols);
      const system = { model, template, control, batch: 64 };
      if (index === 0 && full) {
        const swept = await sweep({ ...system, k: 2, targets: symbols });
        const texts = swept.outcomes.flatMap(({ outcome, lengths }) =>
          lengths.map(({ length, texts }): [string, number] => [`${outcome} ${length}`, texts]),
        );
        t.same(new Map(texts), truth.texts, 'the sweep has counted the same');
        for (const { target, label, witness } of swept.targets) {
          const length = truth.least.get(Number(target));
          t.equal(label, length === undefined ? 'certified-unreachable' : 'exact-reachable');
          t.equal(witness?.length, length);
        }
      }
      const budget = Math.floor(0.15 * symbols.length ** 2);
      const report = await find({ ...system, targets: symbols, maxK: 2, budget });
      t.ok(report.evaluations <= budget, 'within 0.15 V² prompts, all targets together');
      t.equal(report.contradicted, 0);
      const needTwo = new Set([...truth.least].filter(([, length]) => length === 2).map(([token]) => token));
      let found = 0;
      for (const { target, label, witness, least } of report.targets) {
        const length = truth.least.get(Number(target));
        if (witness !== null)
          t.ok(length !== undefined && length <= witness.length, 'nothing but what is there');
        if ((length ?? 2) <= 1) t.equal(witness?.length, length, 'one token is exact');
        t.ok((least.lower ?? 0) <= (length ?? 3), 'no certificate is contradicted');
        t.not(label, 'certified-unreachable');
        if (needTwo.has(Number(target)) && witness !== null) found++;
      }
      let greedy = 0;
      for (const target of needTwo) {
        const one = { ...system, target, maxK: 2, method: 'upstream-greedy' as const, budget };
        const other = await find(one);
        greedy += other.targets[0]?.witness === null ? 0 : 1;
      }
      t.comment(
        `${JSON.stringify(template)}: ${needTwo.size} tokens need two; ${found} found, greedy ${greedy}`,
      );
      total.needTwo += needTwo.size;
      total.found += found;
      total.greedy += greedy;
      total.states++;
    }
  });
}

t.test('how much is found', async (t) => {
  const { needTwo, found, greedy } = total;
  t.comment(
    `of ${needTwo} in ${total.states} prompts: ${found} found, ${greedy} by the published greedy search`,
  );
  t.ok(needTwo > 0);
  t.ok(found >= greedy);
  if (!full) return;
  t.ok(found >= 0.95 * needTwo, 'of what takes two tokens at least 95 %');
  t.ok(needTwo - found <= 0.25 * (needTwo - greedy), 'at most a quarter of what the greedy search misses');
});
