import t from 'tap';
import { openRules } from '../../src/suites/coverage/open-rules.js';

function stacks(kind: string, source: string, text: string): string[] | undefined {
  return openRules({ kind, source }, new TextEncoder().encode(text), 60_000)?.map((stack) =>
    stack.map(({ name, since }) => `${name}@${since}`).join(' > '),
  );
}

t.test('the rules in which a text ends, from the start rule inwards', async (t) => {
  const calls =
    'root ::= call\ncall ::= name "(" value ("," value)* ")"\nvalue ::= name | call\nname ::= [a-z]+';
  t.same(stacks('ebnf', calls, 'f(a,'), ['root@0 > call@0 > value@4 > name@4']);
  t.same(stacks('ebnf', calls, 'f(a)'), [], 'nothing can follow');
  t.same(stacks('ebnf', calls, 'f)'), undefined, 'no text begins so');
  t.same(stacks('ebnf', 'root ::= root "+" n | n\nn ::= [0-9]+', '1+2'), ['root@0', 'root@0 > n@2']);
  t.same(stacks('abnf', 'a = "x" b\nb = 2DIGIT', 'x1'), ['a@0 > b@1 > DIGIT@2']);
  const lark = 'start: item+\nitem: head NAME\nhead[lazy]: /.*/ "<"\nNAME: /[a-z]+/ & ~"no"';
  t.same(stacks('lark', lark, 'x'), ['start@0 > item@0 > head@0']);
  t.ok(stacks('lark', lark, '<n')?.includes('start@0 > item@0 > NAME@1'));
  t.equal(stacks('regex', 'a', 'a'), undefined);
});

t.test('deep nesting', async (t) => {
  const stack = openRules(
    { kind: 'ebnf', source: 'root ::= "(" root ")" | "x"' },
    new TextEncoder().encode('('.repeat(3000)),
    60_000,
  )?.[0];
  t.equal(stack?.length, 3001);
});
