import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Grammar, jsonSchemaOfType } from '../../src/index.js';
import { tableSuites } from '../../src/suites/table-suite.js';

/** Sources that are made to hurt, in every dialect. */

interface Limits {
  readonly timeoutMs: number;
  readonly memoryBytes: number;
}

export interface HostileCase {
  readonly name: string;
  /** Makes a grammar, or reads something else. */
  readonly make: (limits: Limits) => Grammar | undefined;
  /** What may come of it, as words: `made`, and codes of errors. */
  readonly outcomes: string;
  /** Texts that are asked for, besides those that every grammar is asked for. */
  readonly texts?: readonly string[];
  /** The package that reads it has no bound on its work; only the stack is looked at. */
  readonly isUnbounded?: boolean;
}

const DEPTH = 100_000;
const LONG = 10_000_000;
const cases: HostileCase[] = [];

const nested = (open: string, inner: string, close: string, depth = DEPTH): string =>
  open.repeat(depth) + inner + close.repeat(depth);

/** `rule(i)` for i from 0 on, as lines. */
const lines = (count: number, rule: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => rule(index)).join('\n');

function add(
  dialect: string,
  make: (source: string, limits: Limits) => Grammar | undefined,
  sources: Readonly<Record<string, readonly [() => string, string, ...string[]]>>,
): void {
  for (const [name, [source, outcomes, ...texts]] of Object.entries(sources)) {
    cases.push({ name: `${dialect}: ${name}`, make: (limits) => make(source(), limits), outcomes, texts });
  }
}

add('EBNF', (source, limits) => Grammar.ebnf(source, { limits }), {
  'deep groups': [() => `root ::= ${nested('(', '"a"', ')')}`, 'made DEADLINE', 'a'],
  'deep groups with alternatives': [() => `root ::= ${nested('("b" | ', '"a"', ')')}`, 'made DEADLINE', 'a'],
  'deep repetitions': [() => `root ::= ${nested('(', '"a"', ')*')}`, 'made DEADLINE', 'a'],
  'deep complements': [() => `root ::= ${'~'.repeat(DEPTH)}"a"`, 'made DEADLINE', 'a'],
  'a long chain of rules': [
    () => `root ::= r0\n${lines(DEPTH, (i) => `r${i} ::= r${i + 1}`)}\nr${DEPTH} ::= "a"`,
    'made DEADLINE',
    'a',
  ],
  'a long chain of rules with recursion': [
    () => `root ::= r0\n${lines(DEPTH, (i) => `r${i} ::= "(" r${i + 1} ")" | r0`)}\nr${DEPTH} ::= "a"`,
    'made DEADLINE MEMORY',
    '((((',
  ],
  'twice as many readings with each rule': [
    () => `root ::= r0\n${lines(60, (i) => `r${i} ::= r${i + 1} r${i + 1} | r${i + 1}`)}\nr60 ::= "a"`,
    'made DEADLINE MEMORY',
    'a'.repeat(40),
  ],
  'readings without number': [
    () => 'root ::= root root root | root root | "a" | ""',
    'made',
    'a'.repeat(300),
  ],
  'large counts within each other': [
    () => 'root ::= (((("a"{1,99}){1,99}){1,99}){1,99}){1,99}',
    'made DEADLINE MEMORY',
  ],
  'a large count': [
    () => 'root ::= ("a" root? "b"){1,4000000000}',
    'made UNSUPPORTED SYNTAX DEADLINE MEMORY',
    'ab',
  ],
  'a count of many digits': [() => `root ::= "a"{${'9'.repeat(100_000)}}`, 'made SYNTAX UNSUPPORTED MEMORY'],
  '10 MB of text': [() => `root ::= "${'a'.repeat(LONG)}"`, 'made DEADLINE MEMORY'],
  '10 MB of comment': [() => `#${'x'.repeat(LONG)}\nroot ::= "a"`, 'made DEADLINE', 'a'],
  '10 MB of alternatives': [() => `root ::= "a" | ${'"b" | '.repeat(LONG / 6)}"c"`, 'made DEADLINE MEMORY'],
  '10 MB of rules': [
    () => `root ::= "a"\n${lines(500_000, (i) => `rule-${i} ::= "b"`)}`,
    'made DEADLINE MEMORY',
  ],
  '10 MB of a name': [() => `root ::= ${'x'.repeat(LONG)}`, 'SYNTAX DEADLINE'],
  'macros that name themselves': [
    () => 'root ::= TagDispatch(("<a>", root), ("<b>", other))\nother ::= TagDispatch(("<c>", root))',
    'made UNSUPPORTED',
    '<a><b><c>',
  ],
  'an operator on a rule that names itself': [() => 'root ::= ~root', 'SYNTAX UNSUPPORTED'],
  'a look-ahead on itself': [() => 'root ::= "a" (= root) root | ""', 'made SYNTAX UNSUPPORTED', 'aaa'],
  'deep macros': [
    () => `root ::= ${nested('TagDispatch(("a", ', '"b"', '))', 20_000)}`,
    'made SYNTAX UNSUPPORTED DEADLINE',
  ],
  'loops of nothing': [() => 'root ::= ("" | root | ("")* | (root*)*)*', 'made SYNTAX', 'a'],
  'only loops': [() => 'root ::= a\na ::= b | a b\nb ::= a | b a', 'made', 'a'],
  'half of a character': [() => 'root ::= "\ud800" | [\ud800-\udbff]', 'made SYNTAX ARGUMENT'],
});

add('Lark', (source, limits) => Grammar.lark(source, { limits }), {
  'deep groups': [() => `start: ${nested('(', '"a"', ')')}`, 'made DEADLINE', 'a'],
  'deep options': [() => `start: ${nested('[', '"a"', ']')}`, 'made DEADLINE', 'a'],
  'deep terminals': [() => `start: A\nA: ${nested('(', '"a"', ')*', 20_000)}`, 'made DEADLINE', 'a'],
  'a long chain of rules': [
    () => `start: r0\n${lines(DEPTH, (i) => `r${i}: r${i + 1}`)}\nr${DEPTH}: "a"`,
    'made DEADLINE',
    'a',
  ],
  'a long chain of terminals': [
    () => `start: R0\n${lines(DEPTH, (i) => `R${i}: R${i + 1}`)}\nR${DEPTH}: "a"`,
    'made DEADLINE',
    'a',
  ],
  'twice as many readings with each rule': [
    () => `start: r0\n${lines(60, (i) => `r${i}: r${i + 1} r${i + 1} | r${i + 1}`)}\nr60: "a"`,
    'made DEADLINE MEMORY',
    'a'.repeat(40),
  ],
  'terminals that name each other': [() => 'start: A\nA: B "x"\nB: A | "y"', 'SYNTAX UNSUPPORTED'],
  'templates within each other': [() => 'start: x{x{x{"a"}}}\nx{y}: x{x{y}}', 'SYNTAX UNSUPPORTED'],
  'rules with a number without bound': [
    () => 'start: a::0\na::_: "a" a::incr([0:64]) | "b" a::set_bit(3)',
    'made MEMORY SYNTAX DEADLINE',
  ],
  'grammars within grammars': [
    () => nested('start: %lark { ', 'start: "a"', ' }', 5000),
    'made SYNTAX UNSUPPORTED DEADLINE',
  ],
  'JSON of depth': [
    () => `start: %json ${nested('{"items":', '{}', '}', 20_000)}`,
    'made SYNTAX DEADLINE MEMORY',
  ],
  'loops of nothing': [() => 'start: (start* | "")* a\na: a | b*\nb: a?', 'made', 'a'],
  '10 MB of text': [() => `start: "${'a'.repeat(LONG)}"`, 'made DEADLINE MEMORY'],
  '10 MB of ignored terminals': [
    () => `start: "a"\n${'%ignore " "\n'.repeat(LONG / 12)}`,
    'made DEADLINE MEMORY',
  ],
  'half of a character': [() => 'start: "\ud800" | /[\ud800-\udbff]/', 'made SYNTAX ARGUMENT'],
});

for (const dialect of ['ecmascript', 'rust', 'pcre'] as const) {
  add(`regex, ${dialect}`, (source, limits) => Grammar.regex(source, { dialect, limits }), {
    'deep groups': [() => nested('(', 'a', ')'), 'made DEADLINE', 'a'],
    'deep alternatives': [() => nested('(?:b|', 'a', ')+'), 'made DEADLINE MEMORY', 'a'],
    'deep sets': [() => nested('[', 'a', ']'), 'made SYNTAX DEADLINE'],
    'look-arounds within each other': [
      () => nested('(?=', 'a', ')', 5000),
      'made UNSUPPORTED DEADLINE MEMORY',
      'a',
    ],
    'exponential for those who try': [
      () => '(a|a)*(a*)*(a?){50}a{50}$',
      'made SYNTAX',
      `${'a'.repeat(200)}!`,
    ],
    'large counts within each other': [
      () => '((((a{1,99}){1,99}){1,99}){1,99}){1,99}',
      'made SYNTAX DEADLINE MEMORY',
      'aaa',
    ],
    'a far place in a set': [() => '.*a.{2000}', 'made DEADLINE MEMORY', 'ab'.repeat(2000)],
    'patterns that name themselves': [() => '(a(?R)?b)|(?1)', 'SYNTAX UNSUPPORTED'],
    'loops of nothing': [() => '(()*|(|a*)*)*', 'made SYNTAX', 'aaa'],
    '10 MB of text': [() => 'a'.repeat(LONG), 'made DEADLINE MEMORY'],
    '10 MB of a set': [() => `[${'a-b'.repeat(LONG / 3)}]`, 'made DEADLINE', 'a'],
    'half of a character': [() => '\ud800|[\ud800-\udbff]', 'made SYNTAX ARGUMENT'],
  });
}

add('ABNF', (source, limits) => Grammar.abnf(source, { limits }), {
  'deep groups': [() => `a = ${nested('(', '"a"', ')')}`, 'made DEADLINE', 'a'],
  'deep options': [() => `a = ${nested('[', '"a"', ']')}`, 'made DEADLINE', 'a'],
  'a long chain of rules': [
    () => `${lines(DEPTH, (i) => `r${i} = r${i + 1}`)}\nr${DEPTH} = "a"\n`,
    'made DEADLINE',
    'a',
  ],
  'twice as many readings with each rule': [
    () => `${lines(60, (i) => `r${i} = r${i + 1} r${i + 1} / r${i + 1}`)}\nr60 = "a"\n`,
    'made DEADLINE MEMORY',
    'a'.repeat(40),
  ],
  'a large count': [() => 'a = 4000000000("a" [a] "b")', 'made UNSUPPORTED SYNTAX DEADLINE MEMORY'],
  'rules that grow': [() => `a = "a"\n${'a =/ a "b"\n'.repeat(DEPTH)}`, 'made DEADLINE MEMORY', 'abbb'],
  'loops of nothing': [() => 'a = *(*[a] / "")', 'made SYNTAX', 'a'],
  '10 MB of text': [() => `a = %x61${'.61'.repeat(LONG / 3)}`, 'made DEADLINE MEMORY'],
  'half of a character': [() => 'a = "\ud800"', 'made SYNTAX ARGUMENT'],
});

add('JSON Schema', (source, limits) => Grammar.jsonSchema(source, { limits }), {
  'deep items': [() => nested('{"items":', '{}', '}'), 'made DEADLINE MEMORY', '[[]]'],
  'deep allOf': [() => nested('{"allOf":[', '{}', ']}'), 'made DEADLINE MEMORY', '1'],
  'deep not': [() => nested('{"not":', '{}', '}'), 'made DEADLINE MEMORY', '1'],
  'brackets only': [() => '['.repeat(DEPTH), 'SYNTAX DEADLINE'],
  'twice as many branches with each level': [
    () =>
      `{"$ref":"#/$defs/d0","$defs":{${lines(40, (i) => `"d${i}":{"anyOf":[{"allOf":[{"$ref":"#/$defs/d${i + 1}"},{"minimum":${i}}]},{"allOf":[{"$ref":"#/$defs/d${i + 1}"},{"maximum":${100 - i}}]}]},`)}"d40":{}}}`,
    'made DEADLINE MEMORY',
    '50',
  ],
  'references in a circle': [
    () =>
      '{"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}}',
    'SCHEMA',
  ],
  '10 MB of a constant': [() => `{"const":"${'a'.repeat(LONG)}"}`, 'made DEADLINE MEMORY'],
  '10 MB of names': [
    () => `{"properties":{${lines(400_000, (i) => `"name-${i}":{},`)}"x":{}}}`,
    'made DEADLINE MEMORY',
  ],
  'half of a character': [() => '{"const":"\\ud800","pattern":"\ud800"}', 'made SYNTAX ARGUMENT SCHEMA'],
});

const tag = (format: string): string => `{"type":"structural_tag","format":${format}}`;
const constant = '{"type":"const_string","value":"a"}';
add('structural tag', (source, limits) => Grammar.structuralTag(source, { limits }), {
  'deep sequences': [
    () => tag(nested('{"type":"sequence","elements":[', constant, ']}')),
    'UNSUPPORTED DEADLINE',
  ],
  'deep tags': [
    () => tag(nested('{"type":"tag","begin":"<","end":">","content":', constant, '}', 20_000)),
    'UNSUPPORTED DEADLINE',
  ],
  'many triggers': [
    () =>
      tag(
        `{"type":"triggered_tags","triggers":["<a"],"tags":[${Array.from({ length: 20_000 }, (_, i) => `{"begin":"<a${i}>","end":"</a>","content":${constant}}`).join()}]}`,
      ),
    'made DEADLINE MEMORY',
    'x <a7>a</a>',
  ],
  'a grammar of depth': [
    () => tag(`{"type":"grammar","grammar":${JSON.stringify(`root ::= ${nested('(', '"a"', ')')}`)}}`),
    'made DEADLINE',
    'a',
  ],
  'loops of nothing': [
    () =>
      tag(
        '{"type":"star","content":{"type":"optional","content":{"type":"star","content":{"type":"const_string","value":""}}}}',
      ),
    'made SYNTAX UNSUPPORTED',
    'a',
  ],
  '10 MB of text': [
    () => tag(`{"type":"const_string","value":"${'a'.repeat(LONG)}"}`),
    'made DEADLINE MEMORY',
  ],
  'half of a character': [() => tag('{"type":"const_string","value":"\\ud800"}'), 'made SYNTAX ARGUMENT'],
});

let folder: string | undefined;

/** A file of a table or of types, in a folder of its own, which is there until this process ends. */
function written(name: string, source: string): string {
  if (folder === undefined) {
    const all = mkdtempSync(join(tmpdir(), 'grammask-hostile-'));
    process.once('exit', () => rmSync(all, { recursive: true, force: true }));
    folder = all;
  }
  const path = join(mkdtempSync(join(folder, 'case-')), name);
  writeFileSync(path, source);
  return path;
}

const readTable = (source: string): undefined => {
  tableSuites('hostile', written('hostile.tests.yaml', source), ['x.ebnf']);
};
add('table', readTable, {
  'deep lists in brackets': [() => `accept: ${nested('[', '', ']')}`, 'SYNTAX'],
  'deep lists that do not end': [() => `accept: ${'['.repeat(DEPTH)}`, 'SYNTAX'],
  'deep maps': [() => `accept: ${nested('{a: ', '', '}')}`, 'SYNTAX'],
  'deep lists by lines': [() => `accept:\n${lines(1000, (i) => `${' '.repeat(i)}-`)}`, 'SYNTAX'],
  'deep lists on a line': [() => `accept:\n  ${'- '.repeat(DEPTH)}a`, 'SYNTAX'],
  'aliases of aliases': [
    () => `a0: &a0 [x]\n${lines(30, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`)}\naccept: *a30`,
    'SYNTAX ARGUMENT',
  ],
  'an alias of itself': [() => 'accept: &a [*a]', 'ARGUMENT'],
  '1 MB of texts': [() => `accept:\n${'- aaaaaaaa\n'.repeat(90_000)}`, 'made'],
  'names of prototypes': [
    () => 'grammar: { kind: choice, source: a, __proto__: { polluted: 1 } }',
    'ARGUMENT',
  ],
  'half of a character': [() => 'accept: ["\\ud800"]', 'ARGUMENT'],
});

const readTypes = (source: string): undefined => {
  jsonSchemaOfType(written('types.ts', source), 'X');
};
add('TypeScript', readTypes, {
  'a deep type': [() => `export type X = ${nested('[', 'string', ']', 300)}`, 'UNSUPPORTED'],
  'a type too deep for the compiler': [
    () => `export type X = ${nested('{ a: ', '1', ' }', 3000)}`,
    'UNSUPPORTED',
  ],
  'types that grow': [() => 'interface N<T> { v?: N<T[]> }\nexport type X = N<1>', 'UNSUPPORTED'],
  'a circle': [() => 'export type X = X | string', 'SYNTAX'],
});

export const hostileCases: readonly HostileCase[] = cases.map((one) => ({
  ...one,
  isUnbounded: one.name.startsWith('TypeScript') || one.name.startsWith('table'),
}));

/** Bytes that are no UTF-8: in no language. */
export const NO_UTF8: readonly Uint8Array[] = [
  Uint8Array.of(0xff),
  Uint8Array.of(0x61, 0x80),
  Uint8Array.of(0xc0, 0x80),
  Uint8Array.of(0xed, 0xa0, 0x80),
  Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
  Uint8Array.of(0x61, 0xe2, 0x82),
];
