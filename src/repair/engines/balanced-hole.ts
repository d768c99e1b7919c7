import { checkOptions, expected } from '../../engine/arguments.js';
import { type BracketLanguage, type Open, type ScanState, scanBrackets, scanStart } from './bracket-scan.js';

/** A text with a hole, as completion engines take it. */
export interface BalancedText {
  /** The text before the hole, what is written in it, brackets that balance it, the text behind. */
  readonly text: string;
  /** Where the next thing would be written, in UTF-16 code units: the end of what is written. */
  readonly offset: number;
  /** What the offset lies inside of, where no identifier can begin; else null. */
  readonly inside: ScanState['inside'];
}

/** A hole whose text in front and behind was read once. */
export interface BalancedHole {
  /** The whole text with this in the hole. */
  balance(written: string): BalancedText;
}

/** How the text of the hole is read. */
export interface BalanceOptions {
  /** Which strings and comments there are. Default `'typescript'`, which serves JavaScript too. */
  readonly language?: BracketLanguage | undefined;
}

const CLOSER: Readonly<Record<Open, string>> = { '(': ')', '[': ']', '{': '}', '${': '}', '`': '`' };

/**
 * Closes what is open in a half-written hole, so that the text behind it still closes what it closed before: completion
 * engines lose names where brackets do not balance. Brackets in strings, templates, comments and regular expressions do not
 * count. Where what is written closes more than the text behind can do without, it is opened again.
 *
 * @throws GrammaskError `ARGUMENT`
 */
export function balancedHole(
  prefix: string,
  written: string,
  suffix: string,
  options?: BalanceOptions,
): BalancedText {
  return createBalancedHole(prefix, suffix, options).balance(written);
}

/** As `balancedHole`, for many texts of one hole: what stands around it is read once. */
export function createBalancedHole(prefix: string, suffix: string, options?: BalanceOptions): BalancedHole {
  const { language = 'typescript' } = checkOptions(options, ['language']);
  if (language !== 'typescript' && language !== 'python') {
    throw expected("'typescript' or 'python'", 'language', language);
  }
  for (const [name, text] of Object.entries({ prefix, suffix })) checkText(name, text);
  // Whatever the hole is going to hold may join the last token, so that is read again with it.
  const last = scanBrackets(prefix, scanStart, language).boundary;
  const before = scanBrackets(prefix.slice(0, last), scanStart, language);
  const tail = prefix.slice(last);
  const around = scanBrackets(tail, before, language).open;
  const wanted = neededAt(scanBrackets(suffix, scanStart, language, around).closed, around);
  return {
    balance(written) {
      checkText('written', written);
      const { open, inside } = scanBrackets(tail + written, before, language);
      const offset = prefix.length + written.length;
      if (inside !== null) return { text: prefix + written + suffix, offset, inside };
      let same = 0;
      while (same < open.length && same < wanted.length && open[same] === wanted[same]) same += 1;
      const closers = open.slice(same).reverse();
      const between = [...closers.map((one) => CLOSER[one]), ...wanted.slice(same)].join('');
      return { text: prefix + written + between + suffix, offset, inside };
    },
  };
}

/** One token of more than that would be more than a regular expression can read. */
const LONGEST = 1 << 23;

function checkText(name: string, text: unknown): void {
  if (typeof text !== 'string') throw expected('a string', name, text);
  if (text.length > LONGEST) throw expected(`a text of at most ${LONGEST} characters`, name, text);
}

/** What must be open where the suffix begins: what it closes, outermost first. */
function neededAt(closed: ScanState['closed'], around: readonly Open[]): Open[] {
  const outer = [...around];
  const needed: Open[] = [];
  for (const bracket of closed) {
    const fits = outer.findLastIndex((one) => CLOSER[one] === bracket);
    needed.push(fits < 0 ? plainOpener(bracket) : (outer[fits] as Open));
    if (fits >= 0) outer.length = fits;
  }
  return needed.reverse();
}

function plainOpener(bracket: ScanState['closed'][number]): Open {
  if (bracket === ')') return '(';
  if (bracket === ']') return '[';
  return bracket === '`' ? '`' : '{';
}
