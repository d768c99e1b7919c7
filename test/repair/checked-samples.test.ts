import { join } from 'node:path';
import t from 'tap';
import type { SlotQuestion } from '../../src/index.js';
import { holeAt, repair, staticEngine, templateHoles } from '../../src/repair/index.js';
import { keyOf } from '../../src/repair/loop/alike-questions.js';
import { createHoleChecks, createSampleChecks } from '../../src/repair/loop/checked-texts.js';
import { faultPlace } from '../../src/repair/loop/fault-place.js';
import { writtenHole } from '../../src/repair/loop/hole-text.js';
import { plainLine } from '../../src/repair/loop/line-tokens.js';
import type { CheckReport, Diagnostic } from '../../src/repair/patch.js';
import { contentHash } from '../../src/repair/source-text.js';
import { createValidator } from '../../src/repair/validate/validator.js';
import { loadTiny } from '../model/tiny-model.js';

/** Texts that are type-checked while a sample is drawn. */

t.setTimeout(240_000);

const file = 'a.ts';
const content = 'let a = 1;\n  old(a);\nlet b = 2;\n';
const hole = holeAt(file, content, { startLine: 2, endLine: 2 });
const [whole, ...parts] = templateHoles(hole);

function fault(code: number, text: string, place: string, start = hole.start): Diagnostic {
  const from = start + text.indexOf(place);
  const position = { line: 1, column: 1 };
  const range = { start: from, end: from + place.length, startPosition: position, endPosition: position };
  return { file, code, severity: 'error', message: `${code} ${place}`, range };
}

t.test('where a text went wrong', async (t) => {
  const place = (text: string, ...found: [code: number, place: string][]) => {
    const { end, isWord } = faultPlace(
      found.map(([code, at]) => fault(code, text, at)),
      file,
      text,
      hole.start,
    );
    return end === undefined ? 'nowhere' : `${text.slice(0, end)}${isWord ? '|' : ''}`;
  };
  t.equal(place('a.foo.bar(1)', [2339, 'foo']), 'a.foo|', 'a name may be longer');
  t.equal(place('nope + a', [2304, 'nope']), 'nope|');
  t.equal(place('a b', [1005, 'b']), 'a b|', 'a word that cannot follow');
  t.equal(place('f(a ] )', [1005, ']']), 'f(a ]');
  t.equal(place('return false', [2322, 'return']), 'nowhere', 'types may be mended behind the place');
  t.equal(place('x.y(nope)', [2304, 'nope'], [2339, 'y']), 'x.y|', 'the first one');
  const other = fault(2304, 'nope', 'nope', hole.end + 2);
  t.same(
    faultPlace([other, { ...other, file: 'b.ts' }], file, 'nope', hole.start).end,
    undefined,
    'behind it',
  );
});

t.test('samples are turned back until one fits, and the best is kept', async (t) => {
  const asked: string[] = [];
  const report = (text: string, diagnostics: readonly Diagnostic[]): CheckReport => ({
    ...{ status: diagnostics.length === 0 ? 'clean' : 'errors', hash: contentHash(text), diagnostics },
    ...{ checker: 'of the test', ms: 5 },
  });
  const written = writtenHole(hole, whole!);
  const open = (errorsOf: (text: string) => readonly Diagnostic[]) =>
    createHoleChecks(hole, report(content, [fault(2304, 'old(a)', 'old')]), async (whole) => {
      const text = whole.slice(hole.start, whole.length - hole.suffix.length);
      asked.push(text);
      return report(text, errorsOf(text));
    });
  const answer = (text: string) => ({ text, finishReason: 'stop', signal: undefined }) as const;
  const checks = open((text) => [...text.matchAll(/nope\d/g)].map(([name]) => fault(2304, text, name)));
  const first = createSampleChecks(checks, written, 4);
  t.same(
    await first.onFinished(answer('  old(a);')),
    { deadAt: undefined, isWord: false, backTo: 0 },
    'the old text',
  );
  t.same(asked, [], 'is not even checked');
  t.same(await first.onFinished(answer('  a + nope1 + nope2')), { deadAt: 11, isWord: true, backTo: 0 });
  t.same(await first.onFinished(answer('  é(nope1)')), { deadAt: 10, isWord: true, backTo: 0 }, 'in bytes');
  t.equal(await first.onFinished(answer('  nope3, nope4')), undefined, 'the tries are over');
  t.match(first, { count: 3, ms: 15, best: 'é(nope1)' });
  const second = createSampleChecks(checks, written, 4);
  t.match(await second.onFinished(answer('  nope3, nope4')), { deadAt: 7 });
  t.equal(await second.onFinished(answer('  a + 1')), undefined, 'it fits');
  t.match(second, { count: 1, best: undefined });
  t.equal(asked.length, 4, 'no text is checked twice');
  const third = createSampleChecks(checks, written, 4);
  t.match(await third.onFinished(answer('  a + 1')), { deadAt: undefined }, 'nor proposed twice');
  t.equal(await third.onFinished(answer('  // why')), undefined);
  t.match(
    await third.onFinished(answer('  // because')),
    { deadAt: undefined },
    'a comment is as good as another',
  );

  const hopeless = open((text) => [fault(2322, text, text)]);
  const tries = [];
  for (let i = 0; i < 6; i++) {
    const sample = createSampleChecks(hopeless, written, 8);
    let count = 0;
    while ((await sample.onFinished(answer(`  ${i} + ${count}`))) !== undefined) count += 1;
    tries.push(count + 1);
  }
  t.same(tries, [8, 8, 4, 4, 2, 2], 'where nothing fits, fewer are tried');
  t.equal(hopeless.known('0 + 0')?.status, 'errors');

  const template = parts.find(({ template, original }) => template === 'arguments' && original === 'a')!;
  const argument = writtenHole(hole, template);
  const inner = createSampleChecks(
    open((text) => [fault(2304, text, 'bad')]),
    argument,
    2,
  );
  t.same(
    await inner.onFinished(answer('bad)')),
    { deadAt: 3, isWord: true, backTo: 0 },
    'within the template',
  );
});

t.test('what the text around a hole needs is kept', async (t) => {
  const project = join(
    t.testdir({ 'tsconfig.json': '{"compilerOptions":{"strict":true,"target":"es2022"}}' }),
  );
  const validator = createValidator({ project });
  t.teardown(() => validator.dispose());
  const kept = async (before: string, line: string, behind: string): Promise<string> => {
    const text = `${before}${line}\n${behind}`;
    const lines = before.split('\n').length;
    const own = holeAt(file, text, { startLine: lines, endLine: lines });
    const checks = createHoleChecks(own, await validator.check(file, text), (whole) =>
      validator.check(file, whole),
    );
    const { part, cost } = await checks.needed();
    t.equal(cost.count, 1);
    t.equal((await checks.needed()).cost.count, 0, 'asked once');
    if (part === undefined) return '';
    t.equal(part.before + part.original + part.after, own.original);
    const { lead, prefix, suffix, textOf } = writtenHole(own, part);
    t.equal(prefix + lead + part.original + suffix, text, 'the model writes what is kept');
    t.equal(textOf(lead + part.original), own.original);
    return `${part.before}…${part.after}`;
  };
  const body = 'export function f(list: string[]): number {\n';
  t.equal(await kept(body, '  const end = lists.length', '  return end\n}\n'), 'const end…');
  t.equal(await kept(body, '  const end = lists.length', '  return 1\n}\n'), '', 'nothing uses it');
  t.equal(await kept(body, '  const { first, at } = lists', '  return first\n}\n'), 'const { first, at }…');
  t.equal(
    await kept(body, '  for (let i = 0; i < lim; i++) {', '    return i\n  }\n  return 0\n}\n'),
    'for (let i…',
  );
  t.equal(
    await kept(body, '  list.foreach((one) => {', '    one.trim()\n  })\n  return 0\n}\n'),
    '…((one) => {',
  );
  t.equal(await kept(body, '  return lists.length', '}\n'), 'return…', 'the end of a function');
  t.equal(await kept(body, '  const a = nope, end = 1', '  return end\n}\n'), '', 'what is at fault is not');
  t.equal(await kept('', 'function g(a: number) { return b }', 'g(1)\n'), 'function g…');
});

const question = (name: string, text: string): SlotQuestion => ({
  ...{ id: 0, name, before: '', beforeBytes: new Uint8Array(0), typed: '', text },
  signal: new AbortController().signal,
});

t.test('questions that are alike', async (t) => {
  const alike = (name: string, ...texts: string[]): number =>
    new Set(texts.map((text) => keyOf(question(name, text)) ?? text)).size;
  t.equal(alike('value', 'return a + ', 'return  b.c + ', 'return f(x) + d + '), 1);
  t.equal(alike('value', 'const x = ', 'const y = '), 2, 'each has its own name in scope');
  t.equal(alike('value', 'f(', 'new F('), 2);
  t.equal(alike('value', 'a ? b : ', 'c ? d : '), 1);
  t.equal(alike('member', 'return a.b.', 'return a . b.'), 1);
  t.equal(alike('member', 'return a.', 'return b.'), 2);
  t.equal(alike('member', 'a.', 'return a.'), 2, 'a statement may declare what it assigns');
  for (const text of [
    'a && a.',
    'if (a) a.',
    'a = b; a.',
    'a ? a.',
    'const a = a.',
    'new a.',
    'const x = f(x).',
  ]) {
    t.equal(keyOf(question('member', text)), undefined, text);
  }
  const others = [
    'x => ',
    'f({ a: ',
    'for (let i = 0; ',
    'a < ',
    '`${',
    '// ',
    'a)',
    'class A extends ',
    'x: ',
    '/[',
    "'",
    '1.a',
  ];
  for (const text of others) t.equal(plainLine(text), undefined, text);
  t.equal(keyOf(question('other', 'a.')), undefined);
  t.equal(plainLine(`if (!/[/)]\\//.test(a['b']) && 1 / 2 !== "c" ?? `)?.open.length, 1);
});

t.test('the loop: fewer samples with errors, and no text twice', async (t) => {
  const project = t.testdir({
    'tsconfig.json': '{"compilerOptions":{"strict":true,"target":"es2022","lib":["es2015"],"types":[]}}',
    'a.ts': 'export const a: number = 1;\n',
  });
  const model = await loadTiny();
  const validator = createValidator({ project });
  t.teardown(() => Promise.all([model.dispose(), validator.dispose()]));
  const draw = async (checks: number) => {
    const policy = { mode: 'sampled', maxTokens: 16, templates: false, score: false, checks } as const;
    const patches = [];
    const run = repair({
      ...{
        model,
        project,
        file: 'a.ts',
        content: 'declare const a: number, b: string;\nexport const c: number =b;\n',
        range: '2:25-2:26',
      },
      ...{
        engine: staticEngine({ names: { value: ['a', 'b'], member: [] } }),
        validator,
        policy,
        samples: 8,
        seed: 3,
      },
    });
    for await (const patch of run) patches.push(patch);
    return patches;
  };
  const [plain, checked] = [await draw(0), await draw(6)];
  const clean = (patches: Awaited<ReturnType<typeof draw>>) =>
    new Set(patches.filter(({ status }) => status === 'compiles').map(({ text }) => text));
  t.ok(clean(checked).size > clean(plain).size, `${clean(checked).size} against ${clean(plain).size}`);
  t.ok(plain.every(({ checks }) => checks === 0));
  t.ok(checked.some(({ checks, takenBack }) => checks > 1 && takenBack > 0));
  for (const { status, ms, after } of checked) {
    if (after !== null) t.ok(ms.check > 0 && ms.total >= ms.check, status);
  }
  t.same(
    (await draw(6)).map(({ text }) => text),
    checked.map(({ text }) => text),
    'the same seed, the same texts',
  );
});
