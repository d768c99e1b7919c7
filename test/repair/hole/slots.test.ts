// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of TypeScript
import { readFileSync } from 'node:fs';
import t from 'tap';
import { Compiler, Vocabulary } from '../../../src/index.js';
import { holeGrammar } from '../../../src/repair/hole/hole-grammar.js';
import { holeWithNames } from './closed-slots.js';

/** Where references are slots, seen through slots that take `foo`, `bar` and the members `len`, `map` alone. */

const names = { value: ['foo', 'bar', 'in', 'of'], member: ['len', 'map'] };
const body: readonly [prefix: string, suffix: string] = ['function f(p: T) {\n  ', '\n}\n'];

t.test('references that no list has are refused, each at its name', async (t) => {
  const hole = holeWithNames(...body, names);
  const refused: readonly [text: string, name: string][] = [
    ['foo.nope', 'nope'],
    ['foo?.nope()', 'nope'],
    ['foo.len.nope', 'nope'],
    ['foo\n  .nope'.replace('\n', ' '), 'nope'],
    ['foo + nope', 'nope'],
    ['return !nope', 'nope'],
    ['return foo && nope', 'nope'],
    ['const a = foo - nope', 'nope'],
    ['const a = await nope', 'nope'],
    ['const a = typeof nope', 'nope'],
    ['const a = new Nope()', 'Nope'],
    ['const a = foo[-nope]', 'nope'],
    ['const a = `${foo + nope}`', 'nope'],
    ['if (foo === nope) {}', 'nope'],
    ['const a = foo in nope', 'nope'],
    ['const a = foo as unknown as T & nope.x, b = foo + nope', 'nope'],
    ['class A { b = 1 + nope }', 'nope'],
    ['class A extends Nope {}', 'Nope'],
    ['@nope class A {}', 'nope'],
  ];
  for (const [text, name] of refused) {
    const { accepted, validBytes } = hole.explain(text);
    t.notOk(accepted, text);
    const at = text.lastIndexOf(name);
    t.ok(validBytes <= at + name.length && validBytes < text.length + 1, `${text}: at the name`);
  }
  for (const text of [
    'foo.len',
    'foo?.map(bar)',
    'return !foo',
    'const a = new foo()',
    'class A extends foo {}',
    '@foo class A {}',
  ]) {
    t.ok(hole.test(text), text);
  }
});

t.test('declarations, types and names of properties are not slots', async (t) => {
  const hole = holeWithNames(...body, names);
  for (const text of [
    'const nope = foo',
    'let { nope, a: nope2 = foo, ...rest } = bar',
    'const [nope, , nope2 = foo] = bar',
    'function nope(a: Nope, { b }: { b: Nope }) { return foo }',
    'const a = (nope: Nope, b = foo): Nope => foo',
    'const a = nope => foo',
    'const a = async nope => foo',
    'const a: Nope<Nope2> = foo',
    'const a = foo as Nope',
    'const a = <Nope>foo',
    'const a = foo<Nope>(bar)',
    'type Nope = Nope2 | keyof Nope3',
    'interface Nope extends Nope2 { nope(nope: Nope): void }',
    'enum Nope { nope = 1 }',
    'class Nope<Nope2> implements Nope3 { nope = 1; nope2() {} #nope = this.#nope }',
    'const a = { nope: foo, nope2() {}, nope3 }',
    'for (const nope of foo) bar(foo)',
    'try { foo() } catch (nope) {}',
    'nope: for (;;) break nope',
    'const a = foo.map<Nope>(nope => bar)',
    'import nope, { nope2 as nope3 } from "nope"',
    'const a = import.meta, b = new.target',
    'if (foo) { return null } else throw this',
  ]) {
    t.ok(hole.test(text), text);
  }
});

t.test('a name cannot be written as two tokens', async (t) => {
  const hole = holeWithNames(...body, names);
  for (const text of [
    'thisfoo',
    'foo in bar && newfoo()',
    'const a = 1 + thisx',
    'const a = 1 + typeofoo',
    'const a = 1 + awaitfoo',
    'const a = 1 + fooin bar',
    'const a = 1 + fooinstanceof bar',
    'const a = 1 + inx',
    'const a = 1 + nullx',
    'const a = 1 + truefoo',
    'const a = 1 + superfoo',
    'const a = 1 + 1foo',
    'const a = 1 + 0x1g',
    'const a = 1 + 1nfoo',
    'const a = 1 + /x/gfoo',
    'const a = 1 + foo\\u0062',
    'const a = 1 + fooé',
    'const a = 1 + foo\u200d',
    'const a = 1 + foo$',
    'const a = 1 + _foo',
    'returnfoo',
    'throwfoo',
    'elsefoo()',
    'yieldfoo',
    '@fooclass A {}',
    'foo.lenin bar',
    'foo.lenas T',
    'foo.len\\u0061',
    'foo?.lenx',
    'foo.map`x`.nope',
    'foo!nope',
    'foo! = nope + nope',
    'foo != nope',
    'for (fooof bar) {}',
  ]) {
    t.notOk(hole.test(text), text);
  }
  t.ok(hole.test('const a = 1 + /x/g .len'));
});

t.test('a suffix that begins with a letter ends no word of the hole', async (t) => {
  const hole = holeWithNames('const a = 1 + ', 'bar;\n', names);
  t.notOk(hole.test('foo'));
  t.ok(hole.test('foo + '));
  t.ok(hole.test('foo.len*'));
});

t.test('without bare parameters and labels, more names are sure to be references', async (t) => {
  const loose = holeWithNames(...body, names);
  const strict = holeWithNames(...body, names, { bareParameters: false, labels: false });
  for (const text of ['nope', 'const a = nope', 'foo(nope', 'return nope']) {
    t.ok(loose.testPrefix(text), text);
    t.notOk(strict.testPrefix(text), text);
  }
  t.ok(strict.test('const a = (nope) => foo'));
});

t.test('no slot begins in the middle of a word, or of a number', async (t) => {
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const vocabulary = Vocabulary.fromTokens([...bytes, '</s>'], { stopTokens: [256] });
  const compiler = new Compiler(vocabulary);
  const check = (prefix: string, text: string, suffix: string): void => {
    const { grammar } = holeGrammar(prefix, suffix, { bareParameters: false, labels: false });
    const matcher = compiler.compileSync(grammar).matcher();
    for (const [at, char] of [...text].entries()) {
      const inside = matcher
        .slots({ ahead: false })
        .filter(({ typed }) => typed !== '' && /[\w$]/.test(text[at - typed.length - 1] ?? ''));
      if (inside.length > 0) t.fail(`${inside.map(({ typed }) => typed)} behind ${text.slice(0, at)}`);
      if (!matcher.acceptBytes(char)) {
        t.fail(`${text.slice(0, at + 1)} is refused`);
        break;
      }
    }
    matcher.dispose();
  };
  check('', 'function f(a: number): string {', '\n}\n');
  check('', 'function f(a: number): string', '\nfunction f(a: number): string {}\n');
  check('function f(): ', 'string[] {', '}\n');
  const source = readFileSync(new URL('../../../src/repair/hole/suffix.ts', import.meta.url), 'utf8');
  const lines = source.split('\n');
  let count = 0;
  for (let line = 3; line < lines.length; line += 9) {
    const [indent = ''] = /^\s*/.exec(lines[line] as string) ?? [];
    const text = (lines[line] as string).trim();
    if (text === '' || /[^\x20-\x7e]/.test(text)) continue;
    check(`${lines.slice(0, line).join('\n')}\n${indent}`, text, `\n${lines.slice(line + 1).join('\n')}`);
    count++;
  }
  t.ok(count > 10, `${count} lines`);
});
