import { join } from 'node:path';
import t from 'tap';
import { noCli, noModel, runCli } from './run-cli.js';

const nowhere = { GRAMMASK_NATIVE_PATH: 'nowhere/grammask.node' };

const withModel = [
  ['generate', '--choices', 'a,b', 'x'],
  ['reach', 'sweep', '--choices', 'a,b', '--raw', '{{input}}'],
];

t.test('without the native engine a command says so, and how to build it', { skip: noCli }, async (t) => {
  const folder = t.testdir({ 'a.ebnf': 'root ::= "a"', a: { accept: { one: 'a' } } });
  const grammar = join(folder, 'a.ebnf');
  const commands = [['check', grammar, 'a'], ['test', folder], ...(noModel === false ? withModel : [])];
  for (const words of commands) {
    const { code, out, err } = await runCli(words, '', nowhere);
    t.equal(code, 2, words.join(' '));
    t.match(err, /^grammask: STATE: the native engine could not be loaded/, words.join(' '));
    t.match(err, /build it with: node ".*build-native\.mjs"/);
    t.equal(out, '');
  }
  const { code, out } = await runCli(['check', '--json', grammar, 'a'], '', nowhere);
  t.match({ code, ...JSON.parse(out) }, { code: 2, error: { code: 'STATE', hint: /build-native/ } });
  // They need no engine.
  t.match(await runCli(['fmt', grammar], '', nowhere), { code: 0 });
});
