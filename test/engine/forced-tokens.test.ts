import t from 'tap';
import { Compiler, Grammar } from '../../src/index.js';
import { ids, smallVocabulary } from './small-vocabulary.js';

const { byte, word } = ids;

/** A tokenizer that takes the longest word at each place, so that "ab" becomes one token with what follows it. */
function encode(text: string): number[] {
  const tokens: number[] = [];
  let rest = text;
  while (rest !== '') {
    const found = ['abc', 'ab', '123', '12', 'name', '":'].find((one) => rest.startsWith(one));
    if (found === undefined) {
      for (const value of Buffer.from(rest[0] as string)) tokens.push(value);
      rest = rest.slice(1);
    } else {
      tokens.push(word(found));
      rest = rest.slice(found.length);
    }
  }
  return tokens;
}

const compiler = new Compiler(smallVocabulary(encode));

function forced(ebnf: string): number[] {
  return [...compiler.compileSync(Grammar.ebnf(ebnf)).matcher().forcedTokens()];
}

t.test('forced text is given in the tokens of the tokenizer', async (t) => {
  t.same(forced('root ::= "{name:" [0-9]'), [byte('{'), word('name'), byte(':')]);
});

t.test('tokens that may change with what follows are left out', async (t) => {
  t.same(forced('root ::= "xname12" [0-9]'), [byte('x'), word('name')], '12 may become 123');
  t.same(forced('root ::= "{name\\"" [0-9]'), [byte('{'), word('name')], 'a quote may take a colon');
});

t.test('nothing is forced where there is a choice', async (t) => {
  t.same(forced('root ::= [ab] "c"'), []);
});

t.test('a tokenizer that writes something else is not followed', async (t) => {
  const strange = new Compiler(smallVocabulary((text) => [byte('!'), ...encode(text)]));
  const matcher = strange.compileSync(Grammar.choice(['{name}'])).matcher();
  t.same([...matcher.forcedTokens()], []);
});
