// The guess how answers go on. Only what is read together hangs on it: properties.test.ts compares the readings.
import t from 'tap';
import { Grammar } from '../../src/index.js';
import { contextOfModel } from '../../src/model/load-model.js';
import { createAnswerPaths } from '../../src/reach/answer-path.js';
import { type AnswerNode, createAnswerTree } from '../../src/reach/answer-tree.js';
import { loadTickets } from './tickets.js';

t.test('so many of those at its beginning go all of a path', async (t) => {
  await using model = await loadTickets();
  const { compiler, vocabulary } = contextOfModel(model);
  const compiled = compiler.compileSync(Grammar.regex('[ab]x[ab][ab]'));
  const width = vocabulary.tokenCount;
  const tree = createAnswerTree(compiled, vocabulary, width, { kind: 'answer', path: [], maxTokens: 9 }, []);
  t.teardown(() => {
    tree.dispose();
    compiled.dispose();
  });
  const tokenOf = (text: string): number => {
    for (let token = 0; token < width; token++)
      if (Buffer.from(text).equals(vocabulary.bytes(token))) return token;
    throw new Error(`no token is ${text}`);
  };
  const [a, b, x] = [tokenOf('a'), tokenOf('b'), tokenOf('x')] as const;
  const paths = createAnswerPaths(tree);
  const { root } = tree;
  const take = (node: AnswerNode, token: number, texts: number): AnswerNode => {
    const child = tree.child(node, token);
    paths.note(node, token, child, texts);
    return child;
  };
  const pathOf = (most = 32) => paths.usualFrom(root, most);
  t.same(pathOf(), { tokens: [], choices: [{ node: root, at: 0 }] }, 'before anything was seen');
  t.notOk(paths.endsNext(root));

  const behind = take(root, a, 1);
  t.same(behind.forced, [x]);
  const last = take(behind, b, 1);
  const places = [root, behind, last].map((node, index) => ({ node, at: [0, 2, 3][index] }));
  t.same(pathOf(), { tokens: [a, x, b], choices: places }, 'with what must come');
  t.same(pathOf(2).tokens, [a, x], 'as far as there is room');
  t.same(pathOf(1).tokens, []);
  t.notOk(paths.endsNext(behind));
  take(last, a, 1);
  t.same(pathOf().tokens, [a, x, b], 'an outcome is not read');
  t.ok(paths.endsNext(last));
  paths.keep();

  // 8 of 10 are most, 8 of 12 are not: all that were at the beginning count.
  take(root, a, 9);
  take(behind, b, 7);
  take(behind, a, 2);
  t.same(pathOf().tokens, [a, x, b]);
  take(behind, a, 2);
  take(root, b, 2);
  t.same(pathOf().tokens, [a, x]);
  take(root, b, 4);
  t.same(pathOf().tokens, [], 'where they part');
  t.same(paths.usualFrom(behind, 32).tokens, [], '8 of 12');

  paths.forget();
  t.same(pathOf().tokens, [a, x, b], 'what was kept');
  take(root, b, 9);
  t.same(pathOf().tokens, [b, x]);
  // As in free text, where hardly a node is met again.
  for (let i = 0; i < 5000; i++) paths.note({ ...last, key: `${i}` }, a, last, 1);
  t.same(pathOf().tokens, [a, x, b], 'counts are bounded');
});
