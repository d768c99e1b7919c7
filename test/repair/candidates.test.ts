// biome-ignore-all lint/suspicious/noTemplateCurlyInString: template literals stand in texts here
import t from 'tap';
import { type NameSource, spellingDistance } from '../../src/repair/candidates/names.js';
import { orderedCandidates } from '../../src/repair/candidates/ordered-candidates.js';
import {
  type CandidateOptions,
  type Hole,
  holeAt,
  parseRange,
  rankedCandidates,
  templateHoles,
} from '../../src/repair/index.js';

function holeOf(line: string, before = 'function f(a, b, list) {\n', after = '\n}\n'): Hole {
  const content = `${before}  ${line}${after}`;
  return holeAt('f.ts', content, parseRange(String(before.split('\n').length)));
}

async function textsOf(hole: Hole, options?: CandidateOptions): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of rankedCandidates(hole, options)) texts.push(text);
  return texts;
}

t.test('templates leave a smaller hole and keep the rest', async (t) => {
  const hole = holeOf('if (a > 1) { return list.push(a, b) }');
  const found = templateHoles(hole);
  for (const { before, original, after, prefix, suffix } of found) {
    t.equal(prefix, hole.prefix + before);
    t.equal(suffix, after + hole.suffix);
    const isAddition = original === '';
    if (!isAddition) t.equal(before + original + after, hole.original);
  }
  const shown = new Set(
    found.map(({ template, before, after }) => `${template}: ${before}‹›${after}`.replace(/^keep.*/, 'keep')),
  );
  for (const expected of [
    'whole: ‹›',
    'condition: if (a > 1 && ‹›) { return list.push(a, b) }',
    'condition: if (‹› || a > 1) { return list.push(a, b) }',
    'arguments: if (a > 1) { return list.push(‹›) }',
    'arguments: if (a > 1) { return list.push(‹›, b) }',
    'arguments: if (a > 1) { return list.push(a, ‹›) }',
    'arguments: if (a > 1) { return list.push(‹›, a, b) }',
    'arguments: if (a > 1) { return list.push(a, b, ‹›) }',
    'callee: if (a > 1) { return list.‹›(a, b) }',
  ]) {
    t.ok(shown.has(expected), expected);
  }
  t.equal(found[0]?.template, 'whole');
  t.equal(new Set(found.map(({ before, after }) => `${before}\0${after}`)).size, found.length, 'none twice');
});

t.test('templates keep the first tokens and the last ones', async (t) => {
  const hole = holeOf('return `x${a}` + /r/');
  const kept = (name: 'keep-prefix' | 'keep-suffix') => templateHoles(hole, { only: [name] });
  t.same(
    kept('keep-prefix').map(({ before }) => before),
    ['return', 'return `x${', 'return `x${a', 'return `x${a}`', 'return `x${a}` +'],
  );
  t.same(
    kept('keep-suffix').map(({ after }) => after),
    ['`x${a}` + /r/', 'a}` + /r/', '}` + /r/', '+ /r/', '/r/'],
  );
});

t.test('a condition whose block goes on below the hole', async (t) => {
  const hole = holeOf('while (a < b) {', 'function f(a, b) {\n', '\n  a++\n  }\n}\n');
  const found = templateHoles(hole, { only: ['condition'] });
  t.ok(found.some(({ before, after }) => before === 'while (a < b && ' && after === ') {'));
});

t.test('a call without arguments, and a text that is no syntax at all', async (t) => {
  const call = templateHoles(holeOf('a()'), { only: ['arguments', 'callee'] });
  t.same(
    call.map(({ before, after }) => [before, after]),
    [
      ['', '()'],
      ['a(', ')'],
    ],
  );
  t.ok(templateHoles(holeOf(')) ?? {{ "')).length >= 1);
});

t.test(
  'candidates are whole lines, each once, never the old one, in the same order every time',
  async (t) => {
    const hole = holeOf('if (a < 1 && list.length === b) return list[a]');
    const texts = await textsOf(hole);
    t.same(texts, await textsOf(hole));
    t.equal(new Set(texts).size, texts.length);
    t.notOk(texts.includes(hole.original));
    for (const expected of [
      'if (a <= 1 && list.length === b) return list[a]',
      'if (a < 1 || list.length === b) return list[a]',
      'if (a < 1 && list.length !== b) return list[a]',
      'if (a < 2 && list.length === b) return list[a]',
      'if (a < 0 && list.length === b) return list[a]',
      'if (1 < a && list.length === b) return list[a]',
      'if (!(a < 1 && list.length === b)) return list[a]',
      'if (a < 1 && list?.length === b) return list[a]',
      'if (a < 1 && list.length === b) return list[a - 1]',
      'if (a < 1 && list.length === b) return list[a]!',
      'if (a < 1 && list.length === b) list[a]',
    ]) {
      t.ok(texts.includes(expected), expected);
    }
    t.equal((await textsOf(hole, { limit: 7 })).length, 7);
    t.same(await textsOf(hole, { limit: 7 }), texts.slice(0, 7));
  },
);

t.test('each kind of change, and its way back', async (t) => {
  const pairs = [
    ['return true', 'return false'],
    ["return 'x'", "return ''"],
    ['a = -1', 'a = -2'],
    ['a = 0', 'a = -1'],
    ['a = 5n', 'a = 4n'],
    ['a += b', 'a -= b'],
    ['a++', 'a--'],
    ['return !a', 'return a'],
    ['await f(a)', 'f(a)'],
    ['f(a)', 'await f(a)'],
    ['f(a)', 'return f(a)'],
    ['return a', 'a'],
    ['a.b()', 'a?.b()'],
    ['a?.[0]', 'a[0]'],
    ['a!.b', 'a.b'],
    ['f(a, b)', 'f(b, a)'],
    ['f(a, b)', 'f(a)'],
    ['f(a, b)', 'f(b)'],
    ['a = a - b', 'a = b - a'],
    ['a = a ? 1 : 2', 'a = a ? 2 : 1'],
    ['return null', 'return undefined'],
    ['a ??= b', 'a ||= b'],
  ];
  for (const [from = '', to = ''] of pairs) {
    t.ok((await textsOf(holeOf(from))).includes(to), `${from} → ${to}`);
  }
});

t.test('names come from the engine: wrong ones are replaced first, the nearest name first', async (t) => {
  const asked: { slot: string; offset: number; text: string }[] = [];
  const names: NameSource = {
    async complete({ slot, offset, text }) {
      asked.push({ slot, offset, text });
      if (slot === 'member') return { names: ['at', 'length', 'push'], complete: true };
      return { names: ['a', 'b', 'list'], complete: true };
    },
  };
  const hole = holeOf('return list.lenght(a)');
  const texts = await textsOf(hole, { names });
  t.same(texts.slice(0, 3), ['return list.length(a)', 'return list.at(a)', 'return list.push(a)']);
  for (const expected of ['return a.lenght(a)', 'return list.lenght(b)', 'return list.lenght(a, b)']) {
    t.ok(texts.includes(expected), expected);
  }
  for (const { slot, offset, text } of asked) {
    t.match(text.slice(offset), slot === 'member' ? /^lenght/ : /^(?:list|a|\))/);
  }
  t.same((await textsOf(hole, { names, limit: 2 })).length, 2);
  const count = asked.length;
  await textsOf(hole, { names, limit: 1 });
  t.ok(asked.length - count < count / 2, 'asked only as far as texts are taken');
});

t.test('a model orders them, but for the spellings next to a name that does not exist', async (t) => {
  const names: NameSource = {
    complete: async ({ slot }) => ({
      names: slot === 'member' ? ['at', 'lengthOf', 'length', 'shift'] : ['a', 'list'],
      complete: true,
    }),
  };
  const found: string[] = [];
  // The longest text is the likeliest.
  const score = async (_: Hole, texts: readonly string[]) => texts.map((text) => text.length);
  for await (const { candidate } of orderedCandidates(holeOf('return list.lenght'), score, { names })) {
    found.push(candidate.text);
  }
  t.same(found.slice(0, 2), ['return list.length', 'return list.lengthOf']);
  const lengths = found.slice(2).map(({ length }) => length);
  t.same(
    lengths,
    [...lengths].sort((a, b) => b - a),
  );
  t.ok(found.slice(2).includes('return list.shift'));
  for (const [name, other, distance] of [
    ['lenght', 'length', 2],
    ['Length', 'length', 0.1],
    ['ljust', 'at', undefined],
    ['items', 'item', 1],
    ['i', 'j', undefined],
  ] as const) {
    t.equal(spellingDistance(name, other), distance, `${name} and ${other}`);
  }
});

t.test('declarations, types and labels are left alone; unknown means unknown', async (t) => {
  const names: NameSource = { complete: async () => ({ names: ['zz'], complete: false }) };
  const texts = await textsOf(holeOf('const q: Foo<b> = { k: a, b }'), { names });
  t.ok(texts.includes('const q: Foo<b> = { k: zz, b }'));
  t.notOk(texts.some((text) => !/^const q: Foo<b> = \{ k/.test(text)));
  const unknown: NameSource = { complete: async () => null };
  t.same(await textsOf(holeOf('f(a, b)'), { names: unknown }), await textsOf(holeOf('f(a, b)')));
});

t.test('an abort ends it', async (t) => {
  const controller = new AbortController();
  const texts: string[] = [];
  for await (const { text } of rankedCandidates(holeOf('f(a, b)'), { signal: controller.signal })) {
    texts.push(text);
    controller.abort();
  }
  t.equal(texts.length, 1);
});
