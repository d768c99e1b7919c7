import { holeGrammar } from './hole-grammar.js';

const HEADER = `# Statements of TypeScript 5.9: the hole that is a whole file, or the inside of a block. Written by scripts/hole-grammar.mjs.
#
# A rule is a state: what may follow there. Its name is that of the state, and behind it stands
#   -top             outside of all brackets
#   -token           behind white space, which has been read
#   -behind-word     behind a word, where no letter may follow
#   -behind-integer  behind decimal digits, where no dot may follow either
#   -behind-bang     behind a !, where no = may follow
#   -word, -dot, -equals, -other   what begins with a letter or digit, a dot, a =, anything else
# E is where an expression begins, U where an operand does, A what is behind one; T is a type, S a statement.
`;

/** The text of `grammars/typescript-hole.ebnf`. */
export function builtinHoleSource(): string {
  const { grammar } = holeGrammar('', '', { mode: 'statement', slots: false });
  return `${HEADER}\n${grammar.toString().trimEnd()}\n`;
}
