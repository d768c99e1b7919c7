// A decoder that is written down (fixtures/make_rules.py), where whoever follows the probability of the target goes by.
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { loadModel, type Model } from '../../src/index.js';
import { type FindOptions, find, sweep } from '../../src/reach/index.js';

let model: Model;
t.before(async () => {
  const folder = fileURLToPath(new URL('./fixtures/rules', import.meta.url));
  model = await loadModel(folder, { threads: 1 });
});
t.after(() => model.dispose());

const system = (): Pick<FindOptions, 'model' | 'template' | 'control'> => ({
  model,
  template: '{{input}}x',
  control: { characters: 'abcdef' },
});

t.test('what is written down is what a sweep says', async (t) => {
  const { outcomes } = await sweep({ ...system(), k: 2 });
  const told = new Map(
    outcomes.map(({ tokenText, lengths }) => [
      tokenText,
      lengths.map(({ length, texts }) => [length, texts]),
    ]),
  );
  t.same(told.get('!'), [
    [1, 1],
    [2, 6],
  ]);
  t.same(told.get(';'), [[2, 1]]);
  // Behind b, e and d another one comes first, but for d behind f.
  t.same(told.get('?'), [
    [1, 3],
    [2, 17],
  ]);
});

t.test('the greedy search of the paper goes by, and this one does not', async (t) => {
  for (const [target, length] of [
    ['!', 1],
    [';', 2],
  ] as const) {
    const options = { ...system(), target, maxK: 2, budget: 50 };
    const greedy = await find({ ...options, method: 'upstream-greedy' });
    t.equal(greedy.targets[0]?.witness, null);
    t.equal(greedy.targets[0]?.label, 'searched-unreached');
    const { targets } = await find(options);
    t.equal(targets[0]?.label, 'exact-reachable');
    t.same(targets[0]?.least, { lower: length, upper: length, exact: true });
  }
});
