import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { formatEbnf } from '../../src/index.js';

const messy = `# Sums
root    ::=    sum   # the start



# a product
sum     ::= product ( ( "+" | "-" ) product ) * # tail
product::=factor{ 2 , 5 }
factor  ::= "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" | "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" | ("cccccccccccccccccccccccccc" | "dddddddddddddddddddddddddddddddddddddddd" | "eeeeeeeeeeeeeeeeeeeeeeeee" )
move ::= "a" | # first
  # second
  "b"
# end`;

const tidy = `# Sums
root ::= sum # the start

# a product
sum ::= product (("+" | "-") product)* # tail
product ::= factor{2,5}
factor ::=
  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" |
  "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" |
  (
    "cccccccccccccccccccccccccc" |
    "dddddddddddddddddddddddddddddddddddddddd" |
    "eeeeeeeeeeeeeeeeeeeeeeeee"
  )
move ::=
  "a" | # first
  # second
  "b"
# end
`;

t.test('the layout is canonical, comments stay, and a second run changes nothing', async (t) => {
  t.equal(formatEbnf(messy), tidy);
  t.equal(formatEbnf(tidy), tidy);
  t.equal(formatEbnf(messy.replaceAll('\n', '\r\n')), tidy);
  t.equal(formatEbnf(''), '');
  t.equal(formatEbnf('# only\n\n\n# comments'), '# only\n\n# comments\n');
});

t.test('texts, sets and names stay as they are written', async (t) => {
  for (const rule of [
    String.raw`root ::= "# no comment \" |" [^\]"#] "\x41" <|end|> <[12]>`,
    'root ::= a.b . "x"\na.b ::= "c"',
    'root ::= "" | ("a")? ("b"{2,}){3}',
  ]) {
    t.equal(formatEbnf(rule), `${rule}\n`);
  }
});

t.test('what is no grammar is refused', async (t) => {
  t.throws(() => formatEbnf('root ::= ("a"'), { code: 'SYNTAX' });
  t.throws(() => formatEbnf('root ::= "a'), { code: 'SYNTAX' });
  t.throws(() => formatEbnf(1 as unknown as string), { code: 'ARGUMENT' });
});

t.test('nesting does not overflow the stack', async (t) => {
  const deep = `root ::= ${'('.repeat(3000)}"a"${')'.repeat(3000)}`;
  const once = formatEbnf(deep);
  t.equal(formatEbnf(once), once);
  const depth = 20_000;
  const nested = formatEbnf(`root ::= ${'('.repeat(depth)}"a"${')'.repeat(depth)}`);
  t.ok(nested.length < 100 * depth, 'the indent is bounded');
});

t.test('long texts, sets and options do not overflow the stack', async (t) => {
  const long = 'a'.repeat(10_000_000);
  t.equal(formatEbnf(`root ::= "${long}"`), `root ::=\n  "${long}"\n`);
  for (const open of ['root ::= [', 'root[capture="']) {
    t.throws(() => formatEbnf(`${open}${long}`), { code: 'SYNTAX' });
  }
});

t.test('every grammar of the project keeps its pieces, twice', async (t) => {
  const folder = fileURLToPath(new URL('../../grammars/', import.meta.url));
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.ebnf'))) {
    const source = readFileSync(`${folder}${name}`, 'utf8');
    const once = formatEbnf(source);
    t.equal(formatEbnf(once), once, name);
    t.equal(once.replace(/\s+/g, ''), source.replace(/\s+/g, ''), name);
  }
});

const cases = new URL('../../../shared/grammar-cases/', import.meta.url);
const missing = existsSync(cases) ? false : 'the shared grammar cases are not beside the checkout';

t.test('grammars of other projects', { skip: missing }, async (t) => {
  let count = 0;
  for (const name of readdirSync(cases).filter((file) => file.endsWith('.jsonl'))) {
    for (const line of readFileSync(new URL(name, cases), 'utf8').trim().split('\n')) {
      const { kind, grammar } = JSON.parse(line) as { kind: string; grammar: string };
      if (kind !== 'ebnf') continue;
      let once: string;
      try {
        once = formatEbnf(grammar, { dialect: 'xgrammar' });
      } catch {
        continue;
      }
      count += 1;
      if (formatEbnf(once, { dialect: 'xgrammar' }) !== once) t.fail(grammar);
    }
  }
  t.ok(count > 100);
});
