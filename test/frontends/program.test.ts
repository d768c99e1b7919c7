import t from 'tap';
import { GrammaskError } from '../../src/errors.js';
import { choiceProgram } from '../../src/frontends/choice.js';
import { ebnfProgram } from '../../src/frontends/ebnf/ebnf-program.js';
import { toEbnf } from '../../src/frontends/ebnf/to-ebnf.js';
import {
  createProgramBuilder,
  type ProgramBuilder,
  type SchemaRecord,
} from '../../src/frontends/program-builder.js';
import { concatPrograms, unionPrograms } from '../../src/frontends/program-merge.js';
import { readProgram } from '../../src/frontends/program-reader.js';
import { regexProgram } from '../../src/frontends/regex/regex-program.js';
import { tokenProgram } from '../../src/frontends/token.js';
import { matchesProgram } from '../support/expr-matcher.js';
import { grammaskError } from '../support/frontend-errors.js';
import { seededRandom } from '../support/seeded-random.js';

t.test('a fragment adds what building in place would add', async (t) => {
  const build = (builder: ProgramBuilder): number =>
    builder.union([
      builder.concat([builder.literal('größe'), builder.repeat(builder.charSet([[0x61, 0x7a]]), 1)]),
      builder.complement(
        builder.intersect([builder.literal('😀b'), builder.repeat(builder.literal('ab'), 2, 5)]),
      ),
      builder.concat([
        builder.literal('size-'),
        builder.charSet([
          [0x30, 0x39],
          [0x3b1, 0x3c9],
        ]),
      ]),
    ]);
  const own = createProgramBuilder();
  const fragment = own.fragment(build(own));

  const programs = [build, (builder: ProgramBuilder) => builder.insert(fragment)].map((add) => {
    const builder = createProgramBuilder();
    const before = builder.repeat(builder.literal('ab'), 2, 5);
    const first = add(builder);
    t.equal(add(builder), first, 'once');
    const root = builder.reserveRule('größe');
    builder.setRule(root, [[{ kind: 'terminal', expr: builder.concat([before, first]) }]]);
    return builder.finish(root);
  });
  t.same(programs[1], programs[0]);

  const limited = createProgramBuilder({ nodes: 8 });
  t.throws(() => limited.insert(fragment), { code: 'MEMORY' }, 'it counts as if it were built');
});

t.test('texts of any length and script are written whole', async (t) => {
  const texts = [
    'a',
    'ab',
    'abc',
    'abcd',
    'abcde',
    'é',
    'aé',
    'abé',
    'abcé',
    'abcdeé',
    '😀',
    'abc😀',
    'é'.repeat(5000),
  ];
  const builder = createProgramBuilder();
  const root = builder.reserveRule('');
  builder.setRule(
    root,
    texts.map((text) => [{ kind: 'terminal', expr: builder.literal(text) } as const]),
  );
  t.same(readProgram(builder.finish(root)).strings, ['', ...texts]);
});

t.test('every kind of entry reads back', (t) => {
  const builder = createProgramBuilder();
  const name = builder.string('größe 😀');
  const pattern = builder.intersect([
    builder.complement(builder.literal('x')),
    builder.repeat(builder.charSet([[0x61, 0x7a]]), 2, 5),
  ]);
  const [inner, outer] = [builder.reserveNode(), builder.reserveNode()];
  const innerRecords: SchemaRecord[] = [
    { tag: 'types', bits: 5 },
    {
      tag: 'scalars',
      bits: 3,
      strings: pattern,
      numbers: [builder.decimal('-125e-1'), builder.decimal('0e0')],
    },
    { tag: 'string', minLength: 3, maxLength: 2 ** 40, pattern },
  ];
  builder.setNode(inner, innerRecords);
  builder.setNode(outer, [
    {
      tag: 'number',
      minimum: builder.decimal('1e3'),
      exclusiveMaximum: builder.decimal('2e3'),
      multipleOf: builder.decimal('25e-2'),
    },
    { tag: 'array', minItems: 1, items: inner, uniqueItems: true, prefixItems: [outer, inner] },
    {
      tag: 'object',
      additional: inner,
      additionalIsSchema: true,
      minProperties: 2,
      maxProperties: 2 ** 40,
      names: inner,
      properties: [[name, outer]],
      patterns: [
        [pattern, inner],
        [pattern, outer],
      ],
      required: [name],
    },
    { tag: 'object' },
    { tag: 'allOf', nodes: [inner] },
    { tag: 'anyOf', nodes: [inner, outer] },
    { tag: 'oneOf', nodes: [outer, outer] },
    { tag: 'not', node: inner },
    { tag: 'contains', node: inner, minimum: 1 },
    { tag: 'contains', node: outer, minimum: 0, maximum: 3 },
  ]);
  const schema = builder.schemaRoot(outer, {
    whitespace: { indent: 2 },
    keyOrder: 'schema',
    undeclared: 'forbid',
  });
  const rule = builder.reserveRule('root');
  builder.setRule(rule, [
    [
      { kind: 'terminal', expr: pattern },
      { kind: 'rule', rule },
      { kind: 'schema', root: schema },
    ],
    [
      builder.tokens([[7, 7]]),
      builder.tokens(
        [
          [9, 9],
          [4, 5],
          [6, 6],
        ],
        ['<end>'],
        true,
      ),
      { kind: 'limited', expr: pattern, maxTokens: 12 },
    ],
    [],
  ]);
  const data = readProgram(builder.finish(rule));

  const text = (index: number | undefined) => data.strings[index as number];
  const [types, scalars, string] = data.nodes[0] as [SchemaRecord, SchemaRecord, SchemaRecord];
  t.same(types, { tag: 'types', bits: 5 });
  t.ok(scalars.tag === 'scalars' && scalars.bits === 3);
  t.same(scalars.tag === 'scalars' && scalars.numbers?.map(text), ['-125e-1', '0e0']);
  t.ok(string.tag === 'string' && string.minLength === 3 && string.maxLength === 2 ** 32 - 2);
  const [number, array, object, plain, ...combined] = data.nodes[1] as SchemaRecord[];
  t.ok(number?.tag === 'number' && text(number.minimum) === '1e3' && number.maximum === undefined);
  t.ok(number?.tag === 'number' && text(number.multipleOf) === '25e-2');
  t.match(array, { tag: 'array', minItems: 1, items: 0, uniqueItems: true, prefixItems: [1, 0] });
  t.ok(object?.tag === 'object' && object.additional === 0 && object.additionalIsSchema);
  t.same(object?.tag === 'object' && object.properties?.map(([key, node]) => [text(key), node]), [
    ['größe 😀', 1],
  ]);
  t.match(object, { minProperties: 2, maxProperties: 2 ** 32 - 2, names: 0 });
  const expr = scalars.tag === 'scalars' ? scalars.strings : undefined;
  t.same(object?.tag === 'object' && object.patterns, [
    [expr, 0],
    [expr, 1],
  ]);
  t.match(plain, { tag: 'object', minProperties: 0, properties: [], patterns: [], required: [] });
  t.notOk(plain?.tag === 'object' && (plain.maxProperties ?? plain.names ?? plain.additional));
  t.same(combined, [
    { tag: 'allOf', nodes: [0] },
    { tag: 'anyOf', nodes: [0, 1] },
    { tag: 'oneOf', nodes: [1, 1] },
    { tag: 'not', node: 0 },
    { tag: 'contains', node: 0, minimum: 1, maximum: undefined },
    { tag: 'contains', node: 1, minimum: 0, maximum: 3 },
  ]);
  t.same(data.roots, [
    {
      node: 1,
      style: { whitespace: { indent: 2 }, keyOrder: 'schema', spelling: 'any', undeclared: 'forbid' },
    },
  ]);
  t.same(
    data.rules[0]?.alternatives.map((symbols) => symbols.map(({ kind }) => kind)),
    [['terminal', 'rule', 'schema'], ['tokens', 'tokens', 'limited'], []],
  );
  t.same(data.tokenSets, [
    { excluded: false, ids: [[7, 7]], names: [] },
    {
      excluded: true,
      ids: [
        [4, 6],
        [9, 9],
      ],
      names: ['<end>'],
    },
  ]);
  t.equal(data.exprs.length, 5, 'what nothing refers to is left out');
  t.end();
});

t.test('expressions are interned and simplified', (t) => {
  const b = createProgramBuilder();
  const [x, y] = [b.literal('x'), b.literal('y')];
  t.equal(b.literal('x'), x);
  t.equal(b.literal(''), b.epsilon());
  t.equal(b.charSet([[0x78, 0x78]]), x);
  t.equal(b.charSet([[0xd800, 0xdfff]]), b.empty());
  t.equal(b.concat([x, b.epsilon(), y]), b.literal('xy'));
  t.equal(b.concat([x, b.empty()]), b.empty());
  t.equal(b.concat([]), b.epsilon());
  t.equal(b.union([]), b.empty());
  t.equal(b.union([x, y, x]), b.charSet([[0x78, 0x79]]));
  t.equal(b.intersect([x, x]), x);
  t.equal(b.complement(b.complement(x)), x);
  t.equal(b.union([x, b.complement(b.empty())]), b.complement(b.empty()));
  t.equal(b.repeat(x, 1, 1), x);
  t.equal(b.repeat(b.repeat(x, 0), 1, 7), b.repeat(x, 0));
  t.equal(b.repeat(b.repeat(x, 1), 0, 1), b.repeat(x, 0));
  t.equal(b.repeat(b.empty(), 0), b.epsilon());
  t.equal(b.punycode(b.epsilon(), 59), b.empty(), 'the empty text has no character beyond ASCII');
  t.end();
});

t.test('Punycode reads back and is copied', (t) => {
  const b = createProgramBuilder();
  const root = b.reserveRule('root');
  const unused = b.literal('not referred to');
  const label = b.punycode(b.concat([b.literal('l'), b.repeat(b.literal('\xb7l'), 1)]), 59);
  b.setRule(root, [[{ kind: 'terminal', expr: b.concat([b.literal('xn--'), label]) }]]);
  t.ok(unused < label);
  const program = b.finish(root);
  t.match(
    readProgram(program).exprs.find(({ op }) => op === 'punycode'),
    { op: 'punycode', max: 59 },
  );
  for (const bytes of [program, unionPrograms([program]), concatPrograms([choiceProgram(['']), program])]) {
    t.ok(matchesProgram(bytes, 'xn--ll-0ea') && matchesProgram(bytes, 'xn--LL-0EA'));
    t.notOk(matchesProgram(bytes, 'xn--l-gda') || matchesProgram(bytes, 'xn--ll'));
  }
  t.end();
});

t.test('wrong use is an error', (t) => {
  const b = createProgramBuilder();
  grammaskError(() => b.string('\ud800'), 'SYNTAX');
  for (const decimal of ['1', '10e0', '1e03', '01e0', '-0e0', '1e-0', 'e1']) {
    grammaskError(() => b.decimal(decimal), 'ARGUMENT');
  }
  grammaskError(() => b.concat([99]), 'ARGUMENT');
  grammaskError(() => b.repeat(b.literal('x'), 2, 1), 'ARGUMENT');
  for (const most of [0, 256, 1.5]) grammaskError(() => b.punycode(b.literal('ü'), most), 'ARGUMENT');
  const rule = b.reserveRule('root');
  grammaskError(() => b.finish(rule), 'ARGUMENT');
  b.setRule(rule, [[{ kind: 'rule', rule: 5 }]]);
  grammaskError(() => b.setRule(rule, []), 'ARGUMENT');
  grammaskError(() => b.finish(rule), 'ARGUMENT');
  grammaskError(() => createProgramBuilder({ timeoutMs: 0 }), 'DEADLINE');
  grammaskError(() => createProgramBuilder({ nodes: -1 }), 'ARGUMENT');
  t.end();
});

t.test('many entries', (t) => {
  const builder = createProgramBuilder();
  const literals = Array.from({ length: 150_000 }, (_, i) => builder.literal(`name${i}`));
  const nodes = literals.map(() => builder.reserveNode());
  for (const node of nodes) builder.setNode(node, [{ tag: 'allOf', nodes: [(node + 1) % nodes.length] }]);
  const root = builder.reserveRule('root');
  builder.setRule(root, [[{ kind: 'terminal', expr: builder.union(literals) }]]);
  t.equal(readProgram(builder.finish(root)).exprs.length, 150_001);
  t.end();
});

t.test('a damaged buffer is an error and nothing else', (t) => {
  const random = seededRandom(5);
  const sources = [
    ebnfProgram('root ::= "a" root "b" | [c-f]{2,9} | <x>'),
    regexProgram('a[b-d]*|é+'),
    tokenProgram(5),
  ];
  let refused = 0;
  for (let round = 0; round < 3000; round++) {
    const bytes = random.pick(sources).slice();
    for (let n = 1 + random.below(3); n > 0; n--)
      bytes[random.below(bytes.length)] = random.pick([0, 1, 255, random.below(256)]);
    const cut = random.chance(0.2) ? bytes.subarray(0, random.below(bytes.length)) : bytes;
    try {
      readProgram(cut);
    } catch (error) {
      if (!GrammaskError.isInstance(error) || error.code !== 'SYNTAX') throw error;
      refused += 1;
    }
  }
  t.ok(refused > 1000, `${refused} were refused`);
  t.end();
});

t.test('union and concat', (t) => {
  const nested = ebnfProgram('root ::= "(" root ")" | "x"');
  const parts = [nested, regexProgram('[ab]+'), ebnfProgram('root ::= "[" root "]" | "y"')];
  const either = unionPrograms(parts);
  const all = concatPrograms(parts);
  for (const [text, inUnion, inConcat] of [
    ['((x))', true, false],
    ['ab', true, false],
    ['[y]', true, false],
    ['(x)ab[[y]]', false, true],
    ['xay', false, true],
    ['(x]', false, false],
    ['', false, false],
  ] as const) {
    t.equal(matchesProgram(either, text), inUnion, `union ${text}`);
    t.equal(matchesProgram(all, text), inConcat, `concat ${text}`);
  }
  const joined = unionPrograms([choiceProgram(['ab', 'c']), regexProgram('d')]);
  t.equal(toEbnf(joined), 'root ::= "ab" | [cd]\n', 'regular parts join');
  t.equal(toEbnf(concatPrograms([choiceProgram(['ab']), regexProgram('d')])), 'root ::= "abd"\n');
  t.notOk(matchesProgram(unionPrograms([]), ''));
  t.ok(matchesProgram(concatPrograms([]), ''));
  const names = readProgram(either).rules.map(({ name }) => name);
  t.equal(new Set(names).size, names.length, 'rules have names of their own');
  t.end();
});

t.test('schemas survive a merge', (t) => {
  const schema = (bits: number): Uint8Array => {
    const builder = createProgramBuilder();
    const node = builder.reserveNode();
    builder.setNode(node, [
      { tag: 'types', bits },
      { tag: 'anyOf', nodes: [node] },
      { tag: 'not', node },
    ]);
    const root = builder.reserveRule('root');
    builder.setRule(root, [[{ kind: 'schema', root: builder.schemaRoot(node, { whitespace: 'compact' }) }]]);
    return builder.finish(root);
  };
  const merged = readProgram(concatPrograms([schema(1), schema(2)]));
  t.same(merged.nodes, [
    [
      { tag: 'types', bits: 1 },
      { tag: 'anyOf', nodes: [0] },
      { tag: 'not', node: 0 },
    ],
    [
      { tag: 'types', bits: 2 },
      { tag: 'anyOf', nodes: [1] },
      { tag: 'not', node: 1 },
    ],
  ]);
  t.same(
    merged.roots.map(({ node, style }) => [node, style.whitespace]),
    [
      [0, 'compact'],
      [1, 'compact'],
    ],
  );
  t.end();
});

t.test('the gaps and escapes of a style are read again, and copied with their expressions', (t) => {
  const styled = (separator: string): Uint8Array => {
    const builder = createProgramBuilder();
    const node = builder.reserveNode();
    builder.setNode(node, []);
    const [pad, item, key] = [builder.epsilon(), builder.literal(separator), builder.literal('=>')];
    const style = { whitespace: { pad, item, key }, spelling: { escapes: 256 + 32 } };
    const root = builder.reserveRule('root');
    builder.setRule(root, [[{ kind: 'schema', root: builder.schemaRoot(node, style) }]]);
    return builder.finish(root);
  };
  const program = readProgram(concatPrograms([styled(';'), styled('|')]));
  t.same(
    program.roots.map(({ style: { whitespace, spelling } }) => {
      if (typeof whitespace !== 'object' || !('pad' in whitespace)) return whitespace;
      const { pad, item, key } = whitespace;
      return [[pad, item, key].map((expr) => program.exprs[expr]), spelling];
    }),
    [';', '|'].map((text) => [
      [{ op: 'epsilon' }, { op: 'literal', text }, { op: 'literal', text: '=>' }],
      { escapes: 288 },
    ]),
  );
  t.end();
});

t.test('choice and token', (t) => {
  const choice = choiceProgram(['', 'yes', 'no', 'é']);
  for (const text of ['', 'yes', 'no', 'é']) t.ok(matchesProgram(choice, text));
  for (const text of ['y', 'yesno', 'e']) t.notOk(matchesProgram(choice, text));
  grammaskError(() => choiceProgram([]), 'ARGUMENT');
  grammaskError(() => choiceProgram([1 as unknown as string]), 'ARGUMENT');
  grammaskError(() => choiceProgram(['\udc00']), 'SYNTAX');
  t.same(readProgram(tokenProgram(12)).tokenSets, [{ excluded: false, ids: [[12, 12]], names: [] }]);
  t.same(readProgram(tokenProgram('<|end|>')).strings.includes('<|end|>'), true);
  for (const id of [-1, 1.5, Number.NaN, 2 ** 33]) grammaskError(() => tokenProgram(id), 'TOKEN_RANGE');
  grammaskError(() => tokenProgram(''), 'ARGUMENT');
  t.end();
});
