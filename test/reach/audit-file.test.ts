import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { GrammaskError } from '../../src/index.js';
import { readAudit, readReport } from '../../src/reach/index.js';
import { auditFiles, validatorOf } from './audit-files.js';

t.setTimeout(240_000);

const head = 'audit: 1\nslot: note\n';
const one = 'templates:\n  - { id: a, prompt: "x{{note}}y" }\n';

t.test('what an audit file says', async (t) => {
  const folder = t.testdir({
    ...auditFiles,
    below: { 'g.ebnf': 'root ::= "a" | "b"' },
    'all.yaml': `${head}regex: 'a|b'
seeds: [hello]
maxK: 3
templates:
  - { id: raw, prompt: "x{{note}}y" }
  - id: other
    messages: [{ role: user, content: "x{{in}}" }]
    slot: in
    grammar: below/g.ebnf
    control: { grammar: below/g.ebnf }
    targets: [a]
  - { id: open, prompt: "x{{note}}y", readout: token }
policy: [{ id: p, rule: share, k: 1, atMost: 0.5, templates: [other] }]
`,
  });
  const { definition } = await readAudit(join(folder, 'all.yaml'));
  const [raw, other] = definition.cases;
  t.match(raw, {
    id: 'raw',
    field: null,
    certifyK: 1,
    maxK: 3,
    budget: 10_000,
    seeds: ['hello'],
    targets: null,
  });
  t.same(raw?.system, { slot: 'note', regex: 'a|b', template: 'x{{note}}y' });
  t.same(raw?.place, { line: 7, column: 5 });
  const source = 'root ::= "a" | "b"';
  t.same(other?.system, {
    slot: 'in',
    template: [{ role: 'user', content: 'x{{in}}' }],
    grammar: { kind: 'ebnf', source },
    control: { grammar: { kind: 'ebnf', source } },
  });
  t.same(definition.policy[0]?.cases, ['other']);
  // JSON is a part of YAML.
  writeFileSync(
    join(folder, 'a.json'),
    JSON.stringify({ audit: 1, templates: [{ id: 'a', prompt: 'x{{input}}' }] }),
  );
  t.equal((await readAudit(join(folder, 'a.json'))).definition.cases.length, 1);
  t.ok(validatorOf('reach-audit')({ audit: 1, templates: [{ id: 'a', prompt: 'x' }] }));
});

t.test('what is wrong with an audit file is said with its place, and before a model is loaded', async (t) => {
  const root = t.testdir({ 'outside.json': '{"type":"object"}' });
  const folder = join(root, 'in');
  mkdirSync(folder);
  symlinkSync(join(root, 'outside.json'), join(folder, 'link.json'));
  writeFileSync(join(folder, 'bad.json'), '{"type": "nothing"}');
  const path = join(folder, 'a.yaml');
  const fails = async (
    text: string,
    code: string,
    message: RegExp,
    place?: readonly [number, number],
  ): Promise<void> => {
    writeFileSync(path, text);
    const error = await readAudit(path).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const name = JSON.stringify(text.slice(0, 60));
    if (!GrammaskError.isInstance(error)) {
      t.fail(`${name}: ${String(error)}`);
      return;
    }
    t.equal(error.code, code, name);
    t.match(error.message, message, name);
    if (place !== undefined) t.match(error.location, { line: place[0], column: place[1] }, name);
  };
  await fails('', 'ARGUMENT', /^expected an object with audit and templates, and there is nothing here$/);
  await fails('[]', 'ARGUMENT', /with audit and templates, and this is an array$/, [1, 1]);
  await fails(`${head}templates: 1\n`, 'ARGUMENT', /^expected a list, and this is 1$/, [3, 12]);
  await fails(`${head}schema: no.json\n${one}`, 'ARGUMENT', /^there is no file no\.json$/);
  await fails('audit: [', 'SYNTAX', /./, [1, 9]);
  await fails('audit: 1\naudit: 1\n', 'SYNTAX', /unique/, [2, 1]);
  await fails(`${head}bogus: 1\n${one}`, 'ARGUMENT', /no member "bogus"/, [3, 1]);
  await fails(`audit: 2\n${one}`, 'ARGUMENT', /expected 1/, [1, 8]);
  await fails(head, 'ARGUMENT', /"templates" is missing/);
  await fails(`${head}templates: []\n`, 'ARGUMENT', /fewer than 1/, [3, 12]);
  await fails(`${head}templates:\n  - { id: a }\n`, 'ARGUMENT', /either prompt or messages/, [4, 5]);
  await fails(
    `${head}templates:\n  - { id: a, prompt: "no slot" }\n`,
    'ARGUMENT',
    /no slot \{\{note\}\}/,
    [4, 5],
  );
  await fails(`${head}templates:\n  - { id: a, prompt: "{{note}}{{note}}" }\n`, 'ARGUMENT', /2 times/);
  await fails(`${head}control: { characters: "" }\n${one}`, 'ARGUMENT', /fewer than 1/, [3, 24]);
  await fails(`${head}control: { tokens: [] }\n${one}`, 'ARGUMENT', /none of the forms/, [3, 20]);
  await fails(`${head}control: { tokens: all, characters: a }\n${one}`, 'ARGUMENT', /do not go together/);
  await fails(`${head}budget: 0\n${one}`, 'ARGUMENT', />= 1/, [3, 9]);
  await fails(`${head}certifyK: 2\nmaxK: 1\n${one}`, 'ARGUMENT', /maxK \(1\) is less/);
  await fails(`${head}seeds: [a]\n${one}`, 'ARGUMENT', /nothing is searched/);
  await fails(`${head}certifyK: 1.5\n${one}`, 'ARGUMENT', /a whole number, and this is 1\.5/);
  await fails(`${head}${one}  - { id: a, prompt: "{{note}}" }\n`, 'ARGUMENT', /stands twice/, [5, 11]);
  await fails(`${head}${one}policy: [{ id: p, rule: share, k: 1 }]\n`, 'ARGUMENT', /atMost/);
  await fails(`${head}${one}policy: [{ id: p, rule: flip, k: 1, atMost: 1 }]\n`, 'ARGUMENT', /atMost/);
  await fails(
    `${head}${one}policy: [{ id: p, rule: flip, k: 1, templates: [b] }]\n`,
    'ARGUMENT',
    /no template b/,
  );
  await fails(`${head}${one}policy: [{ id: p, rule: flip, k: 1, fields: [b] }]\n`, 'ARGUMENT', /no field/);
  // The language of the answer.
  await fails(`${head}regex: "("\n${one}`, 'SYNTAX', /template a/);
  await fails(`${head}schema: bad.json\n${one}`, 'SCHEMA', /template a/);
  await fails(`${head}schema: { type: object }\nregex: a\n${one}`, 'ARGUMENT', /at most one constraint/);
  // Only what lies in the folder is read.
  for (const name of ['../outside.json', join(root, 'outside.json'), 'link.json', '../in/../outside.json']) {
    await fails(`${head}schema: ${name}\n${one}`, 'ARGUMENT', /outside of the folder/);
  }
  await fails(`${head}model: ..\n${one}`, 'ARGUMENT', /outside of the folder/);
  await fails(`${head}control: { grammar: /etc/passwd.ebnf }\n${one}`, 'ARGUMENT', /outside of the folder/);
  await fails(`${head}schema: nowhere.json\n${one}`, 'ARGUMENT', /no file/);
  // What is small to write and large to read.
  const levels = 'abcdefghi'.split('').map((name, index, all) => {
    const inner = index === 0 ? '"x"' : `*${all[index - 1]}`;
    return `${name}: &${name} [${Array(9).fill(inner).join(',')}]\n`;
  });
  await fails(head + levels.join('') + one, 'SYNTAX', /alias/i);
  await fails(`${head}a: &a [*a]\n${one}`, 'SYNTAX', /./);
  await fails(`${head}${one}${'#'.repeat(1 << 20)}`, 'ARGUMENT', /bytes/);
  await fails(`${head}schema: ${'['.repeat(2000)}\n${one}`, 'SYNTAX', /./);
  await fails(`${head}choices: [${'a,'.repeat(110_000)}]\n${one}`, 'SYNTAX', /too large/);
  await fails(`${head}__proto__: { title: x }\n${one}`, 'ARGUMENT', /no member "__proto__"/, [3, 1]);
  await fails(`${head}title: !!binary aGk=\n${one}`, 'SYNTAX', /JSON does not have/);
  await fails(`${head}tolerance: .inf\n${one}`, 'SYNTAX', /JSON does not have/);
  await fails(`${head}title: !!js/function x\n${one}`, 'SYNTAX', /tag/i);
  writeFileSync(path, Uint8Array.of(0xff, 0xfe));
  await t.rejects(readAudit(path), { code: 'ARGUMENT', message: /UTF-8/ });
  await t.rejects(readAudit(folder), { code: 'ARGUMENT', message: /folder/ });
  await t.rejects(readAudit('/dev/zero'), { code: 'ARGUMENT', message: /no file/ });
  t.equal(({} as { title?: string }).title, undefined);
});

t.test('a pattern in a file ends before the line end of the file', async (t) => {
  const folder = t.testdir({ 'answer.regex': '(yes|no)\n', 'note.regex': '[a-z]*\r\n' });
  const path = join(folder, 'a.yaml');
  writeFileSync(path, `${head}grammar: answer.regex\ncontrol: { grammar: note.regex }\n${one}`);
  const [first] = (await readAudit(path)).definition.cases;
  t.same(first?.system.grammar, { kind: 'regex', source: '(yes|no)' });
  t.same(first?.system.control?.grammar, { kind: 'regex', source: '[a-z]*' });
});

t.test('what is no report', async (t) => {
  const folder = t.testdir();
  const path = join(folder, 'r.json');
  for (const text of ['', '[]', 'null', '{"kind":"sweep"}', '{"kind":"verify"}', `${'['.repeat(1e5)}`]) {
    writeFileSync(path, text);
    await t.rejects(readReport(path), { code: 'ARGUMENT', message: /no report/ }, text.slice(0, 20));
  }
});
