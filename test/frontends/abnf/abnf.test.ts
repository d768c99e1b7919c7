import t, { type Test } from 'tap';
import { type AbnfOptions, abnfProgram } from '../../../src/frontends/abnf/abnf-program.js';
import { ebnfProgram } from '../../../src/frontends/ebnf/ebnf-program.js';
import { toEbnf } from '../../../src/frontends/ebnf/to-ebnf.js';
import { matchesProgram } from '../../support/expr-matcher.js';
import { grammaskError, placeOf } from '../../support/frontend-errors.js';

/** Texts in and not in a grammar, by brute force, and the same for the EBNF that it prints as. */
function checkTexts(
  t: Test,
  grammar: string,
  inside: readonly string[],
  outside: readonly string[],
  options: AbnfOptions = {},
): void {
  const program = abnfProgram(grammar, options);
  const printed = ebnfProgram(toEbnf(program));
  for (const [texts, expected] of [
    [inside, true],
    [outside, false],
  ] as const) {
    for (const text of texts) {
      const what = `${JSON.stringify(text)} in ${grammar}`;
      t.equal(matchesProgram(program, text), expected, what);
      t.equal(matchesProgram(printed, text), expected, `printed: ${what}`);
    }
  }
}

t.test('texts match letters in either case, unless %s says otherwise', async (t) => {
  checkTexts(t, 'a = "aBc-1"', ['abc-1', 'ABC-1', 'AbC-1'], ['abc_1', 'ab']);
  checkTexts(t, 'a = %s"aBc"', ['aBc'], ['abc', 'ABC']);
  checkTexts(t, 'a = %S"aBc" %i"x" %I"y"', ['aBcxY', 'aBcXy'], ['abcxy']);
  checkTexts(t, 'a = ""', [''], ['"']);
  checkTexts(t, 'a = "\\" "[;]" ; the rest is a comment "x"', ['\\[;]'], ['\\']);
  // Only the letters of ASCII: no dotless i, no Kelvin sign.
  checkTexts(t, 'a = "ki"', ['KI', 'kI'], ['\u212ai', 'k\u0131']);
});

t.test('numbers are characters, ranges and series', async (t) => {
  checkTexts(t, 'a = %x41', ['A'], ['a']);
  checkTexts(t, 'a = %d65.66 %b1000011 %X44', ['ABCD'], ['abcd']);
  checkTexts(t, 'a = %x30-39 / %b1100001-1100011', ['0', '9', 'a', 'c'], ['d', '/', ':']);
  checkTexts(t, 'a = %x1F600 %xE9', ['😀é'], ['é']);
  checkTexts(t, 'a = %x80-10FFFF', ['\u0080', '😀', '\ufffd'], ['\u007f']);
  checkTexts(t, 'a = %x0D.0A', ['\r\n'], ['\n']);
});

t.test('repetitions, groups and options', async (t) => {
  checkTexts(t, 'a = *"x"', ['', 'xxx'], ['y']);
  checkTexts(t, 'a = 1*"x"', ['x', 'xxx'], ['']);
  checkTexts(t, 'a = *2"x"', ['', 'xx'], ['xxx']);
  checkTexts(t, 'a = 2*3"x" 2"y" 0"z"', ['xxyy', 'xxxyy'], ['xyy', 'xxxxyy', 'xxy', 'xxyyz']);
  checkTexts(
    t,
    'a = "(" *( "x" / "y" "z" ) ")" [ "!" [ "?" ] ]',
    ['()', '(xyz)!', '(yzx)!?'],
    ['(y)', '()?'],
  );
  checkTexts(t, 'a = 2[ "x" ] 1*2( "y" )', ['y', 'xxyy', 'xy'], ['xxxy']);
  // Concatenation binds before alternatives.
  checkTexts(t, 'a = "x" "y" / "z"', ['xy', 'z'], ['xz']);
  checkTexts(t, 'a = "x"("y"/"z")*"!"', ['xy!!', 'xz'], ['x']);
});

t.test('rules: names in any case, more alternatives, recursion', async (t) => {
  checkTexts(t, 'Start = B-1\nb-1 = "x"\nB-1 =/ "y" / "z"\nb-1 =/ "w"', ['x', 'y', 'z', 'w'], ['', 'xy']);
  checkTexts(t, 'list = "(" [ LIST *( "," list ) ] ")"', ['()', '((),(()))'], ['(', '(,)']);
  checkTexts(t, 'sum = sum "+" n / n\nn = 1*DIGIT', ['1', '1+22+3'], ['+1', '1+']);
  checkTexts(t, 'a = <b> "-" <DIGIT>\nb = "x"', ['x-1'], ['-1']);
  checkTexts(t, 'a = "x"\nb = "y"', ['y'], ['x'], { root: 'B' });
  checkTexts(t, 'a = "x"', ['f', 'B'], ['x'], { root: 'hexdig' });
});

t.test('core rules are there; a grammar may have its own, or extend them', async (t) => {
  checkTexts(
    t,
    'a = ALPHA BIT CHAR CR CRLF CTL DIGIT DQUOTE HEXDIG HTAB LF SP VCHAR WSP OCTET LWSP',
    ['z0~\r\r\n\u007f9"f\t\n !\t\u00ff', 'A1\u0001\r\r\n\u00000"0\t\n ~ \u0080 \r\n\t'],
    [
      'z0~\r\r\n\u007f9"g\t\n !\t\u00ff',
      'z0~\r\r\n\u007f9"f\t\n !\t\u0100',
      'z0\u0000\r\r\n\u007f9"f\t\n !\t\u00ff',
    ],
  );
  checkTexts(t, 'a = 1*HEXDIG\ndigit = "x"', ['x', 'XaF'], ['1', '0']);
  checkTexts(t, 'alpha =/ "_"\nname = 1*ALPHA', ['a_b', '_'], ['1']);
});

t.test('layout: indented grammars, continuation lines, comments, any line ends', async (t) => {
  const lines = ['', '     a = "x" ; one', '', '         "y" /', '      b', '     ; between', '     b = "z"'];
  for (const end of ['\n', '\r\n', '\r']) checkTexts(t, lines.join(end), ['xy', 'z'], ['x', 'y']);
  checkTexts(t, 'a\n =\n "x"\n   b=/"y"\nb ="z"'.replace('b=/"y"\n', ''), ['x'], ['z']);
  checkTexts(t, '\ta = "x"\n          / "y"', ['x', 'y'], []);
  checkTexts(t, '\ufeffa = "x"', ['x'], []);
  // A rule may be indented otherwise than the one before.
  checkTexts(t, 'a = b\n   b = "x"\n     "y"', ['xy'], ['x']);
});

t.test('errors name their place, what was expected and what to do', async (t) => {
  for (const [grammar, place, message, hint] of [
    ['', '1:1', /no rules/, /name = elements/],
    ['; nothing', '1:1', /no rules/, /name = elements/],
    ['a = "x', '1:5', /closing quote/, /DQUOTE/],
    ['a = "x\ny"', '1:5', /closing quote/, /DQUOTE/],
    ['a = "é"', '1:6', /printable ASCII/, /%xE9/],
    ["a = 'x'", '1:5', /unexpected character '/, /double quotes/],
    ['a ::= "x"', '1:3', /unexpected character :/, /Grammar\.ebnf/],
    ['a = "x" | "y"', '1:9', /unexpected character \|/, /separated by \//],
    ['a = x_y', '1:6', /unexpected character _/, /hyphens/],
    ['a = "x"+', '1:8', /unexpected character \+/, /1\*x/],
    ['a = "x"?', '1:8', /unexpected character \?/, /\[x\]/],
    ['a = 1#b', '1:6', /unexpected character #/, /RFC 9110/],
    ['a = \u0007', '1:5', /U\+0007/, /./],
    ['a = %y41', '1:5', /behind %/, /%x41/],
    ['a = %xG', '1:7', /hexadecimal digits/, undefined],
    ['a = %d4F', '1:8', /F is not defined/, /./],
    ['a = %b12', '1:8', /nothing to repeat/, /directly before/],
    ['a = %x41-', '1:10', /hexadecimal digits/, undefined],
    ['a = %x110000', '1:7', /no character/, /10FFFF/],
    ['a = %xD800', '1:5', /surrogate/, /1F600/],
    ['a = %xD83D.DE00', '1:5', /surrogate/, /1F600/],
    ['a = %xD800-DFFF', '1:5', /surrogate/, /1F600/],
    ['a = %x39-30', '1:5', /out of order/, /lower/],
    ['a = 5*2"x"', '1:5', /out of order/, /2\*5x/],
    ['a = 9999999999999999"x"', '1:5', /10\^15/, undefined],
    ['a = 2 "x"', '1:5', /nothing to repeat/, /directly before/],
    ['a = "x" *', '1:9', /nothing to repeat/, /directly before/],
    ['a = ( 1* )', '1:7', /nothing to repeat/, /directly before/],
    ['a = 2*3*4"x"', '1:8', /repetition of a repetition/, /parentheses/],
    ['a = ', '1:4', /expected an element/, /""/],
    ['a = "x" /', '1:10', /expected an element/, /""/],
    ['a = ( )', '1:7', /expected an element/, /""/],
    ['a = ( "x"', '1:5', /\( without its \)/, undefined],
    ['a = [ "x"', '1:5', /\[ without its \]/, undefined],
    ['a = "x" )', '1:9', /\) without its \(/, undefined],
    ['a = ( "x" ]', '1:11', /expected \) but found \]/, undefined],
    ['a = <x', '1:5', /< without its >/, /"<"/],
    ['<a> = "x"', '1:5', /without a name/, /without angle brackets/],
    ['a = "x" = "y"', '1:9', /without a name/, /name = elements/],
    ['a = b = "y"', '1:5', /middle of a line/, /line of its own/],
    ['"x"', '1:1', /expected a rule/, /name = elements/],
    ['a = "x"\n"y"', '2:1', /indented further/, /continue rule a/],
    ['  a = "x" /\n  "y"', '2:3', /indented further/, /continue rule a/],
    ['a = "x"\nA = "y"', '2:1', /defined twice/, /=\/.*one name/],
    ['a =/ "x"', '1:1', /extended before/, /a = …/],
    ['a = "x"\n\n  b = itm\n  item = "y"', '3:7', /itm is not defined/, /did you mean item/],
    ['a = DIGITS', '1:5', /DIGITS is not defined/, /did you mean DIGIT/],
    ['a = c', '1:5', /c is not defined/, /add a rule c/],
    ['a = zzzzzzzzz', '1:5', /not defined/, /add a rule zzzzzzzzz/],
  ] as const) {
    const error = grammaskError(() => abnfProgram(grammar), 'SYNTAX');
    t.match(error.message, message, grammar);
    t.equal(placeOf(error), place, grammar);
    if (hint === undefined) t.notOk(error.hint, grammar);
    else t.match(error.hint, hint, grammar);
  }
  const noRoot = grammaskError(() => abnfProgram('item = "x"', { root: 'itme' }), 'SYNTAX');
  t.match(noRoot.hint, /did you mean item/);
});

t.test('prose is refused where the start rule needs it', async (t) => {
  const error = grammaskError(() => abnfProgram('a = b\nb = "x" / <any character but x>'), 'UNSUPPORTED');
  t.equal(placeOf(error), '2:11');
  t.match(error.message, /any character but x/);
  t.match(grammaskError(() => abnfProgram('a = <itm>\nitem = "x"'), 'UNSUPPORTED').hint, /did you mean item/);
  grammaskError(() => abnfProgram('a = 0<nothing>'), 'UNSUPPORTED');
  checkTexts(t, 'a = "x"\nb = <whatever it is>', ['x'], []);
});

t.test('wrong arguments', async (t) => {
  t.match(grammaskError(() => abnfProgram(1 as unknown as string), 'ARGUMENT').message, /string/);
  grammaskError(() => abnfProgram('a = "x"', { root: 1 as unknown as string }), 'ARGUMENT');
  grammaskError(() => abnfProgram('a = "x"', { start: 'a' } as AbnfOptions), 'ARGUMENT');
});

t.test('hostile grammars end in a result or an error, in time', async (t) => {
  const depth = 100_000;
  const deep = `a = ${'('.repeat(depth)}"x"${')'.repeat(depth)}`;
  t.ok(matchesProgram(abnfProgram(deep), 'x'));
  grammaskError(() => abnfProgram(`a = ${'['.repeat(depth)}"x"`), 'SYNTAX');
  const chain = Array.from({ length: 20_000 }, (_, i) => `r${i} = "a" r${i + 1} "b"`).join('\n');
  t.ok(abnfProgram(`${chain}\nr20000 = "x" / r0`).length > 0);
  grammaskError(() => abnfProgram(`${chain}\nr20000 = "x" / r0`, { limits: { timeoutMs: 1 } }), 'DEADLINE');
  grammaskError(() => abnfProgram(`${chain}\nr20000 = "x" / r0`, { limits: { nodes: 100 } }), 'MEMORY');
  grammaskError(() => abnfProgram('a = *10001( "(" a ")" ) / "x"'), 'UNSUPPORTED');
  t.ok(abnfProgram('a = 1000000000( "(" a ")" ) / "x"').length < 4000);
  t.ok(matchesProgram(abnfProgram('a = *b\nb = *( *"x" / a )'), 'xx'));
});
