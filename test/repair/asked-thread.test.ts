import t from 'tap';
import { askedThread } from '../../src/repair/asked-thread.js';

t.test('a thread answers; where it ends, the next question starts another one', async (t) => {
  let ended = 0;
  const ask = askedThread<unknown, unknown>('echo-thread', import.meta.url, () => {
    ended++;
  });
  t.same(await Promise.all(['a', 'b', 'c'].map(ask)), ['a', 'b', 'c']);
  const [first, lost] = await Promise.all([ask('end'), ask('never reached')]);
  t.match(first, { message: 'as it was told' });
  t.ok(lost instanceof Error);
  t.equal(ended, 1);
  t.equal(await ask('d'), 'd');
  t.ok((await ask(() => {})) instanceof Error, 'what cannot cross is an error');
  t.equal(await ask('e'), 'e');
});

t.test('a thread that cannot be had is an error', async (t) => {
  const ask = askedThread<string, string>('no-such-thread', import.meta.url);
  t.ok((await ask('a')) instanceof Error);
});
