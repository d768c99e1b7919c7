import { readFileSync } from 'node:fs';
import t from 'tap';
import { explainTarget, formatEbnf, lintGrammar } from '../../src/index.js';
import { noCli, runCli } from '../cli/run-cli.js';

/** The examples of docs/command-line-tools.md, run as they stand: what they print begins with what the page shows. */

const page = readFileSync(new URL('../../docs/command-line-tools.md', import.meta.url), 'utf8');
const examples = Array.from(
  page.matchAll(/```\n\$ npx grammask ([^\n]*)\n([\s\S]*?)```/g),
  ([, command = '', output = '']) => ({ command, output }),
);

const files: Readonly<Record<string, string>> = {
  'tags.json': '{"type":"array","items":{"type":"string"},"uniqueItems":true}',
  'sums.ebnf': 'root  ::=   sum # the start\nsum   ::= product (("+"|"-") product)*\nproduct ::= [0-9]+',
  'log.ebnf': 'root ::= line{1,9}\nline ::= level ws ","\nlevel ::= "info"\nws ::= [ \\n]*\n',
};

t.equal(examples.length, 4, 'an example a command');

t.test('the examples print what the page shows', { skip: noCli }, async (t) => {
  const dir = t.testdir(files);
  for (const { command, output } of examples) {
    const words = (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ''));
    const args = words.map((word) => (Object.hasOwn(files, word) ? `${dir}/${word}` : word));
    const { out, err } = await runCli(args);
    t.equal(err, '', command);
    const shown = out.replaceAll(`${dir}/`, '');
    t.equal(shown.slice(0, output.length), output, command);
  }
});

t.test('the functions beside the commands say the same', async (t) => {
  const tags = explainTarget(files['tags.json'] as string, 'xgrammar');
  t.match(tags, { accepted: true, enforced: false, findings: [{ keyword: 'uniqueItems' }] });
  t.match(formatEbnf(files['sums.ebnf'] as string), /^root ::= sum # the start\n/);
  t.match(lintGrammar(files['log.ebnf'] as string).findings, [{ code: 'unbounded-white-space', line: 4 }]);
});
