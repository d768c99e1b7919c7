import t from 'tap';
import { askedThread, isNoThread } from '../../src/repair/asked-thread.js';

const here = new URL('asked-thread.js', import.meta.url).href;

t.test('a thread answers; where it ends, the next question starts another one', async (t) => {
  let ended = 0;
  const ask = askedThread<unknown, unknown>('echo-thread', here, () => {
    ended++;
  });
  t.same(await Promise.all(['a', 'b', 'c'].map(ask)), ['a', 'b', 'c']);
  const [first, lost] = await Promise.all([ask('end'), ask('never reached')]);
  t.match(first, { noThread: { message: 'as it was told' } });
  t.ok(isNoThread(lost));
  t.equal(ended, 1);
  t.equal(await ask('d'), 'd');
  t.ok(isNoThread(await ask(() => {})), 'what cannot cross');
  await t.rejects(ask('wrong'), { code: 'MODEL', message: 'a wrong word', hint: 'another one' });
  t.equal(await ask('e'), 'e');
  t.equal(ended, 1, 'an error of the package ends nothing');
});

t.test('a thread that cannot be had is told', async (t) => {
  const ask = askedThread<string, string>('no-such-thread', here);
  t.ok(isNoThread(await ask('a')));
});
