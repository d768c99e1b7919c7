/** The terminals of `%import common.NAME`, after the library of the Lark toolkit, as patterns. */

const FLOAT = '(?:[0-9]+[eE][+-]?[0-9]+|(?:[0-9]+\\.[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)';
const NUMBER = `(?:${FLOAT}|[0-9]+)`;

export const COMMON_TERMINALS: ReadonlyMap<string, string> = new Map([
  ['DIGIT', '[0-9]'],
  ['HEXDIGIT', '[a-fA-F0-9]'],
  ['INT', '[0-9]+'],
  ['SIGNED_INT', '[+-]?[0-9]+'],
  ['DECIMAL', '[0-9]+\\.[0-9]*|\\.[0-9]+'],
  ['_EXP', '[eE][+-]?[0-9]+'],
  ['FLOAT', FLOAT],
  ['SIGNED_FLOAT', `[+-]?${FLOAT}`],
  ['NUMBER', NUMBER],
  ['SIGNED_NUMBER', `[+-]?${NUMBER}`],
  // A backslash takes the next character with it; neither is a line end.
  ['ESCAPED_STRING', '"(?:[^"\\\\\\n]|\\\\[^\\n])*"'],
  ['LCASE_LETTER', '[a-z]'],
  ['UCASE_LETTER', '[A-Z]'],
  ['LETTER', '[A-Za-z]'],
  ['WORD', '[A-Za-z]+'],
  ['CNAME', '[_A-Za-z][_A-Za-z0-9]*'],
  ['WS_INLINE', '[ \\t]+'],
  ['WS', '[ \\t\\f\\r\\n]+'],
  ['CR', '\\r'],
  ['LF', '\\n'],
  ['NEWLINE', '(?:\\r?\\n)+'],
  ['SH_COMMENT', '#[^\\n]*'],
  ['CPP_COMMENT', '\\/\\/[^\\n]*'],
  // Up to the first */.
  ['C_COMMENT', '\\/\\*[^*]*\\*+(?:[^*\\/][^*]*\\*+)*\\/'],
  ['SQL_COMMENT', '--[^\\n]*'],
]);
