// biome-ignore-all lint/suspicious/noTemplateCurlyInString: template literal types stand in texts here
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t, { type Test } from 'tap';
import { createBuildBudget } from '../../../src/frontends/build-budget.js';
import { loadTypeScript } from '../../../src/frontends/typescript/load-typescript.js';
import { exportedType, readTypeFile } from '../../../src/frontends/typescript/type-source.js';
import { schemaOfType } from '../../../src/frontends/typescript/type-walker.js';
import { Grammar, jsonSchemaOfType } from '../../../src/index.js';
import { grammaskError, placeOf } from '../../support/frontend-errors.js';

/** Types, values that are of them, and values that are not: by ajv over the schema, and by the grammar of the schema. */
interface Case {
  readonly title: string;
  readonly code: string;
  readonly right: readonly unknown[];
  readonly wrong: readonly unknown[];
}

const cases: readonly Case[] = [
  { title: 'string', code: 'export type X = string', right: ['', 'é'], wrong: [1, null] },
  { title: 'number', code: 'export type X = number', right: [1, -2.5], wrong: ['1', true] },
  { title: 'boolean', code: 'export type X = boolean', right: [true, false], wrong: [0, 'true'] },
  { title: 'null', code: 'export type X = null', right: [null], wrong: [0, ''] },
  { title: 'any', code: 'export type X = any', right: [1, 'a', null, [], {}], wrong: [] },
  { title: 'unknown', code: 'export type X = unknown', right: [1, 'a', null, [{ a: [] }]], wrong: [] },
  {
    title: 'never',
    code: 'export type X = { a?: never; b: 1 }',
    right: [{ b: 1 }],
    wrong: [{ a: 1, b: 1 }, {}],
  },
  { title: 'object', code: 'export type X = object', right: [{}, { a: 1 }, [1]], wrong: [1, null, 'a'] },
  { title: 'no members', code: 'export type X = {}', right: [{}], wrong: [{ a: 1 }, 1, null] },
  {
    title: 'literals',
    code: "export type X = 'a' | 1 | true | null",
    right: ['a', 1, true, null],
    wrong: ['b', 2, false],
  },
  {
    title: 'literals and a type',
    code: "export type X = 'a' | number | null",
    right: ['a', 5, null],
    wrong: ['b', true],
  },
  {
    title: 'union of types',
    code: 'export type X = string | number[] | { a: 1 }',
    right: ['x', [1], { a: 1 }],
    wrong: [1, ['x'], {}],
  },
  {
    title: 'discriminated union',
    code: "export type X = { k: 'a'; n: number } | { k: 'b'; s: string }",
    right: [
      { k: 'a', n: 1 },
      { k: 'b', s: '' },
    ],
    wrong: [{ k: 'a', s: '' }, { k: 'b' }],
  },
  {
    title: 'intersection',
    code: 'type A = { a: 1 }; interface B { b?: 2 }; export type X = A & B',
    right: [{ a: 1 }, { a: 1, b: 2 }],
    wrong: [{ b: 2 }, { a: 1, c: 3 }],
  },
  {
    title: 'intersection with a union',
    code: "export type X = { a: 1 } & ({ k: 'x' } | { k: 'y'; n: 1 })",
    right: [
      { a: 1, k: 'x' },
      { a: 1, k: 'y', n: 1 },
    ],
    wrong: [{ a: 1 }, { a: 1, k: 'x', n: 1 }],
  },
  {
    title: 'brand',
    code: "export type X = string & { readonly brand: unique symbol } | number & { __b?: 'b' }",
    right: ['a', 1],
    wrong: [true],
  },
  {
    title: 'enum',
    code: "enum E { A, B = 5, C = 'c' }; export type X = E",
    right: [0, 5, 'c'],
    wrong: [1, 'A'],
  },
  {
    title: 'one member of an enum',
    code: "enum E { A = 'a', B = 'b' }; export type X = { e: E.A }",
    right: [{ e: 'a' }],
    wrong: [{ e: 'b' }],
  },
  { title: 'exported enum', code: "export const enum X { A = 'a' }", right: ['a'], wrong: ['A', 0] },
  {
    title: 'arrays',
    code: 'export type X = readonly (string | number)[]',
    right: [[], ['a', 1]],
    wrong: [[true], 'a'],
  },
  {
    title: 'Array',
    code: 'export type X = Array<ReadonlyArray<boolean>>',
    right: [[], [[true]]],
    wrong: [[1]],
  },
  {
    title: 'tuple',
    code: 'export type X = [string, number]',
    right: [['a', 1]],
    wrong: [[], ['a'], ['a', 1, 2], [1, 'a']],
  },
  {
    title: 'optional and rest elements',
    code: 'export type X = [a: string, b?: number, ...c: boolean[]]',
    right: [['a'], ['a', 1], ['a', 1, true, false]],
    wrong: [[], ['a', true], ['a', 1, 2]],
  },
  { title: 'empty tuple', code: 'export type X = []', right: [[]], wrong: [[1]] },
  {
    title: 'interface with inheritance',
    code: 'interface A { a: string }\ninterface B { b: number }\nexport interface X extends A, B { c?: boolean }',
    right: [
      { a: '', b: 1 },
      { a: '', b: 1, c: true },
    ],
    wrong: [{ a: '' }, { a: '', b: 1, d: 1 }],
  },
  {
    title: 'generics',
    code: 'interface Box<T> { value: T; more?: Box<T> }\nexport type X = Box<string>',
    right: [{ value: 'a' }, { value: 'a', more: { value: 'b' } }],
    wrong: [{ value: 1 }, { value: 'a', more: { value: 1 } }],
  },
  {
    title: 'generics with defaults',
    code: 'type P<T = number> = { v: T }; export type X = P',
    right: [{ v: 1 }],
    wrong: [{ v: '' }],
  },
  {
    title: 'Record',
    code: "export type X = Record<'a' | 'b', number>",
    right: [{ a: 1, b: 2 }],
    wrong: [{ a: 1 }, { a: 1, b: 2, c: 3 }],
  },
  {
    title: 'Record of any name',
    code: 'export type X = Record<string, number>',
    right: [{}, { x: 1, y: 2 }],
    wrong: [{ x: '' }],
  },
  {
    title: 'Record by a template',
    code: 'export type X = Record<`x-${string}`, number>',
    right: [{}, { 'x-a': 1 }],
    wrong: [{ a: 1 }, { 'x-a': '' }],
  },
  {
    title: 'Partial, Required',
    code: 'interface A { a: string; b?: number }\nexport type X = [Partial<A>, Required<A>]',
    right: [[{}, { a: '', b: 1 }]],
    wrong: [
      [{}, { a: '' }],
      [{ c: 1 }, { a: '', b: 1 }],
    ],
  },
  {
    title: 'Pick, Omit, Readonly',
    code: "interface A { a: string; b?: number }\nexport type X = [Pick<A, 'a'>, Omit<A, 'a'>, Readonly<A>]",
    right: [[{ a: '' }, {}, { a: '', b: 1 }]],
    wrong: [
      [{ a: '', b: 1 }, {}, { a: '' }],
      [{ a: '' }, { a: '' }, { a: '' }],
    ],
  },
  {
    title: 'Exclude, Extract, NonNullable',
    code: "export type X = [Exclude<'a' | 'b', 'a'>, Extract<'a' | 1, string>, NonNullable<string | null>]",
    right: [['b', 'a', 'c']],
    wrong: [
      ['a', 'a', 'c'],
      ['b', 1, 'c'],
      ['b', 'a', null],
    ],
  },
  {
    title: 'mapped types',
    code: 'interface A { a: string; b: number }\nexport type X = { [K in keyof A as `get_${K}`]?: A[K] | null }',
    right: [{}, { get_a: '', get_b: null }],
    wrong: [{ a: '' }, { get_a: 1 }],
  },
  {
    title: 'conditional types',
    code: "type F<T> = T extends string ? { s: T } : T extends number ? { n: T } : never; export type X = F<'a' | 1>",
    right: [{ s: 'a' }, { n: 1 }],
    wrong: [{ s: 1 }, {}],
  },
  {
    title: 'infer',
    code: 'type Item<T> = T extends (infer U)[] ? U : never; export type X = Item<boolean[]>',
    right: [true],
    wrong: [[true]],
  },
  {
    title: 'indexed access, keyof, typeof',
    code: "const sizes = ['S', 'L'] as const; interface A { a: { b: 1 } }\nexport type X = [A['a'], keyof A, (typeof sizes)[number]]",
    right: [[{ b: 1 }, 'a', 'L']],
    wrong: [
      [{ b: 1 }, 'b', 'L'],
      [{ b: 1 }, 'a', 'M'],
    ],
  },
  {
    title: 'template literals',
    code: 'export type X = `v${number}.${string}` | `${"a" | "b"}-${boolean}`',
    right: ['v1.x\n', 'v-2.5.', 'a-true', 'b-false'],
    wrong: ['v.x', 'vx.', 'c-true', 'a-1', 'xv1.x'],
  },
  {
    title: 'marks in template literals',
    code: 'export type X = `(${string}).$`',
    right: ['(a).$', '().$'],
    wrong: ['(a)x$', 'a.$'],
  },
  {
    title: 'index signatures',
    code: 'export interface X { a: number; [name: string]: number | undefined }',
    right: [{ a: 1 }, { a: 1, b: 2 }],
    wrong: [{ b: 2 }, { a: 1, b: '' }],
  },
  {
    title: 'index by number',
    code: 'export interface X { [index: number]: string }',
    right: [{}, { 1: 'a', '-1.5': 'b' }],
    wrong: [{ a: 'a' }, { 1: 1 }],
  },
  {
    title: 'optional members',
    code: 'export interface X { a?: string; b: number | undefined; c: undefined }',
    right: [{}, { a: '', b: 1 }],
    wrong: [{ a: null }, { c: null }, { c: 1 }],
  },
  {
    title: 'recursion',
    code: 'export interface X { value: string; children: X[] }',
    right: [{ value: '', children: [{ value: '', children: [] }] }],
    wrong: [{ value: '', children: [{ value: '' }] }],
  },
  {
    title: 'recursive union',
    code: 'export type X = string | number | X[] | { [name: string]: X }',
    right: ['a', [[1]], { a: { b: ['c'] } }],
    wrong: [true, [null], { a: { b: true } }],
  },
  {
    title: 'mutual recursion',
    code: 'interface A { b?: B }\ninterface B { a: A }\nexport type X = A',
    right: [{}, { b: { a: {} } }],
    wrong: [{ b: {} }, { a: {} }],
  },
  {
    title: 'recursion through a utility',
    code: 'type Deep<T> = { [K in keyof T]?: Deep<T[K]> }; interface A { a: { b: { c: A } } }\nexport type X = Deep<A>',
    right: [{}, { a: { b: { c: { a: {} } } } }],
    wrong: [{ a: { c: {} } }],
  },
  {
    title: 'names that objects know',
    code: 'export interface X { __proto__: 1; constructor: 2; toString?: 3 }',
    right: [JSON.parse('{"__proto__": 1, "constructor": 2}')],
    wrong: [{ constructor: 2 }],
  },
  {
    title: 'quoted names',
    code: "export interface X { 'a b': 1; 2: 3 }",
    right: [{ 'a b': 1, 2: 3 }],
    wrong: [{ 'a b': 1 }],
  },
  {
    title: 'tags of members',
    code: `export interface X {
      /** @minimum 0
       *  @maximum 10
       *  @multipleOf 0.5 */
      n: number;
      /**
       * A code.
       * @minLength 2
       * @maxLength 4
       * @pattern ^[a-z@{}]+$
       */
      s: string | null;
      /** @minItems 1
       *  @maxItems 2
       *  @uniqueItems true */
      a?: number[];
      /** @asType integer
          @exclusiveMinimum 0
          @exclusiveMaximum 3 */
      i?: number;
      /** @format date */
      d?: string;
    }`,
    right: [
      { n: 0.5, s: 'a@{}' },
      { n: 10, s: null, a: [1, 2], i: 2, d: '2024-02-29' },
    ],
    wrong: [
      { n: -1, s: 'ab' },
      { n: 0.3, s: 'ab' },
      { n: 1, s: 'a' },
      { n: 1, s: 'abcde' },
      { n: 1, s: 'AB' },
      { n: 1, s: 'ab', a: [] },
      { n: 1, s: 'ab', a: [1, 1] },
      { n: 1, s: 'ab', i: 1.5 },
      { n: 1, s: 'ab', i: 3 },
      { n: 1, s: 'ab', d: '2023-02-29' },
    ],
  },
  {
    title: 'tags of aliases',
    code: `/** @minimum 0 */ type Positive = number;
/** @asType integer */
type Whole = Positive;
/** @minItems 1 */
type List = (Whole | 'none')[];
export interface X { a: Positive; b?: Whole; c: List; d?: Positive | null; e: readonly [Positive, Whole?]; f?: { [k: string]: Whole } }`,
    right: [
      { a: 0.5, c: [1], e: [0.5] },
      { a: 0, b: 1, c: ['none'], d: null, e: [1, 2], f: { x: 1 } },
    ],
    wrong: [
      { a: -1, c: [1], e: [1] },
      { a: 1, b: 0.5, c: [1], e: [1] },
      { a: 1, c: [], e: [1] },
      { a: 1, c: [0.5], e: [1] },
      { a: 1, c: [1], d: -1, e: [1] },
      { a: 1, c: [1], e: [-1] },
      { a: 1, c: [1], e: [1, 0.5] },
      { a: 1, c: [1], e: [1], f: { x: -1 } },
    ],
  },
  {
    title: 'tags of the type itself',
    code: '/** @minProperties 1 */\nexport interface X { a?: 1; b?: 2 }',
    right: [{ a: 1 }],
    wrong: [{}],
  },
  {
    title: 'tags of an alias itself',
    code: '/** @pattern ^a */\nexport type X = string',
    right: ['ab'],
    wrong: ['b'],
  },
  {
    title: 'tags of inherited members',
    code: 'interface A {\n/** @minimum 1 */\nn: number }\nexport type X = Partial<A>',
    right: [{}, { n: 1 }],
    wrong: [{ n: 0 }],
  },
  {
    title: 'tags of an element type',
    code: 'interface A {\n/** @additionalProperties true */\no: { a: 1 } }\nexport type X = A',
    right: [{ o: { a: 1, b: 2 } }],
    wrong: [{ o: { b: 2 } }],
  },
];

const refused: readonly {
  readonly code: string;
  readonly message: RegExp;
  readonly hint: RegExp;
  readonly place: string;
}[] = [
  {
    code: 'export interface X {\n  at: Date }',
    message: /type Date of the standard library/,
    hint: /@format date-time/,
    place: '2:3',
  },
  {
    code: 'export interface X { m: Map<string, number> }',
    message: /Map<string, number>/,
    hint: /Record/,
    place: '1:22',
  },
  { code: 'export interface X { s: Set<string> }', message: /Set<string>/, hint: /array/, place: '1:22' },
  { code: 'export interface X { n: bigint }', message: /bigint has no JSON/, hint: /number/, place: '1:22' },
  { code: 'export type X = 10n', message: /10n has no JSON/, hint: /number/, place: '1:1' },
  { code: 'export interface X { s: symbol }', message: /symbol has no JSON/, hint: /leave/, place: '1:22' },
  { code: 'export interface X { f: () => void }', message: /is a function/, hint: /Omit/, place: '1:22' },
  {
    code: 'export interface X { f(): void }',
    message: /of member f is a function/,
    hint: /Omit/,
    place: '1:22',
  },
  { code: 'export type X = new () => object', message: /is a function/, hint: /leave/, place: '1:1' },
  { code: 'export type X = undefined', message: /outside of a member/, hint: /null/, place: '1:1' },
  {
    code: 'export type X = (string | undefined)[]',
    message: /outside of a member/,
    hint: /null/,
    place: '1:1',
  },
  {
    code: 'export interface X<T> { v: T }',
    message: /type parameter/,
    hint: /arguments/,
    place: '1:25',
  },
  { code: 'export class X { a = 1 }', message: /is a class/, hint: /interface/, place: '1:1' },
  {
    code: 'export type X = [...number[], string]',
    message: /elements behind its rest/,
    hint: /end/,
    place: '1:1',
  },
  { code: 'export type X = Uppercase<string>', message: /has no pattern/, hint: /@pattern/, place: '1:1' },
  {
    code: 'export type X = `a${Uppercase<string>}`',
    message: /part without a pattern/,
    hint: /@pattern/,
    place: '1:1',
  },
  {
    code: 'declare const s: unique symbol; export interface X { [s]: 1 }',
    message: /named by a symbol/,
    hint: /leave/,
    place: '1:54',
  },
  {
    code: 'export type X = string[] & { a: 1 }',
    message: /array and an object/,
    hint: /alone/,
    place: '1:1',
  },
  { code: 'enum E { A = "a".length }; export type X = E', message: /computed/, hint: /value/, place: '1:28' },
  {
    code: 'interface N<T> { v?: N<T[]> }\nexport type X = N<1>',
    message: /more than 200 kinds of N/,
    hint: /recursion/,
    place: '1:18',
  },
  {
    code: `export type X = ${'{ a: '.repeat(250)}1${' }'.repeat(250)}`,
    message: /nested deeper than 200/,
    hint: /names/,
    place: '',
  },
  {
    code: '/** @minimum 0 */\ntype P = number;\nexport type X = Record<string, P>',
    message: /worked out from P, whose tags/,
    hint: /tags of P at/,
    place: '3:1',
  },
  {
    code: '/** @minimum 0 */\ntype P = number;\ninterface B<T> { v: T }\nexport interface X { b: B<P> }',
    message: /worked out from P, whose tags/,
    hint: /tags of P at/,
    place: '4:22',
  },
  {
    code: '/** @minimum 0 */\ntype P = number;\ninterface B<T> { v: T }\nexport interface X extends B<P> { w: 1 }',
    message: /worked out from P, whose tags/,
    hint: /tags of P at/,
    place: '4:1',
  },
  {
    code: '/** @minimum 0 */\ntype P = number;\ninterface B<T> { v: T | P }\nexport type X = B<string>',
    message: /worked out from P, whose tags/,
    hint: /tags of P at/,
    place: '3:18',
  },
  {
    code: 'export interface X { a: 1; /** @minimum 0 */ b: number }',
    message: /@minimum in a comment/,
    hint: /line of its own/,
    place: '1:46',
  },
];

const badTags: readonly { readonly code: string; readonly message: RegExp }[] = [
  {
    code: 'export interface X {\n/** @minimum abc */\na: number }',
    message: /@minimum abc: expected a number/,
  },
  {
    code: 'export interface X {\n/** @minLength -1 */\na: string }',
    message: /@minLength -1: expected a whole/,
  },
  {
    code: 'export interface X {\n/** @minLength 1 */\na: number }',
    message: /@minLength speaks of a string/,
  },
  { code: 'export interface X {\n/** @pattern */\na: string }', message: /@pattern has no value/ },
  { code: 'export interface X {\n/** @uniqueItems yes */\na: 1[] }', message: /expected true or false/ },
  { code: 'export interface X {\n/** @asType float */\na: number }', message: /@asType float/ },
];

const files: Record<string, string> = {
  'tsconfig.json': '{"compilerOptions":{"strict":true,"target":"es2022","lib":["es2022"],"types":[]}}',
};
const all = [...cases, ...refused, ...badTags];
// One program for all: each file is a module with the one export X.
all.forEach(({ code }, index) => {
  files[`case-${index}.ts`] = code;
});
files['all.ts'] = all.map((_, index) => `export { X as X${index} } from './case-${index}.js';`).join('\n');
const folder = t.testdir(files);
const opened = readTypeFile(loadTypeScript(), join(folder, 'all.ts'), undefined);
const schemaOf = (index: number) => schemaOfType(exportedType(opened, `X${index}`), createBuildBudget());

const ajv = new Ajv2020({
  meta: false,
  validateSchema: false,
  strict: false,
  ownProperties: true,
  formats: { date: (text: string) => text !== '2023-02-29' },
});

t.test('values by ajv and by the grammar', async (t: Test) => {
  cases.forEach(({ title, right, wrong }, index) => {
    const schema = schemaOf(index);
    const holds = ajv.compile(schema);
    const grammar = Grammar.jsonSchema(schema);
    for (const value of right) {
      const text = JSON.stringify(value);
      // ajv itself stumbles over a member __proto__.
      t.ok((text.includes('__proto__') || holds(value)) && grammar.test(text), `${title}: ${text}`);
    }
    for (const value of wrong) {
      const text = JSON.stringify(value);
      t.notOk(holds(value) || grammar.test(text), `${title}: not ${text}`);
    }
  });
});

t.test('what has no JSON is refused with its place', async (t) => {
  refused.forEach(({ code, message, hint, place }, index) => {
    const error = grammaskError(() => schemaOf(cases.length + index), 'UNSUPPORTED');
    t.match(error.message, message, code.slice(0, 80));
    t.match(error.message, new RegExp(`case-${cases.length + index}\\.ts:\\d+:\\d+: `));
    t.match(error.hint, hint, code.slice(0, 80));
    if (place !== '') t.equal(placeOf(error), place, code.slice(0, 80));
  });
});

t.test('wrong tags', async (t) => {
  badTags.forEach(({ code, message }, index) => {
    const error = grammaskError(() => schemaOf(cases.length + refused.length + index), 'SCHEMA');
    t.match(error.message, message, code);
    t.equal(placeOf(error), '3:1');
  });
});

t.test('schemas name their types', async (t) => {
  const index = cases.findIndex(({ title }) => title === 'mutual recursion');
  t.same(schemaOf(index), {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $ref: '#/$defs/A',
    $defs: {
      A: { type: 'object', properties: { b: { $ref: '#/$defs/B' } }, additionalProperties: false },
      B: {
        type: 'object',
        properties: { a: { $ref: '#/$defs/A' } },
        required: ['a'],
        additionalProperties: false,
      },
    },
  });
});

t.test('names', async (t) => {
  const wrong = grammaskError(() => exportedType(opened, 'X0 '), 'ARGUMENT');
  t.match(wrong.hint, /did you mean X0/);
});

t.test('the work is bounded by the limits', async (t) => {
  const budget = createBuildBudget();
  let steps = 0;
  const counting = { ...budget, step: () => void steps++ };
  schemaOfType(exportedType(opened, 'X0'), counting);
  t.ok(steps > 0);
});

t.test('a type that is too deep for the compiler is refused, and no other of its file', async (t) => {
  const deep = `${'{ a: '.repeat(1500)}string${' }'.repeat(1500)}`;
  const folder = t.testdir({
    'tsconfig.json': '{"compilerOptions":{"lib":["es2022"],"types":[]}}',
    'deep.ts': `export type Fine = { a: string };\nexport type Deep = ${deep};`,
  });
  const file = join(folder, 'deep.ts');
  t.match(jsonSchemaOfType(file, 'Fine'), { properties: { a: { type: 'string' } } });
  const error = grammaskError(() => jsonSchemaOfType(file, 'Deep'), 'UNSUPPORTED');
  t.match(error, { message: /nested deeper than 200 types/, location: { line: 2 } });
});
