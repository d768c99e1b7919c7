import t from 'tap';
import { larkGrammar } from '../../../src/frontends/lark/lark-program.js';
import { grammaskError, placeOf } from '../../support/frontend-errors.js';

/** Wrong grammars: the place of the error, its message and its hint. The table of refusals in docs/lark.md has more. */
const cases: readonly [grammar: string, place: string, message: RegExp, hint?: RegExp][] = [
  ['start "a"', '1:7', /expected the : behind rule start but found a text/],
  ['start: ("a"', '1:8', /a \( without its \)/],
  ['start: "a")', '1:11', /a \) without its \(/],
  ['start: "a" "b', '1:12', /without its closing quote/],
  ['start: "\\q"', '1:9', /no escape/, /\\xHH/],
  ['start: "\\ud800"', '1:8', /half of a surrogate pair/],
  ["start: 'a'", '1:8', /unexpected/, /quote texts with "/],
  ['start: a\n\nA: /a', '3:4', /closing \//],
  ['start: "a"{3,2}', '1:11', /out of order/],
  ['start: "a"{-1}', '1:12', /no number of repetitions/],
  ['start: "a"**', '1:12', /nothing to repeat/],
  ['start: "a" ~', '1:13', /nothing follows the ~/],
  ['start: "b".."a"', '1:8', /out of order/],
  ['start: tal\ntail: "a"', '1:8', /rule tal is not defined/, /did you mean tail/],
  ['start: "a"\nunused: WRD\nWORD: "b"', '2:9', /terminal WRD is not defined/, /WORD/],
  ['start: "a"\nstart: "b"', '2:1', /defined twice/],
  ['%import common.INTT\nstart: INTT', '1:16', /no terminal INTT/, /did you mean INT/],
  ['%ignroe " "', '1:1', /%ignroe is no directive/],
  ['a: "b"', '1:1', /no rule is named start: its rules are a/],
  ['start: /a(b/', '1:10', /\( without its \)/],
  ['start: /a/z', '1:11', /no flag z/],
  ['start[lazzy]: "a"', '1:7', /no attribute lazzy/],
  ['start[lazy, lazy]: "a"', '1:13', /stands twice/],
  ['start[stop_capture="x"]: "a"', '1:6', /needs stop or suffix/],
  ['start[suffix=""]: "a"', '1:14', /empty text/],
  ['A[lazy]: "a"\nstart: A', '1:2', /cannot have attributes/],
  ['start[max_tokens=1]: a\na: "b"', '1:22', /cannot refer to rule a/],
  ['start: a::1\na: "b"', '1:8', /rule a has no parameter/, /a::_/],
  ['start: a\na::_: "b"', '1:8', /needs a parameter/],
  ['start: a::_\na::_: "b"', '1:8', /no parameter to pass on/],
  ['start: a::0\na::_: "b" %if bit_st(1)', '2:15', /no condition bit_st/],
  ['start: a::0\na::_: "b" %if eq([2:2], 1)', '2:18', /are none/],
  ['start: a::0\na::_: "b" %if bit_set(64)', '2:23', /larger than 63/],
  ['start: a::0x1FFFFFFFFFFFFFFFF\na::_: "b"', '1:11', /no number/],
  ['start: "a" %if true', '1:8', /no parameter for its condition/],
  ['start: <[3-1]>', '1:8', /out of order/],
  ['start: %json {"a": tru}', '1:20', /not JSON/],
  ['start: %json {"a": 1', '1:14', /has no end/],
  ['start: %json {"type": "strnig"}', '1:14', /%json, at \/type|%json, at its root/],
  ['start: %json {"x-guidance": {"item_separator": "a("}}', '1:14', /x-guidance.item_separator: /],
  ['start: %json {"x-guidance": {"key_separator": null}}', '1:14', /key_separator is a text/, /": "/],
  ['start: %json {"x-guidance": {"whitespace_pattern": "(?=a)"}}', '1:14', /whitespace_pattern/],
  ['start: %json {"x-guidance": {"json_allowed_escapes": "n/"}}', '1:14', /escapes has "\/"/, /list some of/],
  ['start: %json {"x-guidance": {"lenient": 1}}', '1:14', /lenient is true or false/],
  ['start: %json {"x-guidance": {"indent": 2}}', '1:14', /indent cannot be enforced/, /leave it out/],
  ['start: %json {"x-guidance": {"item_seperator": ","}}', '1:14', /cannot be enforced/, /item_separator\?/],
  ['start: %regex {"substring_words": 1}', '1:15', /is a text/],
  ['%llguidance {"no_forcng": true}\nstart: "a"', '1:13', /no option "no_forcng"/],
  ['start: @item', '1:8', /no grammar @item/, /option grammars/],
];

t.test('places, messages and hints', (t) => {
  for (const [grammar, place, message, hint] of cases) {
    let error: unknown;
    try {
      larkGrammar(grammar);
    } catch (thrown) {
      error = thrown;
    }
    const { code } = error as { code: string };
    t.ok(['SYNTAX', 'UNSUPPORTED', 'SCHEMA'].includes(code), `${grammar}: ${code}`);
    const found = grammaskError(() => larkGrammar(grammar), code as 'SYNTAX');
    t.equal(placeOf(found), place, grammar);
    t.match(found.message, message, grammar);
    if (hint !== undefined) t.match(found.hint, hint, grammar);
  }
  t.end();
});

t.test('errors in named grammars are places in those', (t) => {
  const grammars = new Map([['n', 'start: "a"\nb: nowhere']]);
  const error = grammaskError(() => larkGrammar('start: @n', { grammars }), 'SYNTAX');
  t.equal(placeOf(error), '2:4');
  t.match(error.message, /^grammar n: rule nowhere is not defined/);
  const recursive = new Map([['n', 'start: a\na[max_chars=2]: "(" a ")" | ""']]);
  const refused = grammaskError(() => larkGrammar('start: "x" @n', { grammars: recursive }), 'UNSUPPORTED');
  t.equal(placeOf(refused), '2:2');
  t.match(refused.message, /^grammar n: max_chars needs an operand that is regular/);
  t.end();
});

t.test('arguments', (t) => {
  grammaskError(() => larkGrammar(1 as unknown as string), 'ARGUMENT');
  grammaskError(() => larkGrammar('start: "a"', { dialect: 'x' as 'xgrammar' }), 'ARGUMENT');
  grammaskError(() => larkGrammar('start: "a"', { grammars: new Map([['a b', 'start: "a"']]) }), 'ARGUMENT');
  grammaskError(
    () => larkGrammar('start: "a"', { grammars: new Map([['a', 1 as unknown as string]]) }),
    'ARGUMENT',
  );
  grammaskError(() => larkGrammar('start: "a"', { root: 'a' } as object), 'ARGUMENT');
  t.end();
});
