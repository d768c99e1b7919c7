// Makes the grammar of a row with the constructor and the dialect that the row is about.
import { Grammar } from '../../src/index.js';
import type { GrammarSource, RowBuiltin, RowTokenizer } from './grammar-rows.js';

/** A constructor that this version does not have. */
export class NotSupported extends Error {}

/** Constructors that need not be there, with any arguments. */
const constructors = Grammar as unknown as Readonly<
  Record<string, ((...args: readonly unknown[]) => Grammar) | undefined>
>;

/** Bounds of reading a grammar, and of each question to it. */
const limits = { timeoutMs: 20_000 };

function call(name: string, ...args: readonly unknown[]): Grammar {
  if (typeof constructors[name] !== 'function') throw new NotSupported(`there is no Grammar.${name}`);
  return constructors[name](...args);
}

/** Every dialect but llguidance's is one of XGrammar, of some version. */
const dialectOf = ({ suite }: GrammarSource): string => (suite === 'llguidance' ? 'llguidance' : 'xgrammar');

/** @param tokenizer of the row: XGrammar takes names of tokens for texts of its vocabulary, ours are special tokens */
export function makeGrammar(source: GrammarSource, tokenizer?: RowTokenizer): Grammar {
  const { kind, grammar, options } = source;
  switch (kind) {
    case 'ebnf':
      return Grammar.ebnf(grammar, { dialect: 'xgrammar', root: options.root_rule_name, limits });
    case 'regex':
      return call('regex', grammar, { dialect: 'xgrammar', limits });
    case 'lark':
      return makeLark(source);
    case 'structural_tag':
      return call('structuralTag', withTokenIds(grammar, tokenizer), { limits });
    case 'concat': {
      const parts = JSON.parse(grammar) as readonly Omit<GrammarSource, 'suite'>[];
      return Grammar.concat(...parts.map((part) => makePart(source, part)));
    }
  }
}

const makePart = (source: GrammarSource, part: Omit<GrammarSource, 'suite'>): Grammar =>
  makeGrammar({ ...part, options: part.options ?? {}, suite: source.suite });

function makeLark(source: GrammarSource): Grammar {
  const { named_grammars: named = {} } = source.options;
  const grammars = Object.fromEntries(
    Object.entries(named).map(([name, part]) => [name, makePart(source, part)]),
  );
  return call('lark', source.grammar, { dialect: dialectOf(source), grammars, limits });
}

/** The tag of a model family, made from its tools in place of from the tag's own text. */
/** The ids of the tokens that a structural tag names by their texts. */
function withTokenIds(source: string, tokenizer: RowTokenizer | undefined): unknown {
  if (tokenizer === undefined) return source;
  const id = (token: unknown): unknown =>
    typeof token === 'string' ? tokenizer.vocab.indexOf(token) : token;
  return JSON.parse(source, (key, value) => {
    if (key === 'trigger_tokens' || key === 'exclude_tokens') return (value as unknown[]).map(id);
    if (value?.type === 'token') return { ...value, token: id(value.token) };
    if (value?.type !== 'token_dispatch') return value;
    return { ...value, rules: (value.rules as unknown[][]).map(([token, ...rest]) => [id(token), ...rest]) };
  });
}

export function makeToolCall({ model, tools = [], tool_choice, reasoning, any_order }: RowBuiltin): Grammar {
  const choice =
    typeof tool_choice === 'object' && tool_choice !== null
      ? { name: (tool_choice as { function?: { name?: string } }).function?.name }
      : tool_choice;
  const style = any_order ? { keyOrder: 'any' } : undefined;
  return call('toolCall', model, tools, { choice, reasoning, style, limits });
}
