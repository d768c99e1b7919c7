// Cases that are hard for one engine or another, the same as those of the peers' micro.py: a grammar, and a text to write.
import type * as Package from '../../src/index.js';
import { Grammar } from '../package.js';

export interface MicroCase {
  readonly name: string;
  /** From the source: what it takes belongs to the time of a compile. */
  grammar(): Package.Grammar;
  readonly text: string;
}

const PROSE =
  'The harbour was quiet when the first boats came back, and nobody on the pier ' +
  'had expected them before noon; the wind had dropped, the sails hung slack, and ' +
  'three men in the nearest boat were rowing with long, tired strokes. ';

const closed = (properties: Record<string, object>, required: readonly string[]): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const text = { type: 'string' };

/** Five members of mixed kinds, different from tool to tool. */
function toolArguments(number: number): object {
  return closed(
    {
      [`query_${number}`]: { type: 'string', description: 'What to look for' },
      limit: { type: 'integer', minimum: 1, maximum: 100 + number },
      order: { enum: ['date', 'name', 'size'].map((field) => `by_${field}_${number}`) },
      tags: { type: 'array', items: text },
      options: closed({ exact: { type: 'boolean' }, [`score_${number}`]: { type: 'number' } }, ['exact']),
    },
    [`query_${number}`, 'limit'],
  );
}

function unionOfTools(count: number): object {
  return {
    anyOf: Array.from({ length: count }, (_, number) =>
      closed({ name: { const: `tool_${number}` }, arguments: toolArguments(number) }, ['name', 'arguments']),
    ),
  };
}

const TOOL_CALL =
  '{"query_5": "ships in the harbour", "limit": 12, "order": "by_size_5",' +
  ' "tags": ["sea", "boats"], "options": {"exact": true, "score_5": 0.75}}';
const ONE_TOOL = `{"name": "tool_5", "arguments": ${TOOL_CALL}}`;

/** A call of one tool, which is different from number to number. */
export function toolCall(number: number): { schema: object; text: string } {
  const text =
    `{"query_${number}": "ships in the harbour, boat ${number * 7}", "limit": ${1 + number}, ` +
    `"order": "by_size_${number}", "tags": ["sea", "boats"], "options": {"exact": true, "score_${number}": 0.75}}`;
  return { schema: toolArguments(number), text };
}

function words(count: number): string[] {
  const list = PROSE.trimEnd().split(' ');
  return Array.from(
    { length: count },
    (_, i) => `${(list[i % 40] as string).replace(/[,;.]+$/, '')}-${(i * 7919) % 100_003}`,
  );
}

/** Free text in which tools may be called, as XGrammar's `triggered_tags`. */
function taggedTools(count: number): object {
  return {
    type: 'structural_tag',
    format: {
      type: 'triggered_tags',
      triggers: ['<function='],
      tags: Array.from({ length: count }, (_, number) => ({
        begin: `<function=tool_${number}>`,
        content: { type: 'json_schema', json_schema: toolArguments(number) },
        end: '</function>',
      })),
    },
  };
}

const schemaCase = (name: string, schema: object, written: string): MicroCase => {
  const source = JSON.stringify(schema);
  return { name, grammar: () => Grammar.jsonSchema(source), text: written };
};
const bounded = (maxLength: number, length: number): MicroCase =>
  schemaCase(
    `maxLength ${maxLength.toLocaleString('en')}`,
    { type: 'string', maxLength },
    `"${PROSE.repeat(10).slice(0, length)}"`,
  );
const listed = (count: number): MicroCase =>
  schemaCase(
    `enum of ${count.toLocaleString('en')} strings`,
    { enum: words(count) },
    `"${words(count)[777]}"`,
  );

export const microCases: readonly MicroCase[] = [
  { name: 'any JSON, long string', grammar: () => Grammar.json(), text: `{"text": "${PROSE.repeat(10)}"}` },
  schemaCase(
    'object of 2 fields',
    closed({ name: text, age: { type: 'integer' } }, ['name', 'age']),
    '{"name": "Ada Lovelace", "age": 36}',
  ),
  ...[10, 50, 500].map((count): MicroCase => {
    const source = JSON.stringify(taggedTools(count));
    return {
      name: `${count} tools, tags in text`,
      // Any order and spelling, as in the rows of schemas.
      grammar: () => Grammar.structuralTag(source, { style: { keyOrder: 'any', undeclared: 'schema' } }),
      text: `${PROSE}<function=tool_5>${TOOL_CALL}</function>`,
    };
  }),
  ...[10, 50, 500].map((count) => schemaCase(`${count} tools, anyOf`, unionOfTools(count), ONE_TOOL)),
  bounded(100_000, 2210),
  bounded(128, 120),
  listed(1000),
  listed(100_000),
  {
    name: 'regex [a-z ]{0,200}!',
    grammar: () => Grammar.regex('[a-z ]{0,200}!'),
    text: `${PROSE.toLowerCase()
      .replace(/[^a-z ]/g, '')
      .slice(0, 190)}!`,
  },
  schemaCase(
    'date-time and email',
    closed({ at: { type: 'string', format: 'date-time' }, mail: { type: 'string', format: 'email' } }, [
      'at',
      'mail',
    ]),
    '{"at": "2026-03-14T15:09:26Z", "mail": "ada@example.org"}',
  ),
  schemaCase(
    'arrays 1,000 deep',
    { $ref: '#/$defs/a', $defs: { a: { type: 'array', items: { $ref: '#/$defs/a' } } } },
    '['.repeat(1000) + ']'.repeat(1000),
  ),
];

const SUM = '(3*x+1)-y*(z/2)+7-(a+b)*c/4-';
const nest = (text: string, depth: number): string => '['.repeat(depth) + text + ']'.repeat(depth);

/** Grammars that are no JSON Schema: left recursion, nesting, ambiguity. */
export const grammarCases: readonly MicroCase[] = [
  {
    name: 'arithmetic, left-recursive',
    grammar: () =>
      Grammar.ebnf(
        'root ::= sum\nsum ::= sum [-+] product | product\nproduct ::= product [*/] atom | atom\n' +
          'atom ::= [0-9]+ | [a-z]+ | "(" sum ")"',
      ),
    text: `${SUM.repeat(40)}1`,
  },
  {
    name: 'JSON as plain EBNF',
    grammar: () =>
      Grammar.ebnf(
        'root ::= value\nvalue ::= object | array | string | number | "true" | "false" | "null"\n' +
          'object ::= "{" ws (pair ("," ws pair)*)? "}" ws\npair ::= string ":" ws value ws\n' +
          'array ::= "[" ws (value ws ("," ws value ws)*)? "]" ws\n' +
          'string ::= "\\"" ([^"\\\\] | "\\\\" ["\\\\/bfnrt])* "\\""\nnumber ::= "-"? [0-9]+ ("." [0-9]+)?\nws ::= [ \\n]*',
      ),
    text: nest('{"name": "Ada", "list": [1, 2.5, -3, true, null, {"a": "b"}], "text": "some words"}', 30),
  },
  {
    name: 'brackets, 100,000 deep',
    grammar: () => Grammar.ebnf('root ::= "[" root? "]"'),
    text: '['.repeat(100_000) + ']'.repeat(100_000),
  },
  {
    name: 'S → S S | S S S | a, 60 letters',
    grammar: () => Grammar.ebnf('root ::= root root | root root root | "a"'),
    text: 'a'.repeat(60),
  },
  {
    name: 'S → S S S | a, 61 letters',
    grammar: () => Grammar.ebnf('root ::= root root root | "a"'),
    text: 'a'.repeat(61),
  },
];

/** The text behind which rollback, fork and validate are timed: a thousand tokens of any JSON. */
export const longText = `{"text": "${PROSE.repeat(30)}`;
