import t from 'tap';
import {
  type BracketLanguage,
  balancedHole,
  type CompletionEngine,
  type CompletionRequest,
  cached,
  onSlotFromEngine,
  staticEngine,
} from '../../../src/repair/engines/index.js';

/** The text around the offset, with `|` at it. */
function shown(prefix: string, written: string, suffix: string, language?: BracketLanguage): string {
  const { text, offset, inside } = balancedHole(prefix, written, suffix, { language });
  return `${text.slice(0, offset)}|${text.slice(offset)}${inside === null ? '' : ` in a ${inside}`}`;
}

t.test('what is open in a hole is closed, so that the text behind closes what it did', async (t) => {
  const rows: [string, string, string, string][] = [
    ['function f() {\n', '  g(x.', '\n}\n', 'function f() {\n  g(x.|)\n}\n'],
    ['', 'f([{ a: `\x24{x.', '\n', 'f([{ a: `\x24{x.|}`}])\n'],
    ['if (a) {\n', '} else if (b', '\n  c();\n}\n', 'if (a) {\n} else if (b|){\n  c();\n}\n'],
    ['f(', 'a, ', ');\n', 'f(a, |);\n'],
    ['const s = `a \x24{', 'b.', "} it's`;\n", "const s = `a \x24{b.|} it's`;\n"],
    ['', "f(')', /[)]\\//, `)`, 4 / 2, a) / b; g(x.", '', "f(')', /[)]\\//, `)`, 4 / 2, a) / b; g(x.|)"],
    ['{ s = `\x24{', '', '\n}\nt = `\x24{a}`;\n', '{ s = `\x24{|}`\n}\nt = `\x24{a}`;\n'],
    ['xs.', '', '\n  f(x);\n});\n', 'xs.|(()=>{\n  f(x);\n});\n'],
    ['xs.', '', '\n  f: x,\n});\n', 'xs.|({\n  f: x,\n});\n'],
    ['for (let i = ', '', '\n  x;\n}\n', 'for (let i = |;;){\n  x;\n}\n'],
    ['for (let i = 0; i < ', '', '\n  x;\n}\n', 'for (let i = 0; i < |;){\n  x;\n}\n'],
    ['for (const i of ', 'f(x.', '\n  x;\n}\n', 'for (const i of f(x.|)){\n  x;\n}\n'],
    ['f(`\x24{', 'a', '}\n\x24{b} its`);\n', 'f(`\x24{a|}\n\x24{b} its`);\n'],
    ['f(`\x24{', 'a', '\n\x24{b} its`);\n', 'f(`\x24{a|}\n\x24{b} its`);\n'],
    ['', 'if (a) /[(]/.test(b.', '', 'if (a) /[(]/.test(b.|)'],
    ['f(/* ( */ // (\n', 'x', ')', 'f(/* ( */ // (\nx|)'],
    ['{ }\n', '/[(]/.exec(x.', '', '{ }\n/[(]/.exec(x.|)'],
    [
      'function f() {\n  ',
      'for (const x of xs) { x.',
      '\n',
      'function f() {\n  for (const x of xs) { x.|}}\n',
    ],
    ['', 'f(x.a++ / (y.', '', 'f(x.a++ / (y.|))'],
    // The hole is to begin the template that the text behind ends.
    [
      'function f() {\n',
      'return a(',
      '\n\x24{b} its\n`\n}\n',
      'function f() {\nreturn a(|)`\n\x24{b} its\n`\n}\n',
    ],
    ['', 'a(`\x24{', '\n\x24{b} its\n`)\n', 'a(`\x24{|}\n\x24{b} its\n`)\n'],
    // A name and a block, or two operands, are held apart.
    ['{\n', 'return ', '\n  f();\n}\n}', '{\nreturn |;{\n  f();\n}\n}'],
    ['{\n', 'if (a) { b } else ', '\n  f();\n}\n}', '{\nif (a) { b } else |;{\n  f();\n}\n}'],
    ['f(\n', 'a.', '\n  this.b\n);', 'f(\na.|,\n  this.b\n);'],
    ['if (\n', 'g(a, ', '\n  b && c\n) {}', 'if (\ng(a, |),\n  b && c\n) {}'],
    ['if (\n', 'a.', '\n  && c\n) {}', 'if (\na.|\n  && c\n) {}'],
    ['x = (\n', 'a.', '\n  in c\n)', 'x = (\na.|\n  in c\n)'],
  ];
  for (const [prefix, written, suffix, expected] of rows) t.equal(shown(prefix, written, suffix), expected);
});

t.test(
  'inside of strings, comments, templates and regular expressions the text stays as it is',
  async (t) => {
    const rows: [string, string, string, string][] = [
      ["f('", 'a(', "')", "f('a(|') in a string"],
      ['f(`', 'a(', '`)', 'f(`a(|`) in a template'],
      ['f(/* ', 'a(', '*/)', 'f(/* a(|*/) in a comment'],
      ['f(); // ', 'a(', '\n}', 'f(); // a(|\n} in a comment'],
      ['x = ', '/a(', '/;', 'x = /a(|/; in a regex'],
    ];
    for (const [prefix, written, suffix, expected] of rows) t.equal(shown(prefix, written, suffix), expected);
  },
);

t.test('Python has strings and comments of its own', async (t) => {
  t.equal(shown('', "f('''(''', # (\n  [x.", '\n', 'python'), "f('''(''', # (\n  [x.|])\n");
  t.throws(() => balancedHole('', '', '', { language: 'c' as BracketLanguage }), { code: 'ARGUMENT' });
});

t.test('a hundred thousand brackets are no trouble', async (t) => {
  const many = '('.repeat(100_000);
  t.equal(balancedHole(many, many, ')'.repeat(100_000)).text.length, 400_000);
});

const asked = (slot: string, text = 'x', offset = 1): CompletionRequest => ({
  slot,
  file: 'a.ts',
  text,
  offset,
});

t.test('given names are answered by slot, as they are', async (t) => {
  const engine = staticEngine({
    names: { column: ['Name', 'name', 'Name'], file: ({ file }) => (file === 'a.ts' ? null : ['x']) },
  });
  t.same(await engine.complete(asked('column')), { names: ['Name', 'name'], complete: true });
  t.equal(await engine.complete(asked('file')), null, 'a function may not know');
  t.equal(await engine.complete(asked('toString')), null, 'no such slot');
  t.throws(() => staticEngine({ names: { a: [1] as never } }), { code: 'ARGUMENT' });
  const wrong = staticEngine({ names: { a: () => [1] as never } });
  await t.rejects(wrong.complete(asked('a')), { code: 'ARGUMENT' });
});

/** An engine that notes what it was asked, and answers when it is told to. */
function noting() {
  const requests: CompletionRequest[] = [];
  const answers: ((error?: Error) => void)[] = [];
  const engine = {
    version: 1,
    complete: (request: CompletionRequest) =>
      new Promise<{ names: string[]; complete: boolean } | null>((resolve, reject) => {
        requests.push(request);
        answers.push((error) =>
          error === undefined
            ? resolve(request.slot === 'unknown' ? null : { names: [request.text], complete: true })
            : reject(error),
        );
      }),
  } satisfies CompletionEngine;
  return { engine, requests, answers };
}

t.test('the same question is asked once, unknown or not, until the version changes', async (t) => {
  const { engine, requests, answers } = noting();
  const memory = cached(engine, { deadlineMs: Infinity });
  const both = [memory.complete(asked('member')), memory.complete(asked('member'))];
  answers[0]?.();
  t.same(await Promise.all(both), Array(2).fill({ names: ['x'], complete: true }));
  await memory.complete(asked('member'));
  t.equal(requests.length, 1);
  const unknown = memory.complete(asked('unknown'));
  answers[1]?.();
  t.equal(await unknown, null);
  t.equal(await memory.complete(asked('unknown')), null);
  t.equal(requests.length, 2, 'unknown is kept');
  for (const [index, other] of [asked('value'), asked('member', 'y'), asked('member', 'x', 0)].entries()) {
    const answer = memory.complete(other);
    answers[2 + index]?.();
    await answer;
  }
  t.equal(requests.length, 5, 'slot, text and place count');
  engine.version = 2;
  void memory.complete(asked('member'));
  t.equal(requests.length, 6);
  t.match(memory.stats, { queries: 9, cacheHits: 3, unknown: 2, timeouts: 0, failures: 0 });
});

t.test('a late answer is unknown, and there for the next who asks', async (t) => {
  const { engine, requests, answers } = noting();
  const memory = cached(engine, { deadlineMs: 5 });
  t.equal(await memory.complete(asked('member')), null);
  answers[0]?.();
  t.same(await memory.complete(asked('member')), { names: ['x'], complete: true });
  t.equal(requests.length, 1);
  t.match(memory.stats, { timeouts: 1, cacheHits: 1, unknown: 0 });
});

t.test('an abort rejects its asker and no other; an error is unknown and not kept', async (t) => {
  const { engine, requests, answers } = noting();
  const memory = cached(engine, { deadlineMs: Infinity });
  const controller = new AbortController();
  const aborted = memory.complete({ ...asked('member'), signal: controller.signal });
  const other = memory.complete(asked('member'));
  controller.abort();
  await t.rejects(aborted, { code: 'ABORTED' });
  answers[0]?.(new Error('no'));
  t.equal(await other, null);
  t.equal(memory.stats.failures, 1);
  void memory.complete(asked('member'));
  t.equal(requests.length, 2);
  await t.rejects(memory.complete(asked('member', 'x', 2)), { code: 'ARGUMENT' });
  await memory.dispose();
  await t.rejects(memory.complete(asked('member')), { code: 'DISPOSED' });
});

t.test('what was used longest ago goes first when the bytes run out', async (t) => {
  let count = 0;
  const engine: CompletionEngine = {
    complete: async ({ text }) => {
      count += 1;
      return { names: [text.repeat(100)], complete: true };
    },
  };
  const memory = cached(engine, { cacheBytes: 1000 });
  for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await memory.complete(asked('member', text));
  t.equal(count, 4, 'b went when c came');
  t.ok(memory.stats.cacheBytes <= 1000);
});

t.test('onSlot asks where the identifier begins', async (t) => {
  const requests: CompletionRequest[] = [];
  const engine: CompletionEngine = {
    async complete(request) {
      requests.push(request);
      return request.slot === 'value'
        ? { names: ['a'], complete: false, newNames: true }
        : { names: ['b'], complete: true };
    },
  };
  const place = { file: 'a.ts', prefix: 'f(', suffix: ');' };
  const onSlot = onSlotFromEngine(engine, place);
  const { signal } = new AbortController();
  const beforeBytes = new Uint8Array();
  const question = { id: 1, name: 'member', before: '', beforeBytes, typed: '', text: 'x.', signal };
  t.same(await onSlot(question), ['b']);
  t.same(await onSlot({ ...question, text: 'x.le', typed: 'le' }), ['b']);
  t.same(await onSlot({ ...question, text: 'x', before: '.', beforeBytes: Buffer.from('.') }), ['b']);
  t.same(
    requests.map(({ text, offset }) => [text, offset]),
    Array(3).fill(['f(x.);', 4]),
  );
  t.equal(await onSlot({ ...question, name: 'value' }), null, 'a new name may stand there');
  t.same(await onSlotFromEngine(engine, { ...place, newNames: 'grammar' })({ ...question, name: 'value' }), [
    'a',
  ]);
  t.equal(await onSlot({ ...question, text: "'x." }), null, 'in a string');
  t.equal(await onSlot({ ...question, before: '\ufffd', beforeBytes: Buffer.from([0xc3]) }), null);
  await t.rejects(onSlot({ ...question, typed: 'a' }), { code: 'ARGUMENT' });
});
