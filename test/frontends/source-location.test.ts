import t from 'tap';
import { locate, printableLines, printableText, shortened } from '../../src/frontends/source-location.js';

t.test('lines and columns', (t) => {
  const text = 'ab\r\ncd\nef\u2028g😀h';
  for (const [offset, line, column] of [
    [0, 1, 1],
    [2, 1, 3],
    [4, 2, 1],
    [6, 2, 3],
    [7, 3, 1],
    [10, 4, 1],
    [13, 4, 3],
    [14, 4, 4],
    [99, 4, 4],
  ] as const) {
    t.match(locate(text, offset), { line, column }, `offset ${offset}`);
  }
  t.end();
});

t.test('texts that a terminal can show, and names cut to 60 characters', (t) => {
  t.equal(printableText('a\x1b[2J\nb\t\x9b\ud800\u{1f600}'), 'a·[2J·b ·\ufffd\u{1f600}');
  t.equal(printableLines('a\x07\nb'), 'a·\nb');
  t.equal(shortened(`'${'x'.repeat(61)}' is not defined`), `'${'x'.repeat(60)}…' is not defined`);
  t.equal(shortened(`the name ${'x'.repeat(60)}`), `the name ${'x'.repeat(60)}`);
  t.end();
});

t.test('excerpts', (t) => {
  t.match(locate('one\ntwo three\nfour', 8), { excerpt: 'two three\n    ^' });
  t.match(locate('a\tb', 2), { excerpt: 'a b\n  ^' });
  const long = `${'x'.repeat(500)}!${'y'.repeat(500)}`;
  const { excerpt } = locate(long, 500) as { excerpt: string };
  const [shown, caret] = excerpt.split('\n') as [string, string];
  t.equal(shown[caret.length - 1], '!');
  t.ok(shown.length < 80);
  t.end();
});
