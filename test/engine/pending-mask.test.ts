import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { Compiler, Grammar, PendingMask } from '../../src/index.js';
import { ids, newMask, smallVocabulary } from './small-vocabulary.js';

const vocabulary = smallVocabulary();
const compiled = new Compiler(vocabulary).compileSync(Grammar.json());
const reference = newMask(vocabulary);
compiled.matcher().fillMask(reference);

t.test('wait blocks this thread until the mask is written', async (t) => {
  const matcher = compiled.matcher();
  const mask = newMask(vocabulary);
  const pending = matcher.fillMaskAsync(mask);
  t.type(pending, PendingMask);
  t.equal(pending.wait(), true);
  t.same(mask, reference);
  t.equal(pending.ready, true);
  mask.fill(0);
  t.equal(pending.wait(), true, 'the outcome can be asked for again');
  t.ok(
    mask.every((word) => word === 0),
    'and the mask is written once',
  );
});

t.test('it can be awaited, also after wait and more than once', async (t) => {
  const matcher = compiled.matcher();
  const mask = newMask(vocabulary);
  const pending = matcher.fillMaskAsync(mask);
  t.equal(await pending, true);
  t.same(mask, reference);
  t.equal(await pending, true);
  const second = matcher.fillMaskAsync(mask);
  second.wait();
  t.equal(await second, true);
  const [a, b] = [matcher.fork(), matcher.fork()];
  t.same(await Promise.all([a.fillMaskAsync(newMask(vocabulary)), b.fillMaskAsync(newMask(vocabulary))]), [
    true,
    true,
  ]);
});

t.test('wait after then settles both', async (t) => {
  const pending = compiled.matcher().fillMaskAsync(newMask(vocabulary));
  const awaited = pending.then((limits) => limits);
  t.equal(pending.wait(), true);
  t.equal(await awaited, true);
});

t.test('the mask goes to the offset, also of shared memory', async (t) => {
  const words = reference.length;
  const mask = new Int32Array(new SharedArrayBuffer(4 * (words + 2)));
  compiled.matcher().fillMaskAsync(mask, 1).wait();
  t.same([...mask], [0, ...reference, 0]);
});

t.test('changes under it are BUSY, reading is not, and afterwards all is as before', async (t) => {
  const matcher = compiled.matcher();
  const mask = newMask(vocabulary);
  const pending = matcher.fillMaskAsync(mask);
  const changes: (() => unknown)[] = [
    () => matcher.fillMask(newMask(vocabulary)),
    () => matcher.fillMaskAsync(newMask(vocabulary)),
    () => matcher.step(new Float32Array(vocabulary.size)),
    () => matcher.accept(ids.byte('[')),
    () => matcher.acceptBytes('['),
    () => matcher.rollback(0),
    () => matcher.reset(),
    () => matcher.dispose(),
  ];
  for (const change of changes) t.throws(change, { code: 'BUSY' }, String(change));
  t.equal(matcher.isAccepting, false);
  t.equal(matcher.validate([ids.byte('[')]), 1);
  const fork = matcher.fork();
  t.equal(fork.accept(ids.byte('[')), true, 'a fork is free');
  pending.wait();
  t.equal(matcher.accept(ids.byte('[')), true);
  matcher.dispose();
});

t.test('without wait the event loop writes the mask and frees the matcher', async (t) => {
  const matcher = compiled.matcher();
  const mask = newMask(vocabulary).fill(0);
  const pending = matcher.fillMaskAsync(mask);
  while (!pending.ready) await turn();
  for (let turns = 0; turns < 100 && mask.every((word) => word === 0); turns++) await turn();
  t.same(mask, reference);
  t.equal(matcher.accept(ids.byte('[')), true);
});

t.test('memory that is taken away meanwhile is an error, not a crash', async (t) => {
  const matcher = compiled.matcher();
  const mask = newMask(vocabulary);
  const pending = matcher.fillMaskAsync(mask);
  structuredClone(mask.buffer, { transfer: [mask.buffer as ArrayBuffer] });
  t.throws(() => pending.wait(), { code: 'ARGUMENT', message: /`mask`/ });
  await t.rejects(Promise.resolve(pending), { code: 'ARGUMENT' });
  t.equal(matcher.accept(ids.byte('[')), true);
});

t.test('errors come out of wait and of await', async (t) => {
  const fresh = new Compiler(vocabulary).compileSync(Grammar.json());
  const matcher = fresh.matcher({ memoryBytes: 1 });
  const mask = newMask(vocabulary);
  t.throws(() => matcher.fillMaskAsync(mask).wait(), { code: 'MEMORY' });
  await t.rejects(Promise.resolve(matcher.fillMaskAsync(mask)), { code: 'MEMORY' });
  t.ok(
    mask.every((word) => word === 0),
    'the mask is all zeros',
  );
});

t.test('masks of one compiler can be pending at the same time', async (t) => {
  const masks = Array.from({ length: 20 }, () => newMask(vocabulary));
  const all = masks.map((mask) => compiled.matcher().fillMaskAsync(mask));
  for (const pending of all.reverse()) pending.wait();
  for (const mask of masks) t.same(mask, reference);
});
