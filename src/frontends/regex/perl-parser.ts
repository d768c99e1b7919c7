import { ANY_CHAR, intersectRanges, invertRanges } from '../char-ranges.js';
import type { ProgramBuilder } from '../program-builder.js';
import type { CharRange } from '../program-format.js';
import { ANY_BYTE, utf8Sequences } from '../utf8-sequences.js';
import { foldCase } from './case-folding.js';
import { type ClassMember, type ClassReader, readClassSet } from './class-sets.js';
import { createPatternNodes, type PatternNodes } from './pattern-nodes.js';
import { NEWLINE, type PerlDialect, perlClass, posixClass } from './perl-classes.js';
import { type PerlEscape, readPerlEscape, setOf } from './perl-escapes.js';
import { type GroupFlags, type GroupOpening, readGroupOpening } from './perl-groups.js';
import type { RegexNode } from './regex-tree.js';

export interface PerlSyntax extends GroupFlags {
  readonly dialect: PerlDialect;
  /** PCRE's flag D: `$` does not hold before a last line end. */
  readonly dollarEndOnly: boolean;
  /** Rust: the alphabet is bytes, and without flag u bytes are read. */
  readonly bytes: boolean;
}

interface Frame {
  readonly start: number;
  readonly opening: GroupOpening;
  /** In force again behind the group. */
  readonly flagsBefore: GroupFlags;
  readonly alternatives: number[];
  items: number[];
}

const BRACES: Readonly<Record<PerlDialect, RegExp>> = {
  rust: /\{[ \t\n]*(\d*)[ \t\n]*(?:(,)[ \t\n]*(\d*)[ \t\n]*)?\}/y,
  pcre: /\{[ \t]*(\d*)[ \t]*(?:(,)[ \t]*(\d*)[ \t]*)?\}/y,
  xgrammar: /\{(\d+)(?:(,)(\d*))?\}/y,
};
const CLASS_OPERATORS = ['&&', '--', '~~'];
const LAST_ASCII = 0x7f;
const RETURN: readonly CharRange[] = [[0x0d, 0x0d]];

/**
 * Parses a pattern of a dialect that comes from Perl: Rust's regex, PCRE2, XGrammar. `SYNTAX` as its engine would refuse it;
 * `UNSUPPORTED` for what no regular expression over whole texts can hold, once the rest has proved to be well-formed.
 */
export function parsePerlRegex(builder: ProgramBuilder, pattern: string, syntax: PerlSyntax): RegexNode[] {
  const { dialect, bytes } = syntax;
  const tree: PatternNodes = createPatternNodes(builder, pattern);
  const { add, nothing, closeAlternative, refuse } = tree;
  const fail: PatternNodes['fail'] = tree.fail;
  const names = new Set<string>();
  let flags: GroupFlags = syntax;
  let at = 0;
  const stack: Frame[] = [
    { start: 0, opening: { kind: 'group', end: 0 }, flagsBefore: syntax, alternatives: [], items: [] },
  ];

  const top = (): Frame => stack[stack.length - 1] as Frame;
  const fold = (ranges: readonly CharRange[]): readonly CharRange[] =>
    flags.ignoreCase
      ? foldCase(ranges, dialect !== 'xgrammar' && (flags.unicode || dialect === 'pcre'))
      : ranges;
  const spelledSets = new Map<string, number>();
  const readsBytes = (): boolean => bytes && !flags.unicode;
  /** One character of a set; one byte of it, or the UTF-8 of a character, where the alphabet is bytes. */
  function chars(ranges: readonly CharRange[]): number {
    if (!bytes) return tree.chars(ranges);
    if (!flags.unicode) return tree.chars(intersectRanges(ranges, ANY_BYTE));
    // A set of characters may be a thousand sequences of bytes: once is enough.
    const key = JSON.stringify(ranges);
    let node = spelledSets.get(key);
    if (node === undefined) {
      const spelled = utf8Sequences(ranges).map((sequence) => joined(sequence.map((range) => [range])));
      node = spelled.length === 1 ? (spelled[0] as number) : add({ kind: 'union', parts: spelled });
      spelledSets.set(key, node);
    }
    return node;
  }
  function joined(sets: readonly (readonly CharRange[])[]): number {
    const parts = sets.map(tree.chars);
    return parts.length === 1 ? (parts[0] as number) : add({ kind: 'concat', parts });
  }
  function single(point: number, isByte = false): number {
    if (!readsBytes() || isByte || point <= LAST_ASCII) return chars(fold([[point, point]]));
    return joined(utf8Sequences([[point, point]]).flatMap((sequence) => sequence.map((range) => [range])));
  }
  const look = (ahead: boolean, negated: boolean, body: number, offset: number): number =>
    add({ kind: 'look', ahead, negated, body, at: offset });

  function start(offset: number): number {
    if (dialect === 'xgrammar') return nothing();
    if (!flags.multiline) return add({ kind: 'start', lines: false });
    if (flags.crlf) {
      const behind = look(false, false, chars(NEWLINE), offset);
      const between = look(true, true, chars(NEWLINE), offset);
      const alone = add({ kind: 'concat', parts: [look(false, false, chars(RETURN), offset), between] });
      return add({ kind: 'union', parts: [add({ kind: 'start', lines: false }), behind, alone] });
    }
    const newline = look(true, false, nothing(), offset);
    const before = look(false, false, chars(NEWLINE), offset);
    // PCRE does not count the line that a last line end would begin.
    const inside =
      dialect === 'pcre' ? look(true, true, add({ kind: 'end', lines: false }), offset) : newline;
    const line = add({ kind: 'concat', parts: [before, inside] });
    return add({ kind: 'union', parts: [add({ kind: 'start', lines: false }), line] });
  }
  function end(offset: number, lineEnd: boolean, lines: boolean): number {
    if (dialect === 'xgrammar') return nothing();
    // Behind it there is nothing that could be the last line end.
    const isLast = at >= pattern.length || (stack.length === 1 && pattern[at] === '|');
    if (!lines && (!lineEnd || isLast)) return add({ kind: 'end', lines: false });
    if (lines && flags.crlf) {
      const unpaired = look(false, true, chars(RETURN), offset);
      const alone = add({ kind: 'concat', parts: [unpaired, look(true, false, chars(NEWLINE), offset)] });
      const last = add({ kind: 'end', lines: false });
      return add({ kind: 'union', parts: [last, look(true, false, chars(RETURN), offset), alone] });
    }
    const newline = chars(NEWLINE);
    const stop = add({ kind: 'end', lines: false });
    const beforeEnd = lines ? newline : add({ kind: 'concat', parts: [newline, stop] });
    const other = lines ? stop : add({ kind: 'end', lines: false });
    return look(true, false, add({ kind: 'union', parts: [beforeEnd, other] }), offset);
  }

  /** The offset behind white space and comments that flag x leaves out. */
  function skipBlank(from: number): number {
    if (!flags.verbose) return from;
    const blank = /\s+|#[^\n]*/y;
    blank.lastIndex = from;
    while (blank.test(pattern)) from = blank.lastIndex;
    return from;
  }

  function readQuantifier(): { min: number; max: number | undefined; end: number } | undefined {
    switch (pattern[at]) {
      case '*':
        return { min: 0, max: undefined, end: at + 1 };
      case '+':
        return { min: 1, max: undefined, end: at + 1 };
      case '?':
        return { min: 0, max: 1, end: at + 1 };
      case '{': {
        const braces = BRACES[dialect];
        braces.lastIndex = at;
        const found = braces.exec(pattern);
        if (found === null || (found[1] === '' && !found[3])) return undefined;
        const min = Number(found[1]);
        const max = found[2] === undefined ? min : found[3] === '' ? undefined : Number(found[3]);
        if (max !== undefined && max < min) fail(at, 'the numbers of a quantifier are out of order');
        return { min, max, end: at + found[0].length };
      }
      default:
        return undefined;
    }
  }

  /** Adds a term with the quantifiers that may follow it. */
  function item(term: number): void {
    let node = term;
    for (;;) {
      at = skipBlank(at);
      const quantifier = readQuantifier();
      if (quantifier === undefined) break;
      const { min, max } = quantifier;
      const from = at;
      at = quantifier.end;
      // Greedy or lazy: the language is the same.
      if (pattern[at] === '?') at += 1;
      else if (pattern[at] === '+' && dialect === 'pcre') {
        refuse(at, 'a possessive quantifier', 'leave the + out: the whole text is matched');
        at += 1;
      }
      node = add({ kind: 'repeat', body: node, min, max, at: from });
      if (dialect === 'rust') continue;
      if (readQuantifier() !== undefined)
        fail(at, 'nothing to repeat: a quantifier stands before it', 'use (?:…)');
      break;
    }
    if (pattern[at] === '{' && dialect !== 'pcre') {
      fail(at, 'an incomplete quantifier', 'write \\{ for the character, or {2}, {2,}, {2,5}');
    }
    top().items.push(node);
  }

  function openGroup(): void {
    const opening = readGroupOpening({ pattern, dialect, flags, bytes, names, fail, refuse }, at);
    const { kind, end: behind, flags: own } = opening;
    if (kind === 'flags') flags = own ?? flags;
    else if (kind !== 'comment') {
      stack.push({ start: at, opening, flagsBefore: flags, alternatives: [], items: [] });
      flags = own ?? flags;
    }
    at = behind;
  }

  function closeGroup(): void {
    if (stack.length === 1) fail(at, 'a ) without its (', 'write \\) for the character');
    const frame = stack.pop() as Frame;
    at += 1;
    const body = tree.closeGroup(frame);
    flags = frame.flagsBefore;
    const { kind, negated = false } = frame.opening;
    item(kind === 'group' ? body : look(kind === 'lookAhead', negated, body, frame.start));
  }

  function escaped(): void {
    const offset = at;
    const found = readPerlEscape({ pattern, dialect, unicode: flags.unicode }, at, false);
    at = found.end;
    if (found.kind === 'text') {
      const points = Array.from(found.text, (char) => char.codePointAt(0) as number);
      // A quantifier behind the text is one of its last character.
      points.forEach((point, index) => {
        if (index === points.length - 1) item(single(point));
        else top().items.push(single(point));
      });
      return;
    }
    item(escapeNode(found, offset));
  }
  function escapeNode(found: Exclude<PerlEscape, { kind: 'text' }>, offset: number): number {
    switch (found.kind) {
      case 'char':
        refuseByte(found, offset);
        return single(found.point, found.isByte);
      case 'set':
        if (found.isUnicode === true && readsBytes()) return beyondBytes(offset, 'a Unicode property');
        return chars(setOf(fold(found.ranges), found.negated));
      case 'start':
        return add({ kind: 'start', lines: false });
      case 'end':
        return end(offset, false, false);
      case 'lineEnd':
        return end(offset, true, false);
      case 'border':
        if (bytes && flags.unicode)
          refuse(offset, 'a word border of characters beyond ASCII among bytes', 'write (?-u:\\b)');
        if (dialect === 'xgrammar')
          refuse(offset, 'a word border', "use the dialect 'ecmascript', which has it");
        return add({
          kind: 'wordBorder',
          negated: found.negated,
          word: fold(perlClass('w', dialect, flags.unicode)),
        });
      case 'wordStart':
      case 'wordEnd': {
        const begins = found.kind === 'wordStart';
        const word = (): number => chars(fold(perlClass('w', dialect, flags.unicode)));
        if (bytes && flags.unicode)
          refuse(offset, 'a word border of characters beyond ASCII among bytes', 'write (?-u:\\b{start})');
        // The side on which no word may stand, and the one on which it must.
        const outside = look(!begins, true, word(), offset);
        if (found.isHalf) return outside;
        const inside = look(begins, false, word(), offset);
        return add({ kind: 'concat', parts: begins ? [outside, inside] : [inside, outside] });
      }
      case 'refused':
        refuse(offset, found.what, found.hint);
        return nothing();
    }
  }

  /** Without flag u, `\xFF` is a byte, which no text of characters has alone. */
  function refuseByte(
    { point, isByte }: { readonly point: number; readonly isByte?: boolean },
    offset: number,
  ): void {
    if (dialect !== 'rust' || bytes || flags.unicode || isByte !== true || point <= LAST_ASCII) return;
    refuse(offset, 'a byte that is no text', 'write the character, as \\u{FF} with flag u');
  }

  /** As Rust refuses it. */
  function beyondBytes(offset: number, what: string): never {
    return fail(
      offset,
      `${what}, where patterns read bytes`,
      'write bytes, as \\xC3, or (?u: … ) around what reads characters',
    );
  }
  function classMember(from: number): ClassMember {
    const point = pattern.codePointAt(from) as number;
    const found: PerlEscape =
      point === 0x5c
        ? readPerlEscape({ pattern, dialect, unicode: flags.unicode }, from, true)
        : { kind: 'char', point, end: from + (point > 0xffff ? 2 : 1) };
    switch (found.kind) {
      case 'char':
        refuseByte(found, from);
        if (readsBytes() && found.point > LAST_ASCII && found.isByte !== true)
          return beyondBytes(from, 'a character beyond ASCII in a class');
        return { point: found.point, end: found.end };
      case 'set':
        if (found.isUnicode === true && readsBytes()) return beyondBytes(from, 'a Unicode property');
        return { ranges: setOf(fold(found.ranges), found.negated), end: found.end };
      case 'text': {
        const ranges = Array.from(found.text, (char): CharRange => {
          const value = char.codePointAt(0) as number;
          return [value, value];
        });
        return { ranges, end: found.end };
      }
      default:
        return fail(from, 'no character of a class');
    }
  }
  function characterClass(): void {
    const reader: ClassReader = {
      pattern,
      step: builder.step,
      member: classMember,
      fold,
      fail,
      nested: dialect !== 'pcre',
      operators: dialect === 'pcre' ? [] : CLASS_OPERATORS,
      posix: (name, offset) =>
        posixClass(name) ??
        (dialect === 'rust'
          ? undefined
          : fail(offset, `no class is named [:${name}:]`, 'as in [[:alpha:]], [[:digit:]]')),
      literalBracket: true,
      literalHyphen: dialect === 'pcre',
      skip: dialect === 'pcre' ? undefined : skipBlank,
    };
    if (
      dialect === 'pcre' &&
      flags.unicode &&
      /\[:\^?[a-z]+:\]/.test(pattern.slice(at, pattern.indexOf(']', at + 2) + 2))
    ) {
      refuse(at, '[:name:] under flag u', 'write \\p{L}, \\p{Nd} and their like');
    }
    const { ranges, end: behind } = readClassSet(reader, at);
    at = behind;
    item(chars(ranges));
  }

  function dot(): number {
    return chars(flags.dotAll ? ANY_CHAR : invertRanges(flags.crlf ? [...NEWLINE, ...RETURN] : NEWLINE));
  }

  for (;;) {
    builder.step();
    at = skipBlank(at);
    if (at >= pattern.length) break;
    const char = pattern[at] as string;
    const offset = at;
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
        at += 1;
        item(start(offset));
        break;
      case '$':
        at += 1;
        item(end(offset, dialect === 'pcre' && !syntax.dollarEndOnly, flags.multiline));
        break;
      case '.':
        at += 1;
        item(dot());
        break;
      case '[':
        characterClass();
        break;
      case '\\':
        escaped();
        break;
      default: {
        const isQuantifier = '*+?'.includes(char) || (char === '{' && readQuantifier() !== undefined);
        if (isQuantifier || (char === '{' && dialect !== 'pcre')) {
          fail(at, `nothing to repeat before ${char}`, `write \\${char} for the character`);
        }
        const point = pattern.codePointAt(at) as number;
        if (point >= 0xd800 && point <= 0xdfff) fail(at, 'half of a surrogate pair is no character');
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
