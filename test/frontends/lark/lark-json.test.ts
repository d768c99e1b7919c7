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
  ['start: %json {"x-guidance":{"whitespace_flexible":true},"type":"array"}', ['[ 1]', '[1, 2]'], [' [1]']],
  [
    'start: %json {"$defs":{"r":{"type":"array","items":{"$ref":"#/$defs/r"}}},"$ref":"#/$defs/r"}',
    ['[]', '[ [ ] ]'],
    [' []', '[[] ] '],
  ],
];

t.test('white space stands within the brackets of a JSON text, and not around it', async (t) => {
  for (const [text, taken, others] of rows) {
    const grammar = Grammar.lark(text);
    for (const each of taken) t.ok(grammar.test(each), `${text} takes ${JSON.stringify(each)}`);
    for (const each of others) t.notOk(grammar.test(each), `${text} leaves ${JSON.stringify(each)}`);
  }
});
