import t from 'tap';
import { type ErrorLocation, GrammaskError } from '../src/errors.js';

t.test('an error carries code, message, hint, location and cause', async (t) => {
  const cause = new Error('below');
  const error = new GrammaskError('SYNTAX', 'a bracket is open', {
    hint: 'close it',
    location: { line: 2, column: 5, excerpt: 'a [b\n   ^' },
    cause,
  });
  t.ok(error instanceof Error);
  t.equal(error.name, 'GrammaskError');
  t.equal(error.code, 'SYNTAX');
  t.equal(error.message, 'a bracket is open');
  t.equal(error.hint, 'close it');
  t.same(error.location, { line: 2, column: 5, excerpt: 'a [b\n   ^' });
  t.equal(error.cause, cause);
});

t.test('what is absent is not a property', async (t) => {
  const error = new GrammaskError('STATE', 'too early', { hint: undefined, location: undefined });
  t.same(Object.keys(error), ['code']);
  t.notOk('cause' in error);
  t.notOk('hint' in error);
});

t.test('toString says what, where and what to do', async (t) => {
  const text = (location?: ErrorLocation) =>
    String(new GrammaskError('UNSUPPORTED', 'no', { location, hint: 'leave it out' }));
  const tail = '\n  hint: leave it out';
  const head = 'GrammaskError UNSUPPORTED: no';
  t.equal(text(), head + tail);
  t.equal(
    text({ line: 1, column: 3, excerpt: 'a b\n  ^' }),
    `${head}\n  at line 1, column 3\n    a b\n      ^${tail}`,
  );
  t.equal(text({ line: 1, column: 1, excerpt: '' }), `${head}\n  at line 1, column 1${tail}`);
  t.equal(text({ pointer: '/items', keyword: 'not' }), `${head}\n  at /items, keyword not${tail}`);
  t.equal(text({ pointer: '', keyword: '' }), `${head}\n  at the root of the schema${tail}`);
  t.equal(text({ token: 7 }), `${head}\n  at token 7${tail}`);
  t.equal(text({ path: 'model/config.json' }), `${head}\n  at model/config.json${tail}`);
});

t.test('isInstance knows errors of another copy of the package and nothing else', async (t) => {
  const address = '../src/errors.js?copy';
  const other = (await import(address)) as { GrammaskError: typeof GrammaskError };
  t.not(other.GrammaskError, GrammaskError, 'really another copy');
  const foreign = new other.GrammaskError('MODEL', 'elsewhere');
  t.notOk(foreign instanceof GrammaskError);
  t.ok(GrammaskError.isInstance(foreign));
  t.ok(GrammaskError.isInstance(new GrammaskError('MODEL', 'here')));
  for (const value of [null, undefined, 'GrammaskError', {}, new Error('x'), { name: 'GrammaskError' }]) {
    t.notOk(GrammaskError.isInstance(value));
  }
});
