// Reads the beginning of a line of plain expressions: what declares a name, opens a block or a function, or could be a type is left to
// others.

/** A word, sign or literal. */
export interface LineToken {
  readonly text: string;
  /** `i` for names and `this`, `0`, `s` and `r` for literals; else the text. */
  readonly kind: string;
  /** Of a closing bracket, the index of its opening one. */
  readonly opener?: number;
}

export interface PlainLine {
  readonly tokens: readonly LineToken[];
  /** The name that the line declares, if it begins so. */
  readonly declares: string | undefined;
  /** Something narrows, assigns or ends what follows: the scope is the same, and types may not be. */
  readonly narrows: boolean;
  /** Indexes of the brackets that are open. */
  readonly open: readonly number[];
}

const PIECE =
  /(?<blank>[\t ]+)|(?<word>[\p{ID_Start}$_][\p{ID_Continue}$\p{Join_Control}]*)|(?<number>\d+(?:\.\d+)?(?![\p{ID_Continue}$.]))|(?<string>'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")|(?<sign>\?\.(?!\d)|\*\*(?!=)|[!=]==?|&&(?!=)|\|\|(?!=)|\?\?(?!=)|[-+*%]=|[<>]=|>(?![>=])|=(?![=>])|[:;]|\?(?![?.])|[-+*%&|^](?![-+*%&|^=])|!|~|[().[\],])/uy;
const REGEX = /\/(?![*/])(?:[^/\\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.)*\])+\/[a-z]*/y;
const DIVISION = /\/(?![/*=])/y;
const DECLARES =
  /^[\t ]*(?:const|let|var)[\t ]+([\p{ID_Start}$_][\p{ID_Continue}$\p{Join_Control}]*)[\t ]*=(?![=>])/u;

/** Words that begin an expression or stand in one, and neither bind nor scope anything. */
const WORDS = new Set(
  'return throw new typeof void await this true false null undefined instanceof in if while'.split(' '),
);
const OTHERS = new Set(
  (
    'abstract any as async break case catch class const continue debugger declare default delete do else enum export extends finally for ' +
    'function get implements import interface is keyof let module namespace of package private protected public readonly satisfies set ' +
    'static super switch try type unique var with yield'
  ).split(' '),
);

const NARROWS = /^(?:&&|\|\||\?\??|[-+*%]?=|[:;])$/;

/** The tokens of such a beginning; undefined where it holds anything else, or closes what it does not open. */
export function plainLine(text: string): PlainLine | undefined {
  const head = DECLARES.exec(text);
  const declares = head?.[1];
  if (declares !== undefined && (WORDS.has(declares) || OTHERS.has(declares))) return undefined;
  const tokens: LineToken[] = [];
  const open: number[] = [];
  let narrows = false;
  const pending: number[] = [];
  // A condition that is over narrows what follows it.
  const isCondition = (opener: number): boolean => /^(?:if|while)$/.test(tokens[opener - 1]?.kind ?? '');
  for (let at = head?.[0].length ?? 0; at < text.length; ) {
    const last = tokens.at(-1);
    const found =
      text[at] === '/' ? matchAt(endsOperand(last) ? DIVISION : REGEX, text, at) : matchAt(PIECE, text, at);
    if (found === null) return undefined;
    const [piece] = found;
    at += piece.length;
    const { blank, word, number, string } = found.groups ?? {};
    if (blank !== undefined) continue;
    if (word !== undefined && last?.kind !== '.' && last?.kind !== '?.') {
      if (OTHERS.has(word)) return undefined;
      if ((word === 'if' || word === 'while') && tokens.length > 0 && last?.kind !== ';') return undefined;
      tokens.push({ text: word, kind: WORDS.has(word) && word !== 'this' ? word : 'i' });
    } else if (word !== undefined) tokens.push({ text: word, kind: 'i' });
    else if (number !== undefined) tokens.push({ text: piece, kind: '0' });
    else if (string !== undefined) tokens.push({ text: piece, kind: 's' });
    else if (piece[0] === '/' && piece.length > 1) tokens.push({ text: piece, kind: 'r' });
    else if (piece === '(' || piece === '[') {
      open.push(tokens.length);
      tokens.push({ text: piece, kind: piece });
    } else if (piece === ')' || piece === ']') {
      const opener = open.pop();
      if (opener === undefined) return undefined;
      if (isCondition(opener)) narrows = true;
      if (tokens[opener]?.kind !== (piece === ')' ? '(' : '[')) return undefined;
      tokens.push({ text: piece, kind: piece, opener });
    } else {
      if (piece === ',' && open.length === 0 && declares !== undefined) return undefined;
      if (piece === ';' && open.length > 0) return undefined;
      if (piece === '?') pending.push(open.length);
      // Else it would be that of a label, a type or a member.
      if (piece === ':' && pending.pop() !== open.length) return undefined;
      if (NARROWS.test(piece)) narrows = true;
      tokens.push({ text: piece, kind: piece });
    }
  }
  return { tokens, declares, open, narrows };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Whether an operand is over with a token, so that a sign behind it is an operator. */
export function endsOperand(token: LineToken | undefined): boolean {
  return token !== undefined && /^(?:i|0|s|r|\)|\]|true|false|null|undefined)$/.test(token.kind);
}
