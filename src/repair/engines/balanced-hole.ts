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
  const line = prefix.slice(prefix.lastIndexOf('\n') + 1);
  const isRestOfLine = line.includes('`') && /^[\r\n]/.test(suffix);
  const wanted = neededBy(suffix, around, language, isRestOfLine);
  return {
    balance(written) {
      checkText('written', written);
      const { open, semicolons, inside } = scanBrackets(tail + written, before, language);
      const offset = prefix.length + written.length;
      if (inside !== null) return { text: prefix + written + suffix, offset, inside };
      let same = 0;
      while (same < open.length && same < wanted.length && open[same] === wanted[same]) same += 1;
      const closers = open.slice(same).map((one, index) => {
        // The head of a `for` has three parts, or the parser loses what stands behind it.
        const missing = semicolons[same + index] as number;
        return `${missing > 0 ? ';'.repeat(missing) : ''}${CLOSER[one]}`;
      });
      const opened = openers(wanted.slice(same), suffix);
      // Behind a bracket it may be the head of the block.
      const isHead = opened !== '' && closers.length > 0;
      const between = isHead ? '' : joint(open[same - 1], opened, suffix);
      return {
        text: [prefix, written, ...closers.reverse(), between, opened, suffix].join(''),
        offset,
        inside,
      };
    },
  };
}

/** One token of more than that would be more than a regular expression can read. */
const LONGEST = 1 << 23;

function checkText(name: string, text: unknown): void {
  if (typeof text !== 'string') throw expected('a string', name, text);
  if (text.length > LONGEST) throw expected(`a text of at most ${LONGEST} characters`, name, text);
}

const OBJECT_BEGINS = /^\s*(?:[\w$]+\s*[:,]|(["']).*?\1\s*:|\.\.\.|\[)/;

const OPERAND_BEGINS = /^\s*(?!(?:in|instanceof|as|satisfies|of|is|extends)\b)[\w$'"]/;

/** What must stand between a name and what follows, so that the parser does not lose its way in the text behind. */
function joint(around: Open | undefined, opened: string, suffix: string): string {
  const isBlock = around === undefined || around === '{';
  if (opened.startsWith('{') && isBlock && !OBJECT_BEGINS.test(suffix)) return ';';
  // Two operands, one behind the other.
  return opened === '' && (around === '(' || around === '[') && OPERAND_BEGINS.test(suffix) ? ',' : '';
}

/** Brackets that the suffix closes. Where statements follow in an argument, they are those of a function: `f(() => {`. */
function openers(open: readonly Open[], suffix: string): string {
  const text = open.join('');
  return text.endsWith('({') && !OBJECT_BEGINS.test(suffix) ? `${text.slice(0, -1)}()=>{` : text;
}

/**
 * What must be open where the suffix begins, outermost first. Where the prefix ends in a template, the suffix may begin in it too, or
 * the hole may close it; and it may begin in one that the hole begins: that is so which leaves less in disorder at the end of the file. One that begins on the line
 * whose rest the hole is, is sooner closed there.
 */
function neededBy(
  suffix: string,
  around: readonly Open[],
  language: BracketLanguage,
  isRestOfLine: boolean,
): Open[] {
  const outers: (readonly Open[])[] = [around];
  for (let index = around.length - 1; index >= 0; index--) {
    if (around[index] === '`' || around[index] === '${') outers.push(around.slice(0, index));
  }
  if (isRestOfLine) outers.reverse();
  // It may as well begin in a template that the hole is to begin.
  if (suffix.includes('`')) outers.push([...around, '`']);
  let best: { needed: Open[]; disorder: number } | undefined;
  for (const outer of outers) {
    const { closed, open, inside } = scanBrackets(suffix, scanStart, language, outer);
    const { needed, misfits } = neededAt(closed, outer);
    const disorder = open.length + misfits + (inside === null || inside === 'comment' ? 0 : 1);
    if (best === undefined || disorder < best.disorder) best = { needed, disorder };
  }
  return (best as { needed: Open[] }).needed;
}

/**
 * What brackets that close need open before them, and how many do not fit: of those around that stay open, and of those that
 * close nothing around.
 */
function neededAt(closed: ScanState['closed'], around: readonly Open[]): { needed: Open[]; misfits: number } {
  const outer = [...around];
  let misfits = 0;
  const needed: Open[] = [];
  for (const bracket of closed) {
    const fits = outer.findLastIndex((one) => CLOSER[one] === bracket);
    needed.push(fits < 0 ? plainOpener(bracket) : (outer[fits] as Open));
    if (fits >= 0) outer.length = fits;
    else misfits += 1;
  }
  return { needed: needed.reverse(), misfits: misfits + outer.length };
}

function plainOpener(bracket: ScanState['closed'][number]): Open {
  if (bracket === ')') return '(';
  if (bracket === ']') return '[';
  return bracket === '`' ? '`' : '{';
}
