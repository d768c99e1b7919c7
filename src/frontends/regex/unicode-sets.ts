import { invertRanges } from '../char-ranges.js';
import type { CharRange } from '../program-format.js';
import { sourceError } from '../source-location.js';
import { foldCase } from './case-folding.js';
import { type ClassMember, type ClassReader, readClassSet } from './class-sets.js';
import { classEscape } from './regex-classes.js';
import { type EscapeContext, readEscape } from './regex-escapes.js';
import { propertyAt } from './unicode-properties.js';

/** Punctuation that may be escaped in a class of flag v. */
const RESERVED = '&-!#%,:;<=>@`~';

/** What a class of flag v matches: characters, and texts of another length than one. */
export interface UnicodeSet {
  readonly ranges: readonly CharRange[];
  readonly strings: readonly string[];
  readonly end: number;
}

/**
 * Reads a class of ECMA-262 with flag v, whose opening bracket is at `start`: classes within classes, `&&`, `--`, `\q{…}`.
 * The engine that runs this decides what is well-formed.
 */
export function readUnicodeSet(
  context: EscapeContext,
  start: number,
  ignoreCase: boolean,
  step: () => void,
): UnicodeSet {
  const { pattern } = context;
  const fail = (offset: number, message: string, hint?: string): never => {
    throw sourceError('SYNTAX', pattern, offset, message, hint);
  };
  const fold = (ranges: readonly CharRange[]): readonly CharRange[] =>
    ignoreCase ? foldCase(ranges, true) : ranges;
  const set = (ranges: readonly CharRange[], negated: boolean, end: number): ClassMember => ({
    ranges: negated ? invertRanges(fold(ranges)) : ranges,
    end,
  });

  function member(at: number): ClassMember {
    const point = pattern.codePointAt(at) as number;
    if (point !== 0x5c) return { point, end: at + (point > 0xffff ? 2 : 1) };
    const letter = pattern[at + 1] ?? '';
    const positive = classEscape(letter.toLowerCase());
    if (positive !== undefined && letter !== '')
      return set(positive, letter !== letter.toLowerCase(), at + 2);
    if (letter === 'b') return { point: 8, end: at + 2 };
    if (letter !== '' && RESERVED.includes(letter)) return { point: letter.charCodeAt(0), end: at + 2 };
    if (letter === 'q') return strings(at);
    if (letter === 'p' && propertyAt(pattern, at + 2) !== undefined) refuseStrings(at);
    const found = readEscape(context, at, true);
    if (found.kind === 'char') return { point: found.point, end: found.end };
    const ranges = found.kind === 'set' ? found.ranges : [];
    return letter === 'P' ? set(invertRanges(ranges), true, found.end) : set(ranges, false, found.end);
  }

  function strings(at: number): ClassMember {
    const close = closingBrace(at + 2);
    if (close === undefined) return fail(at, '\\q needs its texts in braces', 'as in \\q{ch|ll}');
    const ranges: CharRange[] = [];
    const texts: string[] = [];
    let points: number[] = [];
    const add = (): void => {
      const [only] = points;
      if (points.length === 1 && only !== undefined) ranges.push([only, only]);
      else texts.push(points.map((point) => String.fromCodePoint(point)).join(''));
      points = [];
    };
    for (let from = at + 3; from < close; ) {
      step();
      if (pattern[from] === '|') {
        add();
        from += 1;
        continue;
      }
      const next = member(from);
      if (next.point === undefined) return fail(from, 'a set inside of \\q{…}');
      points.push(next.point);
      from = next.end;
    }
    add();
    if (ignoreCase && texts.some((text) => text !== '')) {
      throw sourceError(
        'UNSUPPORTED',
        pattern,
        at,
        'texts in \\q{…} under flag i cannot be enforced',
        'write them as alternatives: (?:ch|[a-z])',
      );
    }
    return { ranges, strings: texts, end: close + 1 };
  }

  /** Where the brace that opens at `open` is closed. A loop: a regular expression would overflow on long texts. */
  function closingBrace(open: number): number | undefined {
    if (pattern[open] !== '{') return undefined;
    for (let at = open + 1; at < pattern.length; at++) {
      step();
      if (pattern[at] === '}') return at;
      if (pattern[at] === '\\') at += 1;
    }
    return undefined;
  }

  function refuseStrings(at: number): void {
    if (!/^\{(?:Basic_Emoji|Emoji_Keycap_Sequence|RGI_\w+)\}/.test(pattern.slice(at + 2, at + 40))) return;
    throw sourceError(
      'UNSUPPORTED',
      pattern,
      at,
      'a property of texts cannot be enforced',
      'use one of characters, as \\p{Emoji}',
    );
  }

  const reader: ClassReader = {
    pattern,
    step,
    member,
    fold,
    fail,
    nested: true,
    operators: ['&&', '--'],
    literalBracket: false,
    literalHyphen: false,
  };
  const result = readClassSet(reader, start);
  const source = pattern.slice(start, result.end);
  try {
    new RegExp(source, 'v');
  } catch {
    fail(
      start,
      'a malformed class of flag v',
      'escape ( ) [ ] { } / - | and doubled punctuation inside of it',
    );
  }
  return { ranges: result.ranges, strings: [...result.strings], end: result.end };
}
