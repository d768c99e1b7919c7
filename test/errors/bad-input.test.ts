// Bad input, one test a kind: an error with its code, its place where it has one, and what to do about it; what was
// there before it stays usable.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import {
  applyMask,
  Compiler,
  type ErrorCode,
  type ErrorLocation,
  Grammar,
  GrammaskError,
  loadModel,
  type Model,
  sample,
  Vocabulary,
} from '../../src/index.js';
import { ids, newMask, smallVocabulary } from '../engine/small-vocabulary.js';
import { loadTiny, tinyFolder } from '../model/tiny-model.js';
import { byteLevelFile } from '../support/tokenizer-files.js';

const vocabulary = smallVocabulary();
const compiler = new Compiler(vocabulary);

interface Expected {
  code: ErrorCode;
  message?: RegExp;
  /** Members that the place must have; null: this kind of error has no place. */
  at: Record<string, unknown> | null;
}

/** The error of a call, checked. */
async function fails(t: Test, name: string, call: () => unknown, expected: Expected): Promise<void> {
  let error: unknown;
  try {
    await call();
  } catch (thrown) {
    error = thrown;
  }
  if (!GrammaskError.isInstance(error)) {
    t.fail(`${name}: expected ${expected.code}, found ${String(error)}`);
    return;
  }
  const found: { location?: ErrorLocation } = error;
  t.equal(error.code, expected.code, `${name}: ${error.message}`);
  if (expected.message !== undefined) t.match(error.message, expected.message, name);
  if (expected.at === null) t.notOk(found.location, `${name} has no place`);
  else t.match(found.location, expected.at, `${name} has its place`);
  t.ok(error.hint !== undefined && error.hint.length > 5, `${name} says what to do`);
}

/** The mask of the objects that all tests share is still what it was. */
function stillUsable(t: Test): void {
  const matcher = compiler.compileSync(Grammar.choice(['ab', 'ac'])).matcher();
  t.equal(matcher.accept(ids.byte('a')), true);
  t.equal(matcher.accept(ids.byte('c')), true);
  t.equal(matcher.isAccepting, true, 'the compiler is still usable');
}

t.test('tokenizer.json that is cut off or foreign', async (t) => {
  const whole = JSON.stringify(byteLevelFile(), null, 1);
  await fails(t, 'cut off', () => Vocabulary.fromTokenizerJson(whole.slice(0, 500)), {
    code: 'VOCABULARY',
    message: /not JSON/,
    at: { line: whole.slice(0, 500).split('\n').length },
  });
  await fails(t, 'damaged', () => Vocabulary.fromTokenizerJson('{"model":\n {"type" "BPE"}}'), {
    code: 'VOCABULARY',
    at: { line: 2, column: 10 },
  });
  // A value has no places; the message names the member.
  await fails(t, 'a configuration', () => Vocabulary.fromTokenizerJson({ tokenizer_class: 'X' }), {
    code: 'VOCABULARY',
    message: /member `model`/,
    at: null,
  });
  const wordPiece = { model: { type: 'WordPiece', vocab: { a: 0 } } };
  await fails(t, 'WordPiece', () => Vocabulary.fromTokenizerJson(wordPiece), {
    code: 'VOCABULARY',
    at: null,
  });
  const folder = copyOf(t);
  for (const [name, text] of [
    ['cut off in a folder', whole.slice(0, 500)],
    ['foreign in a folder', '{"tokenizer_class": "X"}'],
  ] as const) {
    writeFileSync(join(folder, 'tokenizer.json'), text);
    const at = { path: join(folder, 'tokenizer.json') };
    await fails(t, name, () => Vocabulary.fromDirectory(folder), { code: 'VOCABULARY', at });
    await fails(t, `${name}: load`, () => loadModel(folder, { threads: 1 }), { code: 'VOCABULARY', at });
  }
  writeFileSync(join(folder, 'tokenizer.json'), readFileSync(join(tinyFolder, 'tokenizer.json')));
  const model = await loadModel(folder, { threads: 1 });
  t.equal((await model.generate({ prompt: 'a', choices: ['b'] })).text, 'b', 'the repaired folder loads');
  await model.dispose();
});

t.test('a model folder without weights, and weights that do not fit', async (t) => {
  const folder = copyOf(t);
  const weights = join(folder, 'onnx', 'model.onnx');
  writeFileSync(weights, readFileSync(weights).subarray(0, 200));
  await fails(t, 'cut off', () => loadModel(folder, { threads: 1, dtype: 'fp32' }), {
    code: 'MODEL',
    at: { path: weights },
  });
  rmSync(join(folder, 'onnx'), { recursive: true });
  await fails(t, 'no weights', () => loadModel(folder, { threads: 1 }), {
    code: 'MODEL',
    message: /no weights/,
    at: { path: /./ },
  });
  await fails(t, 'no folder', () => loadModel(join(folder, 'nowhere')), {
    code: 'MODEL',
    at: { path: /nowhere/ },
  });
  await fails(t, 'another width', () => loadTiny({ dtype: 'int8' }), {
    code: 'MODEL',
    message: /100 logits for 258 tokens/,
    at: { path: join(tinyFolder, 'onnx', 'model_int8.onnx') },
  });
});

t.test('schemas', async (t) => {
  const cases: [string, () => unknown, Expected][] = [
    [
      'no JSON',
      () => Grammar.jsonSchema('{"type": "string",\n "x": }'),
      { code: 'SYNTAX', at: { line: 2, column: 7 } },
    ],
    ['cut off', () => Grammar.jsonSchema('{"type": '), { code: 'SYNTAX', at: { line: 1, column: 10 } }],
    [
      'wrong pattern',
      () => Grammar.jsonSchema({ properties: { a: { pattern: 'a(b' } } }),
      { code: 'SYNTAX', message: /column 2/, at: { pointer: '/properties/a', keyword: 'pattern' } },
    ],
    [
      'cycle of references',
      () =>
        Grammar.jsonSchema({
          $ref: '#/$defs/a',
          $defs: { a: { anyOf: [{ $ref: '#/$defs/b' }] }, b: { $ref: '#/$defs/a' } },
        }),
      { code: 'SCHEMA', at: { pointer: '/$defs/b', keyword: '$ref' } },
    ],
    [
      'reference to itself',
      () => Grammar.jsonSchema({ $ref: '#' }),
      { code: 'SCHEMA', at: { pointer: '', keyword: '$ref' } },
    ],
    [
      'reference to nothing',
      () => Grammar.jsonSchema({ items: { $ref: '#/$defs/a' } }),
      { code: 'SCHEMA', at: { pointer: '/items', keyword: '$ref' } },
    ],
  ];
  for (const [name, call, expected] of cases) await fails(t, name, call, expected);
  stillUsable(t);
});

t.test('regular expressions and grammars', async (t) => {
  const cases: [string, () => unknown, Expected][] = [
    ['wrong pattern', () => Grammar.regex('a(b'), { code: 'SYNTAX', at: { line: 1, column: 2 } }],
    ['back-reference', () => Grammar.regex('(a)\\1'), { code: 'UNSUPPORTED', at: { line: 1, column: 4 } }],
    [
      'undefined rule',
      () => Grammar.ebnf('root ::= "a"\n | nowhre\nnowhere ::= "b"'),
      { code: 'SYNTAX', message: /nowhre/, at: { line: 2, column: 4 } },
    ],
    ['no start rule', () => Grammar.ebnf('rot ::= "a"'), { code: 'SYNTAX', at: { line: 1 } }],
    ['open text', () => Grammar.ebnf('root ::= "a'), { code: 'SYNTAX', at: { line: 1 } }],
  ];
  for (const [name, call, expected] of cases) await fails(t, name, call, expected);
  stillUsable(t);
});

t.test('logits that are no numbers, or nothing but −∞', async (t) => {
  const matcher = compiler.compileSync(Grammar.choice(['ab', 'b'])).matcher();
  const logits = (value: number) => new Float32Array(vocabulary.size).fill(value);
  const half = (bits: number) => new Uint16Array(vocabulary.size).fill(bits);
  const first = { token: ids.byte('a') };
  const bad: [string, Float32Array | Uint16Array, ErrorLocation | null][] = [
    ['NaN', logits(Number.NaN), first],
    ['+∞', logits(Number.POSITIVE_INFINITY), first],
    ['−∞', logits(Number.NEGATIVE_INFINITY), null],
    ['NaN, float16', half(0x7e00), first],
    ['−∞, float16', half(0xfc00), null],
  ];
  const mask = newMask(vocabulary);
  matcher.fillMask(mask);
  for (const [name, values, at] of bad) {
    await fails(t, `step: ${name}`, () => matcher.step(values), { code: 'LOGITS', at: at as never });
    await fails(t, `sample: ${name}`, () => sample(values, mask), { code: 'LOGITS', at: at as never });
  }
  const one = logits(0);
  one[ids.byte('b')] = Number.NaN;
  await fails(t, 'one NaN', () => matcher.step(one), { code: 'LOGITS', at: { token: ids.byte('b') } });
  one[ids.byte('b')] = 0;
  one[ids.byte('c')] = Number.NaN;
  t.equal(
    matcher.step(one, { temperature: 0 }),
    ids.byte('a'),
    'NaN of a token that is not allowed is no matter',
  );
});

t.test('token ids out of range', async (t) => {
  const matcher = compiler.compileSync(Grammar.choice(['ab'])).matcher();
  const logits = new Float32Array(vocabulary.size);
  const outside = vocabulary.size;
  const calls: [string, (token: number) => unknown][] = [
    ['accept', (token) => matcher.accept(token)],
    ['validate', (token) => matcher.validate([token])],
    ['bytes', (token) => vocabulary.bytes(token)],
    ['isSpecial', (token) => vocabulary.isSpecial(token)],
    ['bias', (token) => sample(logits, null, { bias: new Map([[token, 1]]) })],
    ['seen', (token) => sample(logits, null, { repetitionPenalty: 2, seen: [token] })],
    ['stopTokens', (token) => compiler.compileSync(Grammar.json()).matcher({ stopTokens: [token] })],
  ];
  for (const [name, call] of calls) {
    for (const token of [outside, -1]) {
      await fails(t, `${name}(${token})`, () => call(token), { code: 'TOKEN_RANGE', at: { token } });
    }
  }
  t.equal(matcher.accept(ids.word('ab')), true, 'the matcher is where it was');
  stillUsable(t);
});

t.test('calls in the wrong order', async (t) => {
  const matcher = compiler.compileSync(Grammar.choice(['a', 'ab'])).matcher();
  const logits = new Float32Array(vocabulary.size);
  await fails(t, 'rollback', () => matcher.rollback(1), { code: 'STATE', at: null });
  const pending = matcher.fillMaskAsync(newMask(vocabulary));
  await fails(t, 'accept under a mask', () => matcher.accept(ids.byte('a')), { code: 'BUSY', at: null });
  pending.wait();
  t.equal(matcher.accept(ids.byte('a')), true);
  t.equal(matcher.accept(ids.stop), true);
  await fails(t, 'step after the end', () => matcher.step(logits), { code: 'STATE', at: null });
  t.equal(matcher.accept(ids.byte('b')), false);
  matcher.rollback(1);
  t.equal(matcher.accept(ids.byte('b')), true, 'behind the rollback it goes on');
  const short = new Int32Array(1);
  await fails(t, 'short mask', () => matcher.fillMask(short), { code: 'ARGUMENT', at: null });
  await fails(t, 'short mask, applyMask', () => applyMask(logits, short), { code: 'ARGUMENT', at: null });
});

t.test('use after dispose', async (t) => {
  const ownCompiler = new Compiler(vocabulary);
  const compiled = ownCompiler.compileSync(Grammar.choice(['ab']));
  const matcher = compiled.matcher();
  const rest = matcher.fork();
  matcher.dispose();
  compiled.dispose();
  ownCompiler.dispose();
  const calls: [string, () => unknown][] = [
    ['matcher', () => matcher.fillMask(newMask(vocabulary))],
    ['compiled grammar', () => compiled.matcher()],
    ['compiler', () => ownCompiler.compileSync(Grammar.json())],
    ['compiler, later', () => ownCompiler.compile(Grammar.json())],
  ];
  for (const [name, call] of calls) await fails(t, name, call, { code: 'DISPOSED', at: null });
  t.equal(rest.accept(ids.word('ab')), true, 'the fork lives on');
  t.equal(rest.isAccepting, true);
  stillUsable(t);
});

t.test('abort and deadlines of the engine', async (t) => {
  await fails(t, 'abort before', () => compiler.compile(Grammar.json(), { signal: AbortSignal.abort() }), {
    code: 'ABORTED',
    at: null,
  });
  const controller = new AbortController();
  const compiling = compiler.compile(Grammar.json(), { signal: controller.signal });
  controller.abort();
  await fails(t, 'abort during', () => compiling, { code: 'ABORTED', at: null });
  const compiled = compiler.compileSync(Grammar.json());
  const limits = { timeoutMs: 0 };
  const mask = newMask(vocabulary);
  const calls: [string, () => unknown][] = [
    ['compile', () => compiler.compile(Grammar.json(), limits)],
    ['compileSync', () => compiler.compileSync(Grammar.json(), limits)],
    ['fillMask', () => compiled.matcher(limits).fillMask(mask)],
    ['fillMaskAsync', () => compiled.matcher(limits).fillMaskAsync(mask)],
    ['accept', () => compiled.matcher(limits).accept(ids.byte('['))],
    ['acceptBytes', () => compiled.matcher(limits).acceptBytes('[')],
    ['jsonSchema', () => Grammar.jsonSchema({}, { limits })],
    ['ebnf', () => Grammar.ebnf('root ::= "a"', { limits })],
    ['regex', () => Grammar.regex('a', { limits })],
    ['choice', () => Grammar.choice(['a'], { limits })],
  ];
  for (const [name, call] of calls) await fails(t, name, call, { code: 'DEADLINE', at: null });
  t.equal(compiled.matcher().acceptBytes('[1]'), true);
  stillUsable(t);
});

t.test('generation', async (t) => {
  const model: Model = await loadTiny();
  t.teardown(() => model.dispose());
  const prompt = 'a';
  const contradiction = { allOf: [{ type: 'number', minimum: 5 }, { maximum: 3 }] };
  const compiled = compiler.compileSync(Grammar.jsonSchema(contradiction));
  t.equal(compiled.satisfiable, false, 'it compiles, and allows nothing');
  const mask = newMask(vocabulary);
  compiled.matcher().fillMask(mask);
  t.ok(mask.every((word) => word === 0));

  const aborted = AbortSignal.abort();
  const regex = '[a-z]{200}';
  const cases: [string, () => unknown, Expected][] = [
    [
      'unsatisfiable schema',
      () => model.generate({ prompt, schema: contradiction }),
      { code: 'UNSATISFIABLE', at: { pointer: '' } },
    ],
    [
      'unsatisfiable grammar',
      () => model.generate({ prompt, grammar: Grammar.ebnf('root ::= "a" root') }),
      { code: 'UNSATISFIABLE', at: null },
    ],
    [
      'unsatisfiable, streamed',
      () => model.stream({ prompt, schema: false as never }).result,
      { code: 'UNSATISFIABLE', at: { pointer: '' } },
    ],
    [
      'wrong pattern',
      () => model.generate({ prompt, schema: { pattern: '(' } }),
      { code: 'SYNTAX', at: { pointer: '', keyword: 'pattern' } },
    ],
    [
      'maxTokens too small',
      () => model.generate({ prompt, choices: ['abcdef'], maxTokens: 2 }),
      { code: 'BUDGET_TOO_SMALL', message: /needs 6 tokens/, at: null },
    ],
    ['abort before', () => model.generate({ prompt, regex, signal: aborted }), { code: 'ABORTED', at: null }],
    [
      'abort during',
      () => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 3);
        return model.generate({ prompt, regex, signal: controller.signal });
      },
      { code: 'ABORTED', at: null },
    ],
  ];
  for (const [name, call, expected] of cases) {
    await fails(t, name, call, expected);
    t.equal(
      (await model.generate({ prompt, choices: ['b'] })).text,
      'b',
      `the model is usable after ${name}`,
    );
  }
  await model.dispose();
  await fails(t, 'generate after dispose', () => model.generate({ prompt }), { code: 'DISPOSED', at: null });
});

function copyOf(t: Test): string {
  const folder = join(t.testdir(), 'copy');
  cpSync(tinyFolder, folder, { recursive: true });
  return folder;
}
