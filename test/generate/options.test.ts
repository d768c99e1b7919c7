import t from 'tap';
import { type GenerateOptions, readGenerateOptions } from '../../src/generate/options.js';
import { Grammar } from '../../src/index.js';

const prompt = 'p';
const messages = [{ role: 'user', content: 'hello' }];

t.test('defaults', async (t) => {
  t.match(readGenerateOptions({ prompt }), {
    maxTokens: 512,
    onLimit: 'partial',
    sampling: { temperature: 0 },
  });
  t.match(readGenerateOptions({ prompt, choices: ['a'] }), { onLimit: 'close' });
  t.match(readGenerateOptions({ prompt, topK: 3 }), { sampling: { temperature: 1, topK: 3 } });
  t.match(readGenerateOptions({ prompt, seed: 3, temperature: 0.5 }), { sampling: { temperature: 0.5 } });
});

t.test('a schema reaches the chat template as JSON text', async (t) => {
  const source = readGenerateOptions({ messages, schema: { type: 'null' } }).source;
  t.same(source, { messages, schemaText: '{"type":"null"}' });
});

t.test('ARGUMENT, naming the option', async (t) => {
  const bad: [object, RegExp][] = [
    [{}, /prompt/],
    [{ prompt, messages }, /prompt/],
    [{ prompt: 7 }, /prompt/],
    [{ prompt: '\ud800' }, /prompt/],
    [{ messages: [] }, /messages/],
    [{ messages: [{ role: 'user' }] }, /messages\[0\]\.content/],
    [{ prompt, choices: ['a'], regex: 'a' }, /regex and choices/],
    [{ prompt, grammar: 'root ::= "a"' }, /grammar/],
    [{ prompt, style: { whitespace: 'any' } }, /style/],
    [{ prompt, regex: 'a', draft: '2020-12' }, /draft/],
    [{ prompt, regex: 'a', formats: 'annotate' }, /formats/],
    [{ prompt, choices: ['a'], verify: 'ajv' }, /verify/],
    [{ prompt, schema: true, verify: 'yes' }, /verify/],
    [{ prompt, schema: true, regex: 'a' }, /schema and regex/],
    [{ prompt, maxTokens: 0 }, /maxTokens/],
    [{ prompt, maxTokens: 1.5 }, /maxTokens/],
    [{ prompt, temperature: -1 }, /temperature/],
    [{ prompt, temperature: Number.NaN }, /temperature/],
    [{ prompt, topP: 0 }, /topP/],
    [{ prompt, topK: -1 }, /topK/],
    [{ prompt, minP: 2 }, /minP/],
    [{ prompt, seed: 0.5 }, /seed/],
    [{ prompt, stop: '' }, /stop/],
    [{ prompt, stop: 'a', regex: 'a' }, /stop/],
    [{ prompt, signal: {} }, /signal/],
    [{ prompt, onLimit: 'later' }, /onLimit/],
    [{ prompt, forced: 'bytes' }, /forced/],
    [{ prompt, backtrack: -1 }, /backtrack/],
    [{ prompt, onLimit: 'close' }, /onLimit/],
  ];
  for (const [options, message] of bad) {
    t.throws(() => readGenerateOptions(options as GenerateOptions), { code: 'ARGUMENT', message });
  }
  t.throws(() => readGenerateOptions(7 as unknown as GenerateOptions), { code: 'ARGUMENT' });
});

t.test('UNSUPPORTED, naming the option: none is ignored', async (t) => {
  for (const name of ['tools', 'responseFormat', 'max_tokens']) {
    const options = { prompt, [name]: 'x' } as GenerateOptions;
    t.throws(() => readGenerateOptions(options), { code: 'UNSUPPORTED', message: new RegExp(name) });
  }
  t.doesNotThrow(() => readGenerateOptions({ prompt, tools: undefined } as GenerateOptions));
  const withImage = [{ role: 'user', content: 'a', images: [] }] as unknown as NonNullable<
    GenerateOptions['messages']
  >;
  t.throws(() => readGenerateOptions({ messages: withImage }), { code: 'UNSUPPORTED', message: /images/ });
});

t.test('draft and formats go to the grammar of the schema', async (t) => {
  const schema = { type: 'string', format: 'a-format' };
  const { constraint } = readGenerateOptions({ prompt, schema, formats: 'annotate', draft: '2020-12' });
  t.match(constraint?.schema, { options: { formats: 'annotate', draft: '2020-12' }, verify: false });
  t.equal(constraint?.makeGrammar().test('"any"'), true);
  const wrong = readGenerateOptions({ prompt, schema, draft: '1' as never });
  t.throws(() => wrong.constraint?.makeGrammar(), { message: /draft/ });
});

t.test('a grammar is taken as it is', async (t) => {
  const grammar = Grammar.choice(['a']);
  const { constraint } = readGenerateOptions({ prompt, grammar });
  t.equal(constraint?.makeGrammar(), grammar);
});
