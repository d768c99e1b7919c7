import { ANY_CHAR, invertRanges } from '../char-ranges.js';
import type { ProgramBuilder } from '../program-builder.js';
import type { CharRange } from '../program-format.js';
import { foldCase } from './case-folding.js';
import { createPatternNodes, type PatternNodes } from './pattern-nodes.js';
import { classEscape, NOT_LINE_TERMINATOR, WORD } from './regex-classes.js';
import { decodeGroupName, type EscapeContext, readEscape } from './regex-escapes.js';
import type { RegexNode } from './regex-tree.js';
import { ignoreCase } from './unicode-properties.js';
import { readUnicodeSet } from './unicode-sets.js';

export interface RegexFlags {
  /** Flag s: `.` matches line ends too. */
  readonly dotAll: boolean;
  /** Flag i. */
  readonly ignoreCase: boolean;
  /** Flag m: `^` and `$` hold at line ends too. */
  readonly multiline: boolean;
}

export interface RegexSyntax extends RegexFlags {
  /** The grammar of Annex B, for patterns without flag u. Characters are code points all the same. */
  readonly annexB: boolean;
  /** Flag v. */
  readonly unicodeSets: boolean;
}

const BRACES = /\{([0-9]+)(?:(,)([0-9]*))?\}/y;

/** An open group, or the whole pattern. */
interface Frame {
  readonly start: number;
  readonly kind: 'pattern' | 'group' | 'lookAhead' | 'lookBehind';
  readonly flags: RegexFlags;
  /** The number of a capturing group. */
  readonly group: number | undefined;
  readonly negated: boolean;
  readonly alternatives: number[];
  items: number[];
}

/**
 * Parses an ECMA-262 pattern. `SYNTAX` as an engine would refuse it; `UNSUPPORTED` for the first construct that no regular
 * expression over whole texts can hold, once the rest has proved to be well-formed.
 */
export function parseRegex(builder: ProgramBuilder, pattern: string, syntax: RegexSyntax): RegexNode[] {
  const { annexB } = syntax;
  const tree: PatternNodes = createPatternNodes(builder, pattern);
  const { add, nothing, chars, closeAlternative, refuse } = tree;
  const fail: PatternNodes['fail'] = tree.fail;
  const stack: Frame[] = [
    {
      start: 0,
      kind: 'pattern',
      flags: syntax,
      group: undefined,
      negated: false,
      alternatives: [],
      items: [],
    },
  ];
  const context = scanGroups(pattern, annexB);
  const seenNames = new Set<string>();
  const closedGroups = new Set<number>();
  let groups = 0;
  let at = 0;

  const top = (): Frame => stack[stack.length - 1] as Frame;
  /** The characters of an atom that ends at `at`, as it is written from `start` on. */
  const atom = (start: number, ranges: readonly CharRange[]): number =>
    chars(top().flags.ignoreCase ? ignoreCase(pattern.slice(start, at), ranges, !annexB) : ranges);
  const single = (point: number): number => {
    if (!top().flags.ignoreCase) return chars([[point, point]]);
    const digits = point.toString(16);
    const written = annexB ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
    return chars(
      annexB && point > 0xffff ? [[point, point]] : ignoreCase(written, [[point, point]], !annexB),
    );
  };

  type Opening = Pick<Frame, 'kind' | 'negated' | 'flags'> & { length: number; captures: boolean };
  const opening = (
    kind: Frame['kind'],
    negated: boolean,
    length: number,
    captures = false,
    flags = top().flags,
  ): Opening => ({ kind, negated, flags, length, captures });

  /** What the parenthesis at `at` opens, and how many characters that takes. */
  function groupOpening(): Opening {
    const { flags } = top();
    if (pattern[at + 1] !== '?') return opening('group', false, 1, true);
    const mark = pattern.slice(at + 2, at + 4);
    if (mark.startsWith(':')) return opening('group', false, 3);
    if (mark.startsWith('=') || mark.startsWith('!')) return opening('lookAhead', mark.startsWith('!'), 3);
    if (mark === '<=' || mark === '<!') return opening('lookBehind', mark === '<!', 4);
    if (mark.startsWith('<')) {
      const close = pattern.indexOf('>', at);
      const name = close < 0 ? undefined : decodeGroupName(pattern.slice(at + 3, close));
      if (name === undefined) fail(at, 'a group has an invalid name');
      if (seenNames.has(name)) fail(at, `two groups have the name ${name}`);
      seenNames.add(name);
      return opening('group', false, close + 1 - at, true);
    }
    const modifiers = /^\(\?([ims]*)(?:-([ims]*))?:/.exec(pattern.slice(at, at + 12));
    const [all = '', on = '', off = ''] = modifiers ?? [];
    const letters = on + off;
    if (modifiers === null || letters === '' || new Set(letters).size < letters.length) {
      fail(at, 'an invalid group', 'write (?: for a group, (?i: for one that ignores case');
    }
    const set = (letter: string, before: boolean): boolean =>
      on.includes(letter) || (before && !off.includes(letter));
    const own: RegexFlags = {
      ignoreCase: set('i', flags.ignoreCase),
      multiline: set('m', flags.multiline),
      dotAll: set('s', flags.dotAll),
    };
    return opening('group', false, all.length, false, own);
  }

  function openGroup(): void {
    const { kind, negated, flags, length, captures } = groupOpening();
    if (captures) groups += 1;
    const group = captures ? groups : undefined;
    stack.push({ start: at, kind, flags, group, negated, alternatives: [], items: [] });
    at += length;
  }

  function closeGroup(): void {
    if (stack.length === 1) fail(at, 'a ) without its (', 'write \\) for the character');
    const frame = stack.pop() as Frame;
    at += 1;
    const body = tree.closeGroup(frame);
    if (frame.kind === 'group') {
      if (frame.group !== undefined) closedGroups.add(frame.group);
      item(body);
      return;
    }
    const ahead = frame.kind === 'lookAhead';
    const node = add({ kind: 'look', ahead, negated: frame.negated, body, at: frame.start });
    item(node, annexB && ahead);
  }

  /** A quantifier at `at`; undefined if there is none, or only a brace that Annex B takes literally. */
  function readQuantifier(): { min: number; max: number | undefined; end: number } | undefined {
    switch (pattern[at]) {
      case '*':
        return { min: 0, max: undefined, end: at + 1 };
      case '+':
        return { min: 1, max: undefined, end: at + 1 };
      case '?':
        return { min: 0, max: 1, end: at + 1 };
      case '{': {
        BRACES.lastIndex = at;
        const braces = BRACES.exec(pattern);
        if (braces === null) return undefined;
        const min = Number(braces[1]);
        const max = braces[2] === undefined ? min : braces[3] === '' ? undefined : Number(braces[3]);
        if (max !== undefined && max < min) fail(at, 'the numbers of a quantifier are out of order');
        return { min, max, end: at + braces[0].length };
      }
      default:
        return undefined;
    }
  }

  /** Adds a term with the quantifier that may follow it. */
  function item(node: number, quantifiable = true): void {
    const quantifier = readQuantifier();
    if (quantifier === undefined) {
      if (pattern[at] === '{' && !annexB) {
        fail(at, 'an incomplete quantifier', 'write \\{ for the character, or {2}, {2,}, {2,5}');
      }
      top().items.push(node);
      return;
    }
    if (!quantifiable) fail(at, 'nothing to repeat: an assertion takes no quantifier');
    const { min, max } = quantifier;
    const start = at;
    at = quantifier.end;
    // Greedy or lazy: the language is the same.
    if (pattern[at] === '?') at += 1;
    top().items.push(add({ kind: 'repeat', body: node, min, max, at: start }));
  }

  function backslash(): void {
    const start = at;
    const letter = pattern[at + 1] ?? '';
    const set = classEscape(letter);
    if (set !== undefined) {
      at += 2;
      item(atom(start, set));
      return;
    }
    if (letter === 'b' || letter === 'B') {
      at += 2;
      const word = top().flags.ignoreCase ? ignoreCase('\\w', WORD, !annexB) : WORD;
      item(add({ kind: 'wordBorder', negated: letter === 'B', word }), false);
      return;
    }
    const result = readEscape(context, at, false);
    at = result.end;
    if (result.kind === 'char') item(single(result.point));
    else if (result.kind === 'set') item(propertyNode(start, letter, result.ranges));
    else {
      // A group that has not been matched up to here stands for the empty text. A look-behind matches backwards.
      const backwards = stack.some((frame) => frame.kind === 'lookBehind');
      if (backwards || closedGroups.has(result.group)) {
        refuse(start, 'a back-reference', 'write the alternatives out');
      }
      item(nothing());
    }
  }

  /** Flag v folds what `\P` names before it takes the rest, flag u the rest itself. */
  function propertyNode(start: number, letter: string, ranges: readonly CharRange[]): number {
    if (letter !== 'P' || !syntax.unicodeSets || !top().flags.ignoreCase) return atom(start, ranges);
    return chars(invertRanges(foldCase(invertRanges(ranges), true)));
  }

  /** One member of a class: a single code point, or a set that cannot end a range. */
  function classMember(): { point: number } | { ranges: readonly CharRange[] } {
    const point = pattern.codePointAt(at);
    if (point !== 0x5c) {
      at += point !== undefined && point > 0xffff ? 2 : 1;
      return { point: point as number };
    }
    const letter = pattern[at + 1] ?? '';
    const ranges = classEscape(letter);
    if (ranges !== undefined || letter === 'b') {
      at += 2;
      return ranges === undefined ? { point: 8 } : { ranges };
    }
    const result = readEscape(context, at, true);
    at = result.end;
    if (result.kind === 'char') return { point: result.point };
    return { ranges: result.kind === 'set' ? result.ranges : [] };
  }

  /** A class of flag v: its characters, and its texts. */
  function unicodeSet(): void {
    const { ranges, strings, end } = readUnicodeSet(context, at, top().flags.ignoreCase, builder.step);
    at = end;
    const characters = chars(ranges);
    if (strings.length === 0) {
      item(characters);
      return;
    }
    const texts = strings.map((text) => {
      const points = Array.from(text, (char) => char.codePointAt(0) as number);
      return add({ kind: 'concat', parts: points.map((point) => chars([[point, point]])) });
    });
    item(add({ kind: 'union', parts: [...texts, characters] }));
  }

  function characterClass(): void {
    if (syntax.unicodeSets) {
      unicodeSet();
      return;
    }
    const start = at;
    at += 1;
    const negated = pattern[at] === '^';
    if (negated) at += 1;
    const ranges: CharRange[] = [];
    const addMember = (member: ReturnType<typeof classMember>): void => {
      if ('point' in member) ranges.push([member.point, member.point]);
      else for (const range of member.ranges) ranges.push(range);
    };
    for (;;) {
      builder.step();
      if (at >= pattern.length) fail(start, 'a [ without its ]', 'write \\[ for the character');
      if (pattern[at] === ']') break;
      const memberAt = at;
      const low = classMember();
      if (pattern[at] !== '-' || at + 1 >= pattern.length || pattern[at + 1] === ']') {
        addMember(low);
        continue;
      }
      at += 1;
      const high = classMember();
      if ('point' in low && 'point' in high) {
        if (low.point > high.point) fail(memberAt, 'a range in a character class is out of order');
        ranges.push([low.point, high.point]);
      } else {
        if (!annexB) fail(memberAt, 'a class escape cannot end a range', 'write \\- for the character -');
        addMember(low);
        ranges.push([0x2d, 0x2d]);
        addMember(high);
      }
    }
    at += 1;
    item(atom(start, negated ? invertRanges(ranges) : ranges));
  }

  while (at < pattern.length) {
    builder.step();
    const char = pattern[at] as string;
    switch (char) {
      case '(':
        openGroup();
        break;
      case ')':
        closeGroup();
        break;
      case '|':
        closeAlternative(top());
        at += 1;
        break;
      case '^':
      case '$':
        at += 1;
        item(add({ kind: char === '^' ? 'start' : 'end', lines: top().flags.multiline }), false);
        break;
      case '.':
        at += 1;
        item(chars(top().flags.dotAll ? ANY_CHAR : NOT_LINE_TERMINATOR));
        break;
      case '[':
        characterClass();
        break;
      case '\\':
        backslash();
        break;
      default: {
        const noAtom = '*+?'.includes(char) || (char === '{' && (!annexB || readQuantifier() !== undefined));
        if (noAtom) fail(at, `nothing to repeat before ${char}`, `write \\${char} for the character`);
        if ((char === ']' || char === '}') && !annexB) {
          fail(at, `a ${char} without its opening bracket`, `write \\${char} for the character`);
        }
        const point = pattern.codePointAt(at) as number;
        at += point > 0xffff ? 2 : 1;
        item(single(point));
      }
    }
  }
  const open = top();
  if (stack.length > 1) fail(open.start, 'a ( without its )', 'write \\( for the character');
  tree.closeGroup(open);
  return tree.finish();
}

/** Counts and names the groups ahead of parsing: references may stand before their group. */
function scanGroups(pattern: string, annexB: boolean): EscapeContext {
  let groupCount = 0;
  let inClass = false;
  const groupNames = new Map<string, number>();
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === '\\') at += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '(' && !inClass) {
      const named = pattern.startsWith('?<', at + 1) && !/[=!]/.test(pattern[at + 3] ?? '');
      if (named || pattern[at + 1] !== '?') groupCount += 1;
      if (named) {
        const close = pattern.indexOf('>', at);
        const name = close < 0 ? undefined : decodeGroupName(pattern.slice(at + 3, close));
        if (name !== undefined) groupNames.set(name, groupCount);
      }
    }
  }
  return { pattern, annexB, groupCount, groupNames };
}
