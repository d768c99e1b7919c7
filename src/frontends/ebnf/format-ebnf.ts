import { GrammaskError } from '../../errors.js';
import { createBuildBudget } from '../build-budget.js';
import type { GrammarLimits } from '../program-format.js';
import { type Lexeme, lexemesOf } from './ebnf-lexemes.js';
import { type EbnfDialect, ebnfProgram } from './ebnf-program.js';

const WIDTH = 100;
const INDENT = 2;
/** Deeper brackets are not indented further: the text would grow with the square of their depth. */
const MAX_INDENT = 20 * INDENT;

/**
 * A grammar in canonical layout. Comments, names, texts and sets stay as they are written; only blanks and line ends change.
 *
 * A rule stands on one line if it fits into 100 columns. Otherwise each alternative has a line of its own, indented by two
 * spaces (at most 40 in all), with the `|` at its end, where llama.cpp wants it; groups that do not fit are broken in the same way. Between
 * rules at most one blank line stays. A second run changes nothing.
 *
 * @throws {GrammaskError} `SYNTAX` for what is no grammar; `DEADLINE` and `MEMORY` past the limits; `ARGUMENT`
 */
export function formatEbnf(
  source: string,
  options: { readonly dialect?: EbnfDialect | undefined; readonly limits?: GrammarLimits | undefined } = {},
): string {
  if (typeof source !== 'string') throw new GrammaskError('ARGUMENT', 'a grammar is a string');
  const budget = createBuildBudget(options.limits);
  const lexemes = lexemesOf(source, budget);
  checkSyntax(source, lexemes, options);
  const text = layOut(lexemes);
  const after = lexemesOf(text, budget);
  const isSame =
    after.length === lexemes.length &&
    after.every(({ kind, text }, i) => kind === lexemes[i]?.kind && text === canonical(lexemes[i] as Lexeme));
  if (!isSame) throw new Error('the layout changed the grammar');
  return text;
}

/** A wrong grammar is not laid out; one that only cannot be enforced is. */
function checkSyntax(
  source: string,
  lexemes: readonly Lexeme[],
  options: { readonly dialect?: EbnfDialect | undefined; readonly limits?: GrammarLimits | undefined },
): void {
  const root = lexemes.find(({ kind }) => kind === 'name')?.text;
  if (root === undefined && lexemes.every(({ kind }) => kind === 'comment')) return;
  try {
    ebnfProgram(source, { root, dialect: options.dialect, limits: options.limits });
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.code !== 'UNSUPPORTED') throw error;
  }
}

/** How a piece is written: as it was, but for blanks in a repetition and behind a comment. */
function canonical({ kind, text }: Lexeme): string {
  if (kind === 'repeat') return text.replace(/[ \t]+/g, '');
  return kind === 'comment' ? text.trimEnd() : text;
}

interface Frame {
  readonly indent: number;
  readonly isBroken: boolean;
}

function layOut(lexemes: readonly Lexeme[]): string {
  const lines: string[] = [];
  for (let at = 0; at < lexemes.length; ) {
    const first = lexemes[at] as Lexeme;
    if (first.lineEnds > 1 && lines.length > 0) lines.push('');
    if (first.kind === 'comment') {
      // Behind a rule, on its line, or on a line of its own.
      if (first.lineEnds === 0 && lines.length > 0) lines.push(`${lines.pop()} ${canonical(first)}`);
      else lines.push(canonical(first));
      at += 1;
      continue;
    }
    const end = endOfRule(lexemes, at);
    for (const line of layOutRule(lexemes.slice(at, end))) lines.push(line);
    at = end;
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Where the next rule begins, or the comments that stand before it. */
function endOfRule(lexemes: readonly Lexeme[], from: number): number {
  let end = from + 1;
  for (let at = from + 1; at < lexemes.length; at++) {
    if (lexemes[at]?.kind === '::=' && at > from + 2) {
      const name = lexemes[at - 1]?.kind === 'options' ? at - 2 : at - 1;
      if (name > from) return withoutComments(lexemes, from, name);
    }
    end = at + 1;
  }
  return withoutComments(lexemes, from, end);
}

function withoutComments(lexemes: readonly Lexeme[], from: number, end: number): number {
  let last = end;
  while (last > from + 1 && lexemes[last - 1]?.kind === 'comment') last -= 1;
  return last;
}

function layOutRule(rule: readonly Lexeme[]): string[] {
  const widths = flatWidths(rule);
  const closers = closersOf(rule);
  const isBroken = (widths.at(-1) as number) > WIDTH || rule.some(({ kind }) => kind === 'comment');
  const lines: string[] = [];
  const comments = commentsBefore(rule);
  let line = '';
  /** Nothing but the indent stands on the line. */
  let isBlank = true;
  const frames: Frame[] = [{ indent: isBroken ? INDENT : 0, isBroken }];
  const endLine = (next: number): void => {
    if (!isBlank) lines.push(line.trimEnd());
    line = ' '.repeat(next);
    isBlank = true;
  };
  rule.forEach((lexeme, index) => {
    const { kind } = lexeme;
    const frame = frames.at(-1) as Frame;
    const text = canonical(lexeme);
    if (kind === 'comment') {
      if (lexeme.lineEnds > 0) endLine(frame.indent);
      else if (isBlank && lines.length > 0) {
        // It stood behind what just ended its line.
        lines.push(`${lines.pop()} ${text}`);
        return;
      }
      line += `${isBlank ? '' : ' '}${text}`;
      isBlank = false;
      endLine(frame.indent);
      return;
    }
    if (kind === ')' && frames.length > 1) {
      frames.pop();
      if (frame.isBroken) endLine((frames.at(-1) as Frame).indent);
    }
    if (!isBlank && isSpaced(rule[index - 1] as Lexeme, lexeme)) line += ' ';
    line += text;
    isBlank = false;
    if (kind === '::=' && isBroken) endLine(INDENT);
    else if (kind === '|' && (frames.at(-1) as Frame).isBroken) endLine((frames.at(-1) as Frame).indent);
    else if (kind === '(') {
      const closer = closers[index] ?? rule.length - 1;
      const width = (widths[closer] as number) - (widths[index] as number);
      const hasComment = comments[closer] !== comments[index];
      const breaks = frame.isBroken && (hasComment || line.length + width > WIDTH);
      const inner = breaks ? Math.min(frame.indent + INDENT, MAX_INDENT) : frame.indent;
      frames.push({ indent: inner, isBroken: breaks });
      if (breaks) endLine(inner);
    }
  });
  endLine(0);
  return lines;
}

/** For each piece, how many comments stand before it. */
function commentsBefore(rule: readonly Lexeme[]): number[] {
  let count = 0;
  return rule.map(({ kind }) => (kind === 'comment' ? count++ : count));
}

/** For each piece, the width of the line up to its end if all of it stood on one. */
function flatWidths(rule: readonly Lexeme[]): number[] {
  let width = 0;
  return rule.map((lexeme, index) => {
    const before = rule[index - 1];
    width += (before !== undefined && isSpaced(before, lexeme) ? 1 : 0) + canonical(lexeme).length;
    return width;
  });
}

function closersOf(rule: readonly Lexeme[]): (number | undefined)[] {
  const closers = new Array<number | undefined>(rule.length);
  const open: number[] = [];
  rule.forEach(({ kind }, index) => {
    if (kind === '(') open.push(index);
    else if (kind === ')') {
      const opener = open.pop();
      if (opener !== undefined) closers[opener] = index;
    }
  });
  return closers;
}

function isSpaced(before: Lexeme, lexeme: Lexeme): boolean {
  if (before.kind === '(') return before.text === '(=';
  if (before.kind === '~' || before.kind === '=' || lexeme.kind === '=') return false;
  if (lexeme.kind === ')' || lexeme.kind === ',' || lexeme.kind === 'repeat' || lexeme.kind === 'options') {
    return false;
  }
  // A macro has its arguments right behind its name.
  if (lexeme.kind === '(' && before.kind === 'name') return lexeme.isApart;
  return true;
}
