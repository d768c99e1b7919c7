import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { Compiler, Grammar, Vocabulary } from '../../../src/index.js';

/** Cases that define XGrammar's structural tags: as texts, through a vocabulary, and as tags of families of models. */

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly grammar: string;
  readonly options: { readonly builtin?: Builtin };
  readonly input: string;
  readonly mode: 'full' | 'prefix';
  readonly expected: boolean;
}

interface Builtin {
  readonly model: string;
  readonly tools: Parameters<typeof Grammar.toolCall>[1];
  readonly tool_choice?: 'auto' | 'required' | { readonly function: { readonly name: string } } | null;
  readonly reasoning: boolean;
  readonly any_order?: boolean;
}

interface TokenRow extends Row {
  readonly tokenizer: {
    readonly vocab: readonly (string | { readonly b64: string })[];
    readonly stop_token_ids?: readonly number[];
  };
  readonly steps: readonly { readonly token?: number; readonly text?: string; readonly mask?: true }[];
}

const folder = new URL('../../../../shared/grammar-cases/', import.meta.url);
const skip = existsSync(folder) ? false : 'the shared grammar cases are not beside the checkout';

function rowsOf<T extends Row>(name: string): T[] {
  const lines = readFileSync(new URL(name, folder), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as T).filter(({ kind }) => kind === 'structural_tag');
}

const memo = new Map<string, Grammar>();
function grammarOf(key: string, make: () => Grammar): Grammar {
  const grammar = memo.get(key) ?? make();
  memo.set(key, grammar);
  return grammar;
}

t.test('texts', { skip }, async (t) => {
  const rows = rowsOf<Row>('structural_tag.jsonl');
  const wrong = rows.filter(({ grammar: tag, mode, input, expected }) => {
    const grammar = grammarOf(tag, () => Grammar.structuralTag(tag));
    return (mode === 'full' ? grammar.test(input) : grammar.testPrefix(input)) !== expected;
  });
  t.same(
    wrong.map(({ id }) => id),
    [],
    `${rows.length} rows`,
  );
});

t.test('families of models', { skip }, async (t) => {
  const rows = rowsOf<Row>('structural_tag.jsonl').filter(({ options }) => options.builtin !== undefined);
  const wrong = rows.filter(({ options, input, expected }) => {
    const builtin = options.builtin as Builtin;
    const { model, tools, tool_choice: choice, reasoning, any_order } = builtin;
    const grammar = grammarOf(JSON.stringify(builtin), () =>
      Grammar.toolCall(model, tools, {
        choice: typeof choice === 'object' && choice !== null ? choice.function : (choice ?? 'auto'),
        reasoning,
        ...(any_order === true ? { style: { keyOrder: 'any' } } : {}),
      }),
    );
    return grammar.test(input) !== expected;
  });
  t.same(
    wrong.map(({ id }) => id),
    [],
    `${rows.length} rows`,
  );
});

/** Names of tokens are looked up among the ordinary tokens of these vocabularies. */
function withIds(value: unknown, vocabulary: readonly unknown[]): unknown {
  const id = (token: unknown): unknown => (typeof token === 'string' ? vocabulary.indexOf(token) : token);
  if (Array.isArray(value)) return value.map((item) => withIds(item, vocabulary));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name === 'token') return [name, id(member)];
      if (name === 'trigger_tokens' || name === 'exclude_tokens')
        return [name, (member as unknown[]).map(id)];
      return [name, withIds(member, vocabulary)];
    }),
  );
}

t.test('tokens', { skip }, async (t) => {
  const rows = rowsOf<TokenRow>('tokens.jsonl');
  const wrong = rows.filter(({ grammar: tag, tokenizer, steps, mode, expected }) => {
    const vocab = tokenizer.vocab.map((token) =>
      typeof token === 'string' ? token : Buffer.from(token.b64, 'base64'),
    );
    const named = vocab.flatMap((token, id) => (token === '</s>' || token === '<eos>' ? [id] : []));
    // Every byte has a token, and there is a stop token, as in a real vocabulary.
    const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
    const tokens = [...vocab, ...bytes, '<<stop>>'];
    const stopTokens = [...(tokenizer.stop_token_ids ?? named), tokens.length - 1];
    const vocabulary = Vocabulary.fromTokens(tokens, { stopTokens });
    const grammar = Grammar.structuralTag(withIds(JSON.parse(tag), vocab) as object);
    const matcher = new Compiler(vocabulary).compileSync(grammar).matcher();
    const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
    const accepted = steps.every(({ token, text }) => {
      if (text !== undefined) return matcher.acceptBytes(text);
      if (token === undefined) return matcher.fillMask(mask) || true;
      return matcher.accept(token);
    });
    return (accepted && (mode === 'prefix' || matcher.isAccepting || matcher.isTerminated)) !== expected;
  });
  t.same(
    wrong.map(({ id }) => id),
    [],
    `${rows.length} rows`,
  );
});
