import type { ErrorCode } from '../../errors.js';
import { sourceError } from '../source-location.js';
import type { LarkToken } from './lark-lexer.js';

type Kind = LarkToken['kind'];

/** The tokens of a grammar, read one after the other. */
export interface LarkReader {
  readonly source: string;
  peek(): LarkToken;
  /** The token behind the next one. */
  peekSecond(): LarkToken | undefined;
  next(): LarkToken;
  offset(): number;
  /** The place behind the token that was read last. */
  lastEnd(): number;
  is(kind: Kind): boolean;
  /** Reads a token if it is of this kind. */
  takes(kind: Kind): boolean;
  /** Reads a token that must be of this kind; `SYNTAX` for any other. */
  expect<K extends Kind>(kind: K, what: string): LarkToken & { readonly kind: K };
  /** The next token, as a message names it. */
  describe(): string;
  fail(code: ErrorCode, offset: number, message: string, hint?: string): never;
}

export function createLarkReader(source: string, tokens: readonly LarkToken[]): LarkReader {
  let index = 0;
  const peek = (): LarkToken => tokens[index] as LarkToken;
  const fail = (code: ErrorCode, offset: number, message: string, hint?: string): never => {
    throw sourceError(code, source, offset, message, hint);
  };
  const next = (): LarkToken => {
    const token = peek();
    if (token.kind !== 'end') index += 1;
    return token;
  };
  const describe = (): string => {
    const token = peek();
    switch (token.kind) {
      case 'newline':
        return 'the end of the line';
      case 'end':
        return 'the end of the grammar';
      case 'name':
        return token.name;
      case 'number':
        return token.text;
      case 'string':
        return 'a text';
      case 'pattern':
        return 'a pattern';
      case 'special':
        return `<${token.text}>`;
      case 'grammar':
        return `@${token.name}`;
      default:
        return token.kind;
    }
  };
  return {
    source,
    peek,
    peekSecond: () => tokens[index + 1],
    next,
    offset: () => peek().offset,
    lastEnd: () => tokens[index - 1]?.end ?? 0,
    is: (kind) => peek().kind === kind,
    takes(kind) {
      if (peek().kind !== kind) return false;
      next();
      return true;
    },
    expect<K extends Kind>(kind: K, what: string) {
      const token = peek();
      if (token.kind !== kind) {
        return fail('SYNTAX', token.offset, `expected ${what} but found ${describe()}`);
      }
      return next() as LarkToken & { readonly kind: K };
    },
    describe,
    fail,
  };
}
