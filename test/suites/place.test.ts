import t from 'tap';
import { formatPlace, isAt, offsetOf, parsePlace, placeOf } from '../../src/suites/place.js';

const found = { viable: false, validBytes: 7, line: 2, column: 3 };

t.test('a place reads back as it is written', async (t) => {
  for (const text of ['1:1', '3:14', 'byte 0', 'byte 57', 'end']) {
    t.equal(formatPlace(parsePlace(text) as NonNullable<ReturnType<typeof parsePlace>>), text);
  }
  for (const text of ['', '0:1', '3', '3:0', '3:14:1', 'byte', 'byte -1', 'byte 01', 'End', ' 1:1']) {
    t.equal(parsePlace(text), undefined, text);
  }
});

t.test('line and column, bytes, and the end are compared with what was found', async (t) => {
  t.ok(isAt({ kind: 'line', line: 2, column: 3 }, found));
  t.notOk(isAt({ kind: 'line', line: 2, column: 4 }, found));
  t.ok(isAt({ kind: 'byte', byte: 7 }, found));
  t.notOk(isAt({ kind: 'end' }, found));
  t.ok(isAt({ kind: 'end' }, { ...found, viable: true }));
});

t.test('what was found is written in the form that stood there before', async (t) => {
  t.same(placeOf(found), { kind: 'line', line: 2, column: 3 });
  t.same(placeOf(found, { kind: 'byte', byte: 1 }), { kind: 'byte', byte: 7 });
  t.same(placeOf({ ...found, viable: true }), { kind: 'end' });
});

t.test('the offset of a place: lines of every line end, columns in code points', async (t) => {
  const text = 'ab\r\n😀c\u2028d';
  t.equal(offsetOf({ kind: 'line', line: 1, column: 3 }, text), 2);
  t.equal(offsetOf({ kind: 'line', line: 2, column: 2 }, text), 6);
  t.equal(offsetOf({ kind: 'line', line: 3, column: 1 }, text), 8);
  t.equal(offsetOf({ kind: 'line', line: 1, column: 4 }, text), undefined);
  t.equal(offsetOf({ kind: 'line', line: 4, column: 1 }, text), undefined);
  t.equal(offsetOf({ kind: 'byte', byte: 8 }, text), 6);
  t.equal(offsetOf({ kind: 'byte', byte: 99 }, text), undefined);
  t.equal(offsetOf({ kind: 'end' }, text), text.length);
});
