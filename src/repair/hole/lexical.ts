import type { Terminal } from './terminals.js';
import { IDENTIFIER, RESERVED, TYPE_WORDS } from './words.js';

/** Regular expressions of ECMAScript, with the flag u, for what the grammar of a hole reads as one symbol. */

const DIGITS = '[0-9](?:_?[0-9])*';
const EXPONENT = `[eE][+\\-]?${DIGITS}`;
const LINE_ENDS = '\\n\\r\\u2028\\u2029';
/** A line end; CR LF is two of them. */
const LINE = `[${LINE_ENDS}]`;
export const BLANK = '[\\t\\v\\f\\ufeff\\p{Zs}]';
const LINE_COMMENT = `\\/\\/[^${LINE_ENDS}]*`;
const COMMENT = '\\/\\*(?:[^*]|\\*+[^*\\/])*\\*+\\/';
const COMMENT_IN_LINE = `\\/\\*(?:[^*${LINE_ENDS}]|\\*+[^*\\/${LINE_ENDS}])*\\*+\\/`;
const COMMENT_OVER_LINES = `\\/\\*(?:[^*${LINE_ENDS}]|\\*+[^*\\/${LINE_ENDS}])*\\**${LINE}(?:[^*]|\\*+[^*\\/])*\\*+\\/`;

export interface Pattern {
  readonly source: string;
  /** Texts that it does not match. */
  readonly except?: readonly string[];
}

const text = (source: string): Pattern => ({ source });
export const quoted = (literal: string): string => literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const RESERVED_TYPES = [...RESERVED].filter((word) => !TYPE_WORDS.has(word));

/** What a terminal matches. */
export function patternOf(terminal: Terminal): Pattern {
  switch (terminal.kind) {
    case 'words':
      return text(terminal.words.map(quoted).join('|'));
    case 'punctuators':
      return text(terminal.texts.map(quoted).join('|'));
    case 'value':
    case 'plain':
      return { source: IDENTIFIER, except: [...RESERVED] };
    case 'type':
      return { source: IDENTIFIER, except: RESERVED_TYPES };
    case 'member':
    case 'name':
      return text(IDENTIFIER);
    case 'private':
      return text(`#${IDENTIFIER}`);
    case 'integer':
      return text(DIGITS);
    case 'fraction':
      return text(`\\.${DIGITS}(?:${EXPONENT})?`);
    case 'number':
      return text(
        [
          `${DIGITS}(?:\\.(?:${DIGITS})?(?:${EXPONENT})?|${EXPONENT}|n)`,
          '0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*n?',
          '0[oO][0-7](?:_?[0-7])*n?',
          '0[bB][01](?:_?[01])*n?',
        ].join('|'),
      );
    case 'string':
      return text(`"${stringRest('"')}|'${stringRest("'")}`);
    case 'regex':
      return text(
        `\\/(?:[^*${REGEX_PLAIN}]|${REGEX_ESCAPE}|${REGEX_CLASS})(?:[^${REGEX_PLAIN}]|${REGEX_ESCAPE}|${REGEX_CLASS})*\\/${FLAGS}`,
      );
    case 'characters':
      return { except: [''], source: '(?:[^`\\\\$]|\\\\[^]|\\$+(?:[^`\\\\${]|\\\\[^]))*\\$*' };
  }
}

const REGEX_PLAIN = `\\\\\\/\\[${LINE_ENDS}`;
const REGEX_ESCAPE = `\\\\[^${LINE_ENDS}]`;
const REGEX_CLASS = `\\[(?:[^\\]\\\\${LINE_ENDS}]|${REGEX_ESCAPE})*\\]`;
const FLAGS = '[dgimsuvy]*';

/** The rest of a string behind its first quote. */
function stringRest(quote: string): string {
  return `(?:[^${quote}\\\\\\n\\r]|\\\\(?:\\r\\n|[^]))*${quote}`;
}

/** White space and comments, once or more. */
export const SPACE_IN_LINE = text(`(?:${BLANK}|${COMMENT_IN_LINE})+`);
export const SPACE_ANY = text(`(?:${BLANK}|${LINE}|${COMMENT}|${LINE_COMMENT}${LINE})+`);
export const SPACE_OVER_LINES = text(
  `(?:${BLANK}|${COMMENT_IN_LINE})*(?:${LINE}|${COMMENT_OVER_LINES}|${LINE_COMMENT}${LINE})(?:${BLANK}|${LINE}|${COMMENT}|${LINE_COMMENT}${LINE})*`,
);
/** The same without a line end outside of comments. */
export const COMMENTS_IN_LINE = text(`(?:${BLANK}|${COMMENT})+`);
export const COMMENTS_OVER_LINES = text(
  `(?:${BLANK}|${COMMENT_IN_LINE})*${COMMENT_OVER_LINES}(?:${BLANK}|${COMMENT})*`,
);

export const LINE_COMMENT_AT_END = text(LINE_COMMENT);
/** A comment that the suffix ends. */
export const OPEN_COMMENT = text('\\/\\*(?:[^*]|\\*+[^*\\/])*\\**');

/** What may end a comment that the prefix begins; `star`: the prefix ends with `*`. */
export function commentRest(star: boolean, closed: boolean): Pattern {
  const inner = '(?:[^*]|\\*+[^*\\/])*';
  const end = closed ? '\\*+\\/' : '\\**';
  if (!star) return text(`${inner}${end}`);
  // The `*` of the prefix may be the first of `*/`.
  return text(
    closed
      ? `\\/|(?:[^*\\/]|\\*+[^*\\/])${inner}${end}|${end}`
      : `(?:[^*\\/]|\\*+[^*\\/])${inner}${end}|${end}`,
  );
}
export const LINE_COMMENT_REST = text(`[^${LINE_ENDS}]*`);
export const LINE_COMMENT_REST_AND_LINE = text(`[^${LINE_ENDS}]*${LINE}`);
/** The comment that only the first line of a file may be: ECMAScript, 12.5. */
export const HASHBANG = text(`#![^${LINE_ENDS}]*`);
export const HASHBANG_AND_LINE = text(`#![^${LINE_ENDS}]*${LINE}`);

/** What may end a string that the prefix begins. */
export function restOfString(begun: string): Pattern {
  const quote = begun[0] as string;
  const escaped = (/\\*$/.exec(begun)?.[0].length ?? 0) % 2 === 1;
  return text(`${escaped ? '(?:\\r\\n|[^])' : ''}${stringRest(quote)}`);
}
/** What may end a regular expression that the prefix begins; whether in a class, is not looked at. */
export const REST_OF_REGEX = text(`[^${LINE_ENDS}]*\\/${FLAGS}`);
