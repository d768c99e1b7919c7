import t from 'tap';
import { makeHoleWithin } from '../../../src/repair/hole/grammar-maker.js';
import { holeWithin } from '../../../src/repair/hole/hole-grammar.js';

/** Grammars of holes that are made in a thread. */

t.test('a thread makes the same grammars, and equal ones once', async (t) => {
  const around = { before: '  ', behind: ')' };
  const options = { mode: 'line', labels: false } as const;
  const first = ['f(a, ', ');\ng();\n', options, around] as const;
  const [one, two, other] = await Promise.all([
    makeHoleWithin(...first),
    makeHoleWithin(...first),
    makeHoleWithin('if (a) {\n', '\n}\n', options, around),
  ]);
  t.ok(one !== undefined && other !== undefined);
  t.equal(one, two, 'the same object, so that it is compiled once');
  t.same(one?.toBuffer(), holeWithin(...first)?.toBuffer());
  t.ok(one?.test('  b'));
  t.notOk(other?.test('  b c'));
  t.equal(
    await makeHoleWithin('a', '(', { mode: 'statement' }, around),
    holeWithin('a', '(', { mode: 'statement' }, around),
    'none where no text fits',
  );
});
