import t from 'tap';
import { Grammar, GrammaskError } from '../../../src/index.js';

/** Wrong structural tags: what, where, and what to do. */

function errorOf(make: () => unknown): GrammaskError {
  try {
    make();
  } catch (error) {
    if (error instanceof GrammaskError) return error;
    throw error;
  }
  throw new Error('there was no error');
}

const ofFormat = (format: unknown): GrammaskError =>
  errorOf(() => Grammar.structuralTag({ type: 'structural_tag', format }));
const any = { type: 'any_text' };
const tag = (more: object): object => ({ type: 'tag', begin: 'a', content: any, end: 'b', ...more });

const wrong: [
  name: string,
  format: unknown,
  code: string,
  pointer: string,
  keyword: string,
  message: RegExp,
][] = [
  ['no type', {}, 'SYNTAX', '/format', 'type', /needs its `type`/],
  ['a type that is none', { type: 'anytext' }, 'SYNTAX', '/format', 'type', /no format "anytext"/],
  ['a member that is none', tag({ beginn: 'x' }), 'SYNTAX', '/format', 'beginn', /no member "beginn"/],
  ['a name of Object', { type: '__proto__' }, 'SYNTAX', '/format', 'type', /no format "__proto__"/],
  ['a member missing', { type: 'sequence' }, 'SYNTAX', '/format', 'elements', /needs the member/],
  ['no element', { type: 'or', elements: [] }, 'SYNTAX', '/format', 'elements', /at least one/],
  ['no object', { type: 'or', elements: [any, 1] }, 'SYNTAX', '/format/elements/1', '', /must be an object/],
  [
    'a wrong value',
    { type: 'any_text', excludes: 'x' },
    'SYNTAX',
    '/format',
    'excludes',
    /must be a list, not "x"/,
  ],
  ['an empty text', { type: 'any_text', excludes: [''] }, 'SYNTAX', '/format', 'excludes', /is empty/],
  [
    'a negative bound',
    { type: 'any_text', max_chars: -1 },
    'SYNTAX',
    '/format',
    'max_chars',
    /from 0 to 4294967294/,
  ],
  [
    'a bound too large',
    { type: 'any_text', max_chars: 1e15 },
    'SYNTAX',
    '/format',
    'max_chars',
    /to 4294967294/,
  ],
  ['bounds', { type: 'repeat', min: 3, max: 2, content: any }, 'SYNTAX', '/format', 'max', /less than/],
  [
    'a schema',
    { type: 'json_schema', json_schema: { properties: { a: { type: 'strin' } } } },
    'SCHEMA',
    '/format/json_schema/properties/a',
    'type',
    /name of a type/,
  ],
  [
    'a pattern of a schema',
    { type: 'json_schema', json_schema: { pattern: '(' } },
    'SYNTAX',
    '/format/json_schema',
    'pattern',
    /column 1/,
  ],
  [
    'a style',
    { type: 'json_schema', json_schema: {}, style: 'qwenxml' },
    'SYNTAX',
    '/format',
    'style',
    /no style/,
  ],
  [
    'a pattern',
    tag({ content: { type: 'regex', pattern: 'a(' } }),
    'SYNTAX',
    '/format/content',
    'pattern',
    /column 2/,
  ],
  [
    'a grammar',
    { type: 'grammar', grammar: 'root ::= vaule\nvalue ::= "a"' },
    'SYNTAX',
    '/format',
    'grammar',
    /line 1, column 10: rule vaule/,
  ],
  ['an end', tag({ end: 7 }), 'SYNTAX', '/format', 'end', /a text, a list/],
  [
    'no trigger',
    { type: 'triggered_tags', triggers: ['x'], tags: [tag({})] },
    'SYNTAX',
    '/format/tags/0',
    'begin',
    /no trigger/,
  ],
  [
    'two triggers',
    { type: 'triggered_tags', triggers: ['a', 'ab'], tags: [tag({ begin: 'abc' })] },
    'SYNTAX',
    '/format/tags/0',
    'begin',
    /both/,
  ],
  [
    'a token as trigger',
    { type: 'triggered_tags', triggers: ['a'], tags: [tag({ begin: { type: 'token', token: 1 } })] },
    'SYNTAX',
    '/format/tags/0',
    'begin',
    /begin with a text/,
  ],
  ['rules', { type: 'dispatch', rules: [['a']] }, 'SYNTAX', '/format', 'rules', /list of two/],
  ['a token', { type: 'token', token: -1 }, 'SYNTAX', '/format', 'token', /token ids or names/],
  ['half a pair', { type: 'const_string', value: '\ud800' }, 'SYNTAX', '/format', 'value', /well-formed/],
  [
    'too many rounds',
    { type: 'repeat', min: 0, max: 1e6, content: { type: 'json_schema', json_schema: {} } },
    'UNSUPPORTED',
    '/format',
    'max',
    /10000/,
  ],
  [
    'oneOf of objects',
    {
      type: 'json_schema',
      style: 'qwen_xml',
      json_schema: {
        oneOf: [
          { type: 'object', properties: { a: {} } },
          { type: 'object', properties: { b: {} } },
        ],
      },
    },
    'UNSUPPORTED',
    '/format',
    'json_schema',
    /oneOf/,
  ],
];

for (const [name, format, code, pointer, keyword, message] of wrong) {
  t.test(name, async (t) => {
    const error = ofFormat(format);
    t.equal(error.code, code);
    t.same(error.location, { pointer, keyword });
    t.match(error.message, message);
  });
}

t.test('the nearest name is told', async (t) => {
  t.equal(ofFormat({ type: 'anytext' }).hint, 'did you mean any_text?');
  t.equal(ofFormat(tag({ beginn: 'x' })).hint, 'did you mean begin?');
  t.match(ofFormat({ type: 'xyz' }).hint, /^the types are const_string, /);
});

t.test('the tag itself', async (t) => {
  t.equal(errorOf(() => Grammar.structuralTag(null as unknown as object)).code, 'ARGUMENT');
  t.match(errorOf(() => Grammar.structuralTag(any)).hint, /put the format below/);
  t.match(errorOf(() => Grammar.structuralTag('{"format": ')).location, { line: 1, column: 12 });
  const accessor = Object.defineProperty({}, 'format', { get: () => any, enumerable: true });
  t.match(errorOf(() => Grammar.structuralTag(accessor)).message, /the structural tag is not JSON/);
  t.equal(errorOf(() => Grammar.structuralTag(any, { styl: {} } as object)).code, 'ARGUMENT');
});

t.test('the older form', async (t) => {
  const structure = {
    begin: '<f>',
    schema: { type: 'object', properties: { a: { type: 'integer' } } },
    end: '</f>',
  };
  for (const name of ['structures', 'tags']) {
    const grammar = Grammar.structuralTag({ type: 'structural_tag', [name]: [structure], triggers: ['<f'] });
    t.ok(grammar.test('x<f>{"a": 1}</f>y'));
    t.notOk(grammar.test('x<f>{"a": "1"}</f>y'));
    const wrong = { ...structure, schema: { properties: { a: { type: 'int' } } } };
    const error = errorOf(() => Grammar.structuralTag({ [name]: [structure, wrong], triggers: ['<f'] }));
    t.same(error.location, { pointer: `/${name}/1/schema/properties/a`, keyword: 'type' });
  }
});

t.test('depth and size end in an error, never in an overflow', async (t) => {
  const deep = `${'{"type": "star", "content": '.repeat(20_000)}{"type": "any_text"}${'}'.repeat(20_000)}`;
  t.match(
    errorOf(() => Grammar.structuralTag(`{"format": ${deep}}`)),
    { code: 'UNSUPPORTED', message: /deeper than 256/ },
  );
  let schema: object = { type: 'string' };
  for (let depth = 0; depth < 3000; depth++) schema = { type: 'object', properties: { a: schema } };
  for (const style of ['json', 'qwen_xml', 'cohere_xml']) {
    const format = { type: 'json_schema', json_schema: schema, style };
    t.ok(Grammar.structuralTag({ format }), style);
  }
  const elements = Array.from({ length: 3000 }, () => ({
    type: 'json_schema',
    json_schema: { type: 'object', title: 'a' },
  }));
  const limits = { timeoutMs: 1 };
  t.equal(
    errorOf(() => Grammar.structuralTag({ format: { type: 'or', elements } }, { limits })).code,
    'DEADLINE',
  );
});

t.test('an indent beside a bound of white space', async (t) => {
  const format = { type: 'json_schema', json_schema: {}, max_whitespace_cnt: 2 };
  t.throws(() => Grammar.structuralTag({ format }, { style: { whitespace: { indent: 2 } } }), {
    code: 'UNSUPPORTED',
    message: /white space/,
    location: { pointer: '/format', keyword: 'max_whitespace_cnt' },
  });
});
