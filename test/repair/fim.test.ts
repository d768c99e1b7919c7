import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { type FimFormatName, fimFormatNames, findFimFormat } from '../../src/repair/fim/formats.js';
import { infillTokenizer } from '../../src/repair/fim/infill-tokenizer.js';
import { infillPrompt, prefixPrompt } from '../../src/repair/fim/prompt.js';
import { trimEnd, trimStart } from '../../src/repair/fim/trim.js';
import { literalEncoder } from '../../src/tokenizer/literal-text.js';
import { readTokenizerFiles, type TokenizerFiles } from '../../src/tokenizer/tokenizer-files.js';
import { readTokenizerJson } from '../../src/tokenizer/tokenizer-json.js';
import { grammaskError } from '../support/frontend-errors.js';
import { seededRandom } from '../support/seeded-random.js';
import { addedToken, byteFallbackFile, byteLevelFile, type Json } from '../support/tokenizer-files.js';

/** A tokenizer with more added tokens; `special` as the family has it. */
function filesWith(base: Json, names: readonly string[], special = true): TokenizerFiles {
  const added = base.added_tokens as Json[];
  const vocab = (base.model as Json).vocab as Record<string, number>;
  const first = Math.max(...Object.values(vocab), ...added.map(({ id }) => id as number)) + 1;
  const more = names.map((name, i) => addedToken(first + i, name, special));
  const tokenizer = { ...base, added_tokens: [...added, ...more] };
  return {
    directory: 'a folder',
    tokenizer,
    tokenizerConfig: {},
    generationConfig: undefined,
    config: undefined,
  };
}

const families: Readonly<Record<FimFormatName, { names: string[]; stops: string[] }>> = {
  qwen: {
    names: ['<|fim_prefix|>', '<|fim_middle|>', '<|fim_suffix|>', '<|fim_pad|>', '<|file_sep|>'],
    stops: ['<|endoftext|>', '<|fim_pad|>', '<|file_sep|>', '<|im_end|>'],
  },
  starcoder: {
    names: ['<fim_prefix>', '<fim_middle>', '<fim_suffix>', '<fim_pad>', '<file_sep>'],
    stops: ['<|endoftext|>', '<fim_pad>', '<file_sep>'],
  },
  santacoder: {
    names: ['<fim-prefix>', '<fim-middle>', '<fim-suffix>', '<fim-pad>'],
    stops: ['<|endoftext|>', '<fim-pad>'],
  },
  deepseek: {
    names: [
      '<｜fim▁hole｜>',
      '<｜fim▁begin｜>',
      '<｜fim▁end｜>',
      '<｜begin▁of▁sentence｜>',
      '<｜end▁of▁sentence｜>',
      '<|EOT|>',
    ],
    stops: ['<｜end▁of▁sentence｜>', '<|EOT|>'],
  },
  codellama: { names: ['▁<PRE>', '▁<MID>', '▁<SUF>', '▁<EOT>'], stops: ['▁<EOT>', '</s>'] },
};

function bytesOf(files: TokenizerFiles, ids: Iterable<number>): string {
  const { tokens } = readTokenizerJson(files.tokenizer);
  return Buffer.concat([...ids].map((id) => tokens[id] ?? new Uint8Array())).toString('utf8');
}

for (const name of fimFormatNames) {
  t.test(`the prompt of ${name}`, async (t) => {
    const { names, stops } = families[name];
    const base = name === 'codellama' ? byteFallbackFile() : byteLevelFile();
    const files = filesWith(base, names, name !== 'qwen');
    const { find } = readTokenizerJson(files.tokenizer);
    const { encode, format } = infillTokenizer(files);
    if (format === null) throw new Error('no format');
    t.equal(format.name, name);
    for (const stop of stops) t.ok(format.stops.includes(find(stop) as number), stop);
    const [prefix, suffix, middle] = [format.prefix, format.suffix, format.middle];
    for (const marker of [prefix, suffix, middle]) t.ok(format.stops.includes(marker), 'markers end it too');

    const request = { prefix: 'the t', suffix: ' the', encode, contextLength: 100, reserve: 10 };
    const { ids, leftOfPrefix, leftOfSuffix } = infillPrompt(format, request);
    t.same([leftOfPrefix, leftOfSuffix], [0, 0]);
    const begin = {
      qwen: [],
      starcoder: [],
      santacoder: [],
      deepseek: ['<｜begin▁of▁sentence｜>'],
      codellama: ['<s>'],
    };
    const head = begin[name].map((spelling) => find(spelling));
    t.same([...ids].slice(0, head.length), head);
    const order = [...ids].filter((id) => id === prefix || id === suffix || id === middle);
    t.same(order, [prefix, suffix, middle], 'prefix, suffix, middle');
    t.equal(ids.at(-1), middle);
    const after = [...ids].slice(ids.indexOf(suffix) + 1, -1);
    t.equal(bytesOf(files, after), ' the', 'a suffix gets no blank of the tokenizer');
    const before = [...ids].slice(ids.indexOf(prefix) + 1, ids.indexOf(suffix));
    t.equal(bytesOf(files, before).trimStart(), 'the t');
  });
}

t.test('a tokenizer without the markers has no format; one of several can be chosen', async (t) => {
  t.equal(infillTokenizer(filesWith(byteLevelFile(), [])).format, null);
  t.equal(infillTokenizer(filesWith(byteLevelFile(), ['<fim_prefix>', '<fim_suffix>'])).format, null);
  const both = filesWith(byteLevelFile(), [...families.qwen.names, ...families.starcoder.names]);
  t.equal(infillTokenizer(both).format?.name, 'qwen');
  t.equal(infillTokenizer(both, 'starcoder').format?.name, 'starcoder');
  t.equal(
    findFimFormat(() => undefined),
    null,
  );
});

t.test('markers that stand in a source file are text', async (t) => {
  for (const special of [true, false]) {
    const files = filesWith(byteLevelFile(), families.qwen.names, special);
    const { encode, format } = infillTokenizer(files);
    const text = 'a = "<|fim_suffix|><|fim_middle|>" // <|endoftext|> <<|im_end|>';
    const ids = encode(text);
    t.notOk(
      ids.some((id) => format?.stops.includes(id)),
      'none of them is a token',
    );
    t.equal(bytesOf(files, ids), text, 'and no byte is lost');
  }
  const spelled = literalEncoder(
    (text) => [...text].map((char) => char.codePointAt(0) as number),
    ['<a>', '<'],
  );
  t.equal(String.fromCodePoint(...spelled('x<a><a>😀<')), 'x<a><a>😀<');
});

const byChar = (text: string): number[] => Array.from(text, (char) => char.codePointAt(0) as number);
const textOf = (ids: Iterable<number>): string => String.fromCodePoint(...ids);

t.test('what does not fit is left out by whole lines', async (t) => {
  const text = 'one\ntwo\nthree\n';
  const end = (room: number) => textOf(trimStart(text, room, byChar).ids);
  const start = (room: number) => textOf(trimEnd(text, room, byChar).ids);
  t.same([14, 13, 10, 9, 6].map(end), [text, 'two\nthree\n', 'two\nthree\n', 'three\n', 'three\n']);
  t.same([14, 13, 8, 7, 4].map(start), [text, 'one\ntwo\n', 'one\ntwo\n', 'one\n', 'one\n']);
  t.equal(end(3), 'ee\n', 'a line that does not fit is cut');
  t.equal(start(2), 'on');
  t.equal(end(0), '');
  t.equal(trimStart(text, 6, byChar).left, 8);
  t.equal(trimEnd(text, 4, byChar).left, 10);
  t.equal(textOf(trimEnd('a😀b', 2, byChar).ids), 'a😀');
  t.equal(textOf(trimStart('a😀b', 2, byChar).ids), '😀b');
  t.equal(trimStart('x'.repeat(1_000_000), 10, byChar).ids.length, 10);
});

t.test('as many lines as fit, found with a few texts that are about as long', async (t) => {
  // Words and signs, so that a token has another number of units in each line.
  const byWord = (text: string): number[] =>
    (text.match(/\w+|\s+|\W/g) ?? []).map((token) => token.codePointAt(0) as number);
  const random = seededRandom(7);
  for (let round = 0; round < 300; round++) {
    const lines = Array.from({ length: random.below(40) }, () =>
      Array.from({ length: random.below(9) }, () => random.pick(['a', 'someLongName', ' ', '((', '{'])).join(
        '',
      ),
    );
    const text = lines.join('\n') + random.pick(['', '\n']);
    const room = 1 + random.below(120);
    const cuts = [0, ...[...text.matchAll(/\n(?!$)/g)].map(({ index }) => index + 1), text.length];
    const fits = (part: string): boolean => byWord(part).length <= room && part !== '';
    const ends = cuts.map((cut) => text.slice(cut)).filter(fits);
    const starts = cuts.map((cut) => text.slice(0, cut)).filter(fits);
    if (ends[0] !== undefined)
      t.same(trimStart(text, room, byWord), { ids: byWord(ends[0]), left: text.length - ends[0].length });
    const start = starts.at(-1);
    if (start !== undefined)
      t.same(trimEnd(text, room, byWord), { ids: byWord(start), left: text.length - start.length });
  }
  let read = 0;
  const counting = (text: string): number[] => {
    read += text.length;
    return byWord(text);
  };
  const file = readFileSync(new URL('../../src/repair/repair.ts', import.meta.url), 'utf8').repeat(20);
  for (const room of [100, 500, 2000]) {
    read = 0;
    const { ids, left } = trimStart(file, room, counting);
    t.ok(ids.length <= room && ids.length > room - 60);
    t.ok(read <= 6 * (file.length - left), `${read} units read for ${file.length - left}`);
  }
});

t.test('each side gets half, and what the other does not need', async (t) => {
  const format = findFimFormat((name) => ({ '<fim_prefix>': 1, '<fim_suffix>': 2, '<fim_middle>': 3 })[name]);
  if (format === null) throw new Error('no format');
  const sides = (prefix: string, suffix: string): string[] => {
    const request = { prefix, suffix, encode: byChar, contextLength: 30, reserve: 7 };
    const { ids } = infillPrompt(format, request);
    t.ok(ids.length <= 23);
    return [textOf(ids.subarray(1, ids.indexOf(2))), textOf(ids.subarray(ids.indexOf(2) + 1, -1))];
  };
  const lines = (name: string) => Array.from({ length: 9 }, (_, i) => `${name}${i}\n`).join('');
  t.same(sides(lines('p'), lines('s')), ['p6\np7\np8\n', 's0\ns1\ns2\n']);
  t.same(sides('p\n', lines('s')), ['p\n', 's0\ns1\ns2\ns3\ns4\ns5\n']);
  t.same(sides(lines('p'), 's\n'), ['p3\np4\np5\np6\np7\np8\n', 's\n']);
  const tight = { prefix: 'a', suffix: 'b', encode: byChar, contextLength: 10, reserve: 7 };
  grammaskError(() => infillPrompt(format, tight), 'BUDGET_TOO_SMALL');
});

t.test('other models see what stands before, with the wrong line in a comment if asked', async (t) => {
  const request = { prefix: 'a\n  ', suffix: 'b', encode: byChar, contextLength: 100, reserve: 10 };
  t.equal(textOf(prefixPrompt(request).ids), 'a\n  ');
  t.same(prefixPrompt(request).leftOfSuffix, 1);
  t.equal(textOf(prefixPrompt({ ...request, wrongLine: ' x()\n y ' }).ids), 'a\n  // wrong: x() y\n  ');
  t.equal(
    textOf(prefixPrompt({ ...request, begin: [65], wrongLine: 'x', comment: '#' }).ids),
    'Aa\n  # wrong: x\n  ',
  );
});

const smol = process.env.GRAMMASK_SMOLLM2;
const noSmol = smol === undefined || !existsSync(smol) ? 'GRAMMASK_SMOLLM2 does not name its folder' : false;
t.test('SmolLM2 was not trained to fill gaps: it gets the text before one', { skip: noSmol }, async (t) => {
  const files = await readTokenizerFiles(smol ?? '');
  const { encode, format } = infillTokenizer(files);
  t.equal(format, null);
  const source = readFileSync(new URL('./fim.test.ts', import.meta.url), 'utf8');
  t.equal(bytesOf(files, encode(source)), source, 'no byte is lost');
  const request = { prefix: source, suffix: '', encode, contextLength: 512, reserve: 64 };
  const { ids, leftOfPrefix } = prefixPrompt(request);
  t.ok(ids.length > 400 && ids.length <= 448, `${ids.length} tokens`);
  t.equal(bytesOf(files, ids), source.slice(leftOfPrefix));
  t.equal(source[leftOfPrefix - 1], '\n', 'from the start of a line');
});
