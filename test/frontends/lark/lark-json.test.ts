import t from 'tap';
import { Grammar } from '../../../src/index.js';

/** Grammars with texts that llguidance 1.9.1 takes, and others that it does not. */
const rows: [grammar: string, taken: string[], others: string[]][] = [
  [
    'start: %json {"type":"array","items":{"type":"integer"}}',
    ['[1]', '[ 1 , 2 ]', '[\n\t1\r\n]', '[]', '[ ]'],
    [' [1]', '[1] ', '\n[]', '[]\n'],
  ],
  [
    'start: "x" %json {"properties":{"a":{"type":"integer"}},"type":"object"} "y"',
    ['x{"a":1}y', 'x{ "a" : 1 }y', 'x{ }y', 'x{ "a" :1 , "b" : [ 1 , { } ] }y'],
    ['x {"a":1}y', 'x{"a":1} y'],
  ],
  ['start: "x" %json {"type":"integer"} "y"', ['x1y'], ['x 1y', 'x1 y']],
  ['start: %json {}', ['1', '"a"', '[ 1 ]'], [' 1', '1 ', ' "a"', '"a" ', '{ } ']],
  [
    'start: "x" %json {"type":"array"} "y"\n%ignore / +/',
    ['x[1]y', 'x[1] y', 'x[\n1]y', 'x[1\n]y'],
    ['x\n[1]y', 'x[1]\ny'],
  ],
  [
    'start: %json {"x-guidance":{"whitespace_flexible":false},"type":"array"}',
    ['[1]', '[1,2]'],
    ['[ 1]', '[1, 2]', ' [1]'],
  ],
  [
    'start: %json {"x-guidance":{"whitespace_pattern":"[ \\n\\r\\t]{0,2}"},"type":"array"}',
    ['[1]', '[ 1 ,\n\t2  ]'],
    [' [1]', '[   1]', '[1 \n ,2]'],
  ],
  [
    'start: %json {"x-guidance":{"whitespace_pattern":"[ \\n]{1,2}","whitespace_flexible":false},"type":"array"}',
    ['[1]', '[ 1 ,\n\n2  ]', '[ ]'],
    ['[   1]', '[1,\t2]', ' [1]'],
  ],
  [
    'start: %json {"x-guidance":{"whitespace_pattern":null,"json_allowed_escapes":null},"type":"array"}',
    ['[ 1 ]', '["\\n"]'],
    [' [1]'],
  ],
  [
    'start: %json {"x-guidance":{"item_separator":"; ?|、","key_separator":"=>","whitespace_flexible":false},"type":"object"}',
    ['{}', '{"a"=>1; "b"=>[2;3]、"c"=>{}}'],
    ['{ }', '{"a"=> 1}', '{"a"=>1 ;"b"=>2}', '{"a"=>1,"b"=>2}'],
  ],
  [
    'start: %json {"x-guidance":{"item_separator":"[^\\\\s\\\\S]"},"type":"array"}',
    ['[]', '[ 1 ]', '[[2]]'],
    ['[1,2]', '[1 2]'],
  ],
  [
    'start: "x" %json {"x-guidance":{"json_allowed_escapes":"nrbtf\\"u"},"type":"string"} "y"',
    ['x"\\n"y', 'x"\\u000a\\u001E\\u007f"y', 'x"é/"y'],
    ['x"\\u0041"y', 'x"\\/"y', 'x"\\ud83d\\ude00"y'],
  ],
  [
    'start: %json {"x-guidance":{"json_allowed_escapes":"u","json_allow_general_unicode_escapes":true},"type":"string"}',
    ['"\\u0041\\ud83d\\ude00\\u0022"'],
    ['"\\""', '"\\n"'],
  ],
  ['start: %json {"x-guidance":{"whitespace_flexible":true},"type":"array"}', ['[ 1]', '[1, 2]'], [' [1]']],
  [
    'start: %json {"$defs":{"r":{"type":"array","items":{"$ref":"#/$defs/r"}}},"$ref":"#/$defs/r"}',
    ['[]', '[ [ ] ]'],
    [' []', '[[] ] '],
  ],
];

t.test('what cannot be written under a list of escapes leads nowhere', (t) => {
  const guidance = '"x-guidance":{"json_allowed_escapes":"n"}';
  const names = Grammar.lark(
    `start: %json {${guidance},"properties":{"a\\"b":{},"a\\nb":{}},"additionalProperties":false}`,
  );
  t.ok(names.testPrefix('{"a\\n'));
  t.notOk(names.testPrefix('{"a\\"'));
  const texts = Grammar.lark(`start: %json {${guidance},"enum":["a\\t","b\\n"]}`);
  t.notOk(texts.testPrefix('"a'));
  t.ok(texts.test('"b\\n"'));
  const needed = Grammar.lark(`start: %json {${guidance},"type":"object","required":["\\\\"]}`);
  t.notOk(needed.testPrefix('{'));
  t.end();
});

t.test('white space stands within the brackets of a JSON text, and not around it', async (t) => {
  for (const [text, taken, others] of rows) {
    const grammar = Grammar.lark(text);
    for (const each of taken) t.ok(grammar.test(each), `${text} takes ${JSON.stringify(each)}`);
    for (const each of others) t.notOk(grammar.test(each), `${text} leaves ${JSON.stringify(each)}`);
  }
});
