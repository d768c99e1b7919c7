import { makeTokenizer } from '../../model/prompt-encoder.js';
import { isJsonObject, member, stringMember } from '../../tokenizer/json-value.js';
import { type Encode, literalEncoder } from '../../tokenizer/literal-text.js';
import type { TokenizerFiles } from '../../tokenizer/tokenizer-files.js';
import { readTokenizerJson } from '../../tokenizer/tokenizer-json.js';
import { type FimFormat, type FimFormatName, findFimFormat } from './formats.js';

/** What infilling needs of a model's tokenizer. */
export interface InfillTokenizer {
  /** Text as text: no special token is found in it, none is added. */
  readonly encode: Encode;
  /** null for a model that has no tokens for it. */
  readonly format: FimFormat | null;
  /** Ids that the tokenizer puts before a text of its own accord. */
  readonly begin: readonly number[];
}

/**
 * Reads it from a model's folder (`readTokenizerFiles`).
 *
 * @param only the format to look for, where a tokenizer has the tokens of several
 * @throws GrammaskError `VOCABULARY` for a tokenizer that cannot be read
 */
export function infillTokenizer(files: TokenizerFiles, only?: FimFormatName): InfillTokenizer {
  const settings = isJsonObject(files.tokenizerConfig) ? files.tokenizerConfig : {};
  const tokenizer = makeTokenizer(files.tokenizer, settings, files.directory);
  const { find } = readTokenizerJson(files.tokenizer);
  const special = markersOf(files.tokenizer);
  const plain: Encode = (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const alone = plain('a');
  const dressed: readonly number[] = tokenizer.encode('a', { add_special_tokens: true }).ids;
  const at = dressed.findIndex((_, i) => alone.every((id, k) => dressed[i + k] === id));
  return {
    encode: literalEncoder(plain, special),
    format: findFimFormat(find, only),
    begin: at > 0 ? dressed.slice(0, at) : [],
  };
}

/** Spellings that must not become one token where they stand in a source file; not the runs of blanks that some add. */
function markersOf(tokenizer: unknown): string[] {
  const added = member(tokenizer, 'added_tokens');
  const names: string[] = [];
  for (const token of Array.isArray(added) ? added : []) {
    const content = stringMember(token, 'content');
    // Qwen's markers are not even called special.
    if (content !== undefined && (member(token, 'special') === true || /^\S.*[>|\]｜]$/u.test(content)))
      names.push(content);
  }
  return names;
}
