import t from 'tap';
import { TOOL_FAMILIES } from '../../../src/frontends/structural-tag/families/index.js';
import { Compiler, Grammar, GrammaskError, type Tool, Vocabulary } from '../../../src/index.js';

/** Tool calls by families of models: choices, reasoning, tools in every shape, markers that are special tokens. */

const tools: Tool[] = [
  {
    name: 'weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
  { type: 'function', function: { name: 'weather_now', parameters: { type: 'object', properties: {} } } },
];

/** A call of `weather` as each family writes it where nothing but the call is allowed. */
const CALLS: Record<string, string> = {
  llama: '{"name": "weather", "parameters": {"city": "Rome"}}',
  qwen_3: '<tool_call>\n{"name": "weather", "arguments": {"city": "Rome"}}\n</tool_call>',
  qwen_3_5: '<tool_call>\n<function=weather>\n<parameter=city>Rome</parameter>\n</function>\n</tool_call>',
  qwen_3_coder:
    '<tool_call>\n<function=weather>\n<parameter=city>\nRome\n</parameter>\n</function>\n</tool_call>',
  kimi: '<|tool_calls_section_begin|><|tool_call_begin|>functions.weather:0<|tool_call_argument_begin|>{"city": "Rome"}<|tool_call_end|><|tool_calls_section_end|>',
  kimi_k3:
    '<|close|>response<|sep|><|open|>tools<|sep|><|open|>call tool="weather" index="1"<|sep|><|open|>argument key="city" type="string"<|sep|>Rome<|close|>argument<|sep|><|close|>call<|sep|><|close|>tools<|sep|><|close|>message<|sep|>',
  deepseek_r1:
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>weather\n```json\n{"city": "Rome"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  deepseek_v3_1:
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>weather<｜tool▁sep｜>{"city": "Rome"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  deepseek_v3_2:
    '\n\n<｜DSML｜function_calls>\n<｜DSML｜invoke name="weather">\n<｜DSML｜parameter name="city" string="true">Rome</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
  deepseek_v4:
    '\n\n<｜DSML｜tool_calls>\n<｜DSML｜invoke name="weather">\n<｜DSML｜parameter name="city" string="true">Rome</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>',
  harmony: '<|channel|>commentary to=functions.weather<|constrain|>json<|message|>{"city": "Rome"}<|call|>',
  minimax:
    '\n</think>\n\n\n\n\n<minimax:tool_call>\n<invoke name="weather">\n<parameter name="city">Rome</parameter>\n</invoke>\n</minimax:tool_call>',
  glm_4_7: '<tool_call>weather<arg_key>city</arg_key><arg_value>Rome</arg_value></tool_call>',
  cohere:
    '<cofl:tool_calls><cofl:tool_call id="0" name="weather"><cofl:value name="city" type="raw">Rome</cofl:value></cofl:tool_call></cofl:tool_calls>',
  exaone: '<tool_call>{"name": "weather", "arguments": {"city": "Rome"}}</tool_call>',
};

t.same(Object.keys(CALLS).sort(), [...TOOL_FAMILIES.keys()].sort(), 'every family has its call here');

for (const [family, call] of Object.entries(CALLS)) {
  t.test(family, async (t) => {
    const wrong = call.replace('Rome', 'Rome').replaceAll('city', 'town');
    for (const choice of ['required', { name: 'weather' }] as const) {
      const grammar = Grammar.toolCall(family, tools, { choice });
      t.ok(grammar.test(call), `takes the call: ${JSON.stringify(grammar.explain(call).expected)}`);
      t.notOk(grammar.test(wrong), 'refuses an undeclared argument');
      t.notOk(grammar.test(''), 'refuses nothing');
      t.notOk(grammar.test('The answer is 42.'), 'refuses text alone');
    }
    t.notOk(
      Grammar.toolCall(family, tools, { choice: { name: 'weather_now' } }).test(call),
      'refuses another tool',
    );
  });
}

t.test('auto takes text and calls', async (t) => {
  const grammar = Grammar.toolCall('qwen_3', tools);
  t.ok(grammar.test('The answer is 42.'));
  t.ok(grammar.test(`Let me see. ${CALLS.qwen_3}\n${CALLS.qwen_3} Done.`));
  t.notOk(grammar.test('<tool_call>\n{"name": "other"'));
  t.notOk(grammar.testPrefix('<tool_call>\n{"name": "o'));
  t.ok(grammar.testPrefix('<tool_call>\n{"name": "weather_n'), 'names may share their beginning');
  t.notOk(grammar.test('I <think>'), 'no marks of thoughts in the text');
  const none = Grammar.toolCall('qwen_3', tools, { choice: 'none' });
  t.ok(none.test('The answer is 42.'));
  t.notOk(none.test('</think>'));
});

t.test('reasoning', async (t) => {
  const grammar = Grammar.toolCall('qwen_3', tools, { reasoning: true, choice: 'required' });
  t.ok(grammar.test(`Hm.</think>\n\n${CALLS.qwen_3}`));
  t.notOk(grammar.test(CALLS.qwen_3 as string));
  const harmony = Grammar.toolCall('harmony', tools, { reasoning: true, choice: 'required' });
  const thought = '<|channel|>analysis<|message|>Hm.<|end|>';
  t.ok(harmony.test(`${thought}<|start|>assistant${CALLS.harmony}`));
  t.notOk(harmony.test(thought), 'thoughts alone are no call');
});

t.test('the style is the caller’s', async (t) => {
  const two: Tool[] = [{ name: 'f', parameters: { type: 'object', properties: { a: {}, b: {} } } }];
  const call = '{"name": "f", "parameters": {"b":1,"a":2}}';
  t.notOk(Grammar.toolCall('llama', two, { choice: 'required' }).test(call));
  t.ok(Grammar.toolCall('llama', two, { choice: 'required', style: { keyOrder: 'any' } }).test(call));
});

t.test('markers that are special tokens of the vocabulary', async (t) => {
  const names = [
    '<|channel|>',
    '<|constrain|>',
    '<|message|>',
    '<|call|>',
    '<|start|>',
    '<|end|>',
    '<|return|>',
  ];
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const id = (name: string): number => 256 + names.indexOf(name);
  const vocabulary = Vocabulary.fromTokens([...bytes, ...names, '</s>'], {
    specialTokens: names.map(id),
    stopTokens: [256 + names.length],
  });
  const grammar = Grammar.toolCall('harmony', tools, { choice: 'required', specialTokens: names });
  const parts = (CALLS.harmony as string).split(/(<\|[a-z]+\|>)/);
  t.ok(grammar.test(parts.map((part) => (names.includes(part) ? { token: part } : part))));
  t.notOk(grammar.test(CALLS.harmony as string), 'as text it is not the token');
  const matcher = new Compiler(vocabulary).compileSync(grammar).matcher();
  for (const part of parts) {
    t.ok(names.includes(part) ? matcher.accept(id(part)) : matcher.acceptBytes(part), JSON.stringify(part));
  }
  t.ok(matcher.isAccepting);
});

t.test('wrong tools and choices', async (t) => {
  const code = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      if (GrammaskError.isInstance(error)) return `${error.code} ${error.hint ?? ''}`;
    }
    return 'none';
  };
  t.match(
    code(() => Grammar.toolCall('qwen3', tools)),
    /ARGUMENT did you mean qwen_3\?/,
  );
  t.match(
    code(() => Grammar.toolCall('llama', tools, { choice: { name: 'wether' } })),
    /ARGUMENT did you mean weather\?/,
  );
  t.match(
    code(() => Grammar.toolCall('llama', [], { choice: 'required' })),
    /ARGUMENT/,
  );
  t.match(
    code(() => Grammar.toolCall('llama', [...tools, ...tools])),
    /ARGUMENT/,
  );
  t.match(
    code(() => Grammar.toolCall('llama', [{ name: 'a"b' }])),
    /ARGUMENT/,
  );
  t.match(
    code(() => Grammar.toolCall('llama', [{ type: 'web_search' }])),
    /UNSUPPORTED/,
  );
  t.match(
    code(() => Grammar.toolCall('llama', [{ name: 'a', parameters: { type: 'objct' } }])),
    /SCHEMA/,
  );
  t.ok(
    Grammar.toolCall('harmony', [{ type: 'web_search' }]).test(
      ' to=web_search<|channel|>commentary code<|message|>{}<|call|>',
    ),
  );
});

t.test('500 tools of XML style: each parameter has a schema of its own, and no other with it', async (t) => {
  const many = Array.from({ length: 500 }, (_, index): Tool => {
    const properties = {
      [`text${index}`]: { type: 'string' },
      count: { type: 'integer' },
      on: { type: 'boolean' },
    };
    return { name: `tool_${index}`, parameters: { type: 'object', properties } };
  });
  const grammar = Grammar.toolCall('qwen_3_coder', many);
  const call = (name: string): string =>
    `<tool_call>\n<function=tool_7>\n<parameter=${name}>\nx\n</parameter>\n</function>\n</tool_call>`;
  t.ok(grammar.test(call('text7')));
  t.notOk(grammar.test(call('text8')));
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const compiler = new Compiler(Vocabulary.fromTokens([...bytes, '<end>'], { stopTokens: [256] }));
  const compiled = compiler.compileSync(grammar);
  t.ok(compiled.memoryBytes < 100e6, `${compiled.memoryBytes} bytes`);
});
