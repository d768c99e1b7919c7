// Rows of grammar, text and verdict that define the dialects of other engines, and the list of rows where ours differs.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const defaultGrammarCasesFolder = fileURLToPath(
  new URL('../../../shared/grammar-cases', import.meta.url),
);
const defaultDifferencesFile = fileURLToPath(new URL('grammar-differences.json', import.meta.url));

/** Why a test cannot have the rows, for tap to skip with; false where they are there. */
export const skipGrammarCases = existsSync(defaultGrammarCasesFolder)
  ? false
  : 'the grammar cases are not beside the checkout (shared/grammar-cases)';

export type RowKind = 'ebnf' | 'regex' | 'lark' | 'structural_tag' | 'concat';

/** What a grammar is made from. */
export interface GrammarSource {
  readonly suite: string;
  readonly kind: RowKind;
  /** The source; JSON text for structural tags, a JSON list of sources for `concat`. */
  readonly grammar: string;
  /** Options by the names of the engine that the row comes from. */
  readonly options: RowOptions;
}

export interface RowOptions {
  readonly root_rule_name?: string;
  readonly named_grammars?: Readonly<Record<string, Omit<GrammarSource, 'suite'>>>;
  readonly tokenizer?: RowTokenizer;
  readonly builtin?: RowBuiltin;
}

export interface RowTokenizer {
  readonly vocab: readonly (string | { readonly b64: string })[];
  readonly stop_token_ids?: readonly number[];
}

/** The arguments of a tag for the tools of a model family. */
export interface RowBuiltin {
  readonly model: string;
  readonly tools?: readonly unknown[];
  readonly tool_choice?: unknown;
  readonly reasoning?: boolean;
  readonly any_order?: boolean;
}

export type RowStep =
  | { readonly token: number }
  | { readonly text: string }
  /** A mask is computed here. */
  | { readonly mask: true };

export interface Row extends GrammarSource {
  readonly id: string;
  /** `lark.jsonl` */
  readonly file: string;
  readonly input?: string;
  readonly inputB64?: string;
  readonly tokenizer?: RowTokenizer;
  readonly steps?: readonly RowStep[];
  readonly mode?: 'full' | 'prefix';
  readonly expected?: boolean;
  /** Whether making the grammar must fail, where nothing is asked of it. */
  readonly expectError?: boolean;
}

/** All rows of a folder, or of one file of it, in their order. */
export function readRows(folder: string, only?: string): Row[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') && (only === undefined || name === `${only}.jsonl`))
    .sort();
  return files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => ({ ...(JSON.parse(line) as Omit<Row, 'file'>), file })),
  );
}

/** What a row is called in the list of differences: its id, and a hash of what it asks. */
export function rowKey(row: Row): string {
  const { kind, grammar, options, input, inputB64, tokenizer, steps, mode } = row;
  const content = JSON.stringify([kind, grammar, options, input, inputB64, tokenizer, steps, mode]);
  return `${row.id}/${createHash('sha256').update(content).digest('hex').slice(0, 10)}`;
}

/** Rows where our verdict is another one, for one reason. */
export interface Difference {
  readonly file: string;
  /** What we say. */
  readonly verdict: Verdict;
  /** Why, with the words of the documentation that decides it. */
  readonly reason: string;
  /** Keys of rows. */
  readonly rows: readonly string[];
}

/** `made` and `refused` are about the grammar, the others about the text. */
export type Verdict = 'accepted' | 'rejected' | 'made' | 'refused';

export function readDifferences(file = defaultDifferencesFile): Difference[] {
  return JSON.parse(readFileSync(file, 'utf8')) as Difference[];
}
