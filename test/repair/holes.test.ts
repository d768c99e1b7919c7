import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  applyChange,
  type Diagnostic,
  fillHole,
  holeAt,
  holesFromDiagnostics,
  parseRange,
  patchedText,
  unifiedDiff,
} from '../../src/repair/index.js';
import { contentHash, linesOf, positionAt } from '../../src/repair/source-text.js';
import { grammaskError } from '../support/frontend-errors.js';

t.test('ranges as they are written', async (t) => {
  t.same(parseRange('12'), { startLine: 12, endLine: 12 });
  t.same(parseRange('12-14'), { startLine: 12, endLine: 14 });
  t.same(parseRange('1:2-3:4'), { start: { line: 1, column: 2 }, end: { line: 3, column: 4 } });
  for (const text of ['', 'a', '1:2', '1:2-3', '1-3:4', '-1', '1-', '1.5']) {
    grammaskError(() => parseRange(text), 'ARGUMENT');
  }
});

t.test('a line, its indentation in front of the hole or in it', async (t) => {
  const content = 'a\n\t  b c\nd\n';
  const hole = holeAt('f.ts', content, { startLine: 2, endLine: 2 });
  t.match(hole, { original: 'b c', indentation: '\t  ', mode: 'line', start: 5, end: 8, lineEnd: '\n' });
  t.equal(hole.prefix + hole.original + hole.suffix, content);
  t.same(
    [hole.startPosition, hole.endPosition],
    [
      { line: 2, column: 4 },
      { line: 2, column: 7 },
    ],
  );
  t.equal(fillHole(hole, 'x'), 'a\n\t  x\nd\n');
  const whole = holeAt('f.ts', content, { startLine: 2, endLine: 2 }, { indentation: 'hole' });
  t.equal(whole.original, '\t  b c');
  const several = holeAt('f.ts', content, { startLine: 2, endLine: 3 });
  t.match(several, { original: 'b c\nd', mode: 'lines' });
});

t.test('line ends are those of the file', async (t) => {
  const content = 'a\r\n  b\r\nc';
  const hole = holeAt('f.ts', content, { startLine: 2, endLine: 2 });
  t.match(hole, { original: 'b', lineEnd: '\r\n' });
  t.equal(fillHole(hole, 'x\ny'), 'a\r\n  x\r\ny\r\nc');
  const last = holeAt('f.ts', content, { startLine: 3, endLine: 3 });
  t.match(last, { original: 'c', lineEnd: '\r\n', suffix: '' }, 'the last line has none of its own');
  t.equal(holeAt('f.ts', 'a\rb', { startLine: 2, endLine: 2 }).original, 'b');
});

t.test('offsets in UTF-16 and in bytes; a byte-order mark stays', async (t) => {
  const content = '\uFEFFé😀 = 1\nb';
  const hole = holeAt('f.ts', content, { startLine: 1, endLine: 1 });
  t.match(hole, { original: 'é😀 = 1', start: 1, startByte: 3, end: 8, endByte: 13, prefix: '\uFEFF' });
  t.equal(hole.hash, contentHash(content));
  const part = holeAt('f.ts', 'é😀 = 1', parseRange('1:7-1:8'));
  t.match(part, { original: '1', mode: 'inline', startByte: 9, endByte: 10 });
  grammaskError(() => holeAt('f.ts', 'é😀 = 1', parseRange('1:3-1:8')), 'ARGUMENT');
  grammaskError(() => holeAt('f.ts', 'x \ud800', parseRange('1')), 'ARGUMENT');
});

t.test('an empty file has one empty line, and a range outside of a file is refused', async (t) => {
  t.match(holeAt('f.ts', '', parseRange('1')), { original: '', mode: 'line', start: 0, end: 0 });
  t.match(holeAt('f.ts', '   \n', parseRange('1')), { original: '', indentation: '   ' });
  for (const range of ['0', '3', '2-3', '1:9-1:9', '1:0-1:1', '1:2-1:1']) {
    grammaskError(() => holeAt('f.ts', 'ab\nc', parseRange(range)), 'ARGUMENT');
  }
  grammaskError(() => holeAt('f.ts', 'ab\nc', { startLine: 2, endLine: 1 }), 'ARGUMENT');
});

t.test('holes of what the checker reports: a line once, other files not', async (t) => {
  const content = 'one;\ntwo;\nthree;\n';
  const lines = linesOf(content);
  const at = (file: string, start: number): Diagnostic => {
    const [startPosition, endPosition] = [positionAt(lines, start), positionAt(lines, start + 1)];
    const range = { start, end: start + 1, startPosition, endPosition };
    return { file, code: 2304, severity: 'error', message: `at ${start}`, range };
  };
  const found = [at('f.ts', 10), at('f.ts', 0), at('f.ts', 12), at('g.ts', 5)];
  const holes = holesFromDiagnostics('f.ts', content, [...found, { ...at('f.ts', 0), range: null }]);
  t.same(
    holes.map(({ original, diagnostics }) => [original, diagnostics.length]),
    [
      ['one;', 1],
      ['three;', 2],
    ],
  );
});

t.test('unified diffs keep line ends and say where the last line has none', async (t) => {
  const texts = ['a\nb\nc\n', 'a\r\nb\r\nc\r\n', 'a\nb\nc', '\uFEFFa\nb\n', 'a\r\nb\nc\r', ''];
  for (const before of texts) {
    for (const after of [before.replace('b', 'x'), `${before}z`, before.replace(/\r?\n?$/, ''), 'q\n']) {
      const diff = unifiedDiff('src/f.ts', before, after);
      if (before === after) t.equal(diff, '');
      else t.equal(patchedText(before, diff), after, JSON.stringify([before, after]));
    }
  }
  t.equal(
    unifiedDiff('src/f.ts', 'a\nb', 'a\nc'),
    '--- a/src/f.ts\n+++ b/src/f.ts\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n',
  );
  t.match(unifiedDiff('a\tb.ts', 'a', 'b'), /"a\/a\\tb\.ts"/, 'a strange name is quoted as git does');
});

t.test('a diff that does not fit is refused', async () => {
  const diff = unifiedDiff('f.ts', 'a\nb\n', 'a\nc\n');
  for (const content of ['', 'a\nx\n', 'a\r\nb\r\n'])
    grammaskError(() => patchedText(content, diff), 'ARGUMENT');
  for (const other of ['', 'nonsense', `${diff}${diff.replaceAll('f.ts', 'g.ts')}`, '@@ -1 +1 @@\n-z']) {
    grammaskError(() => patchedText('a\nb\n', other), 'ARGUMENT');
  }
});

t.test('a file is written only while it is the one that was read', async (t) => {
  const folder = t.testdir({ 'f.ts': 'a\r\n' });
  const path = join(folder, 'f.ts');
  const baseHash = contentHash('a\r\n');
  mkdirSync(join(folder, 'other'));
  symlinkSync(path, join(folder, 'other', 'link.ts'));
  const mode = statSync(path).mode;
  await applyChange({ path: join(folder, 'other', 'link.ts'), baseHash, content: 'b\r\n' });
  t.equal(readFileSync(path, 'utf8'), 'b\r\n', 'through a link');
  t.equal(statSync(path).mode, mode);
  await t.rejects(applyChange({ path, baseHash, content: 'c' }), { code: 'STATE' });
  t.equal(readFileSync(path, 'utf8'), 'b\r\n', 'untouched');
  await t.rejects(applyChange({ path: join(folder, 'none.ts'), baseHash, content: 'c' }), { code: 'STATE' });
  writeFileSync(join(folder, 'latin.ts'), Buffer.from([0xe9]));
  await t.rejects(applyChange({ path: join(folder, 'latin.ts'), baseHash, content: 'c' }), {
    code: 'ARGUMENT',
  });
});
