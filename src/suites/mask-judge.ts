import { Tokenizer } from '@huggingface/tokenizers';
import type { NativeLanguage, NativeLimits } from '../engine/binding.js';
import { Compiler } from '../engine/compiler.js';
import { Grammar } from '../engine/grammar.js';
import { Vocabulary } from '../engine/vocabulary.js';
import { locate } from '../frontends/source-location.js';
import { readTokenizerFiles } from '../tokenizer/tokenizer-files.js';
import { type Outcome, textOf, undecided } from './judge-text.js';

/** Asks the masks of a tokenizer for the verdicts of the grammar. */
export interface MaskJudge {
  /** What is wrong with the masks along a text; undefined where nothing is. */
  judge(language: NativeLanguage, bytes: Uint8Array): Outcome | undefined;
}

/** What the suites of one thread have in common. */
interface Tokens {
  readonly vocabulary: Vocabulary;
  readonly compiler: Compiler;
  encode(bytes: Uint8Array): readonly number[];
}

const opened = new Map<string, Promise<Tokens>>();

/**
 * @param directory the folder of a model: tokenizer.json and what stands beside it
 * @throws GrammaskError `MODEL`, `VOCABULARY`; `VOCABULARY_INCOMPLETE` and others of compiling
 */
export async function createMaskJudge(
  directory: string,
  program: Uint8Array,
  limits: NativeLimits,
): Promise<MaskJudge> {
  let loading = opened.get(directory);
  if (loading === undefined) {
    loading = openTokens(directory);
    opened.set(directory, loading);
  }
  const { vocabulary, compiler, encode } = await loading;
  const compiled = compiler.compileSync(Grammar.fromBuffer(program), limits);
  const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
  const allows = (token: number): boolean => (((mask[token >>> 5] as number) >>> (token & 31)) & 1) === 1;

  function walk(language: NativeLanguage, bytes: Uint8Array): Outcome | undefined {
    const { accepted, validBytes } = language.explain([bytes], limits);
    const wrong = (at: number, message: string): Outcome | undefined => {
      if (matcher.stats.undecided > 0) return { kind: 'undecided', message: 'a mask could not be decided' };
      const before = new TextDecoder().decode(bytes.subarray(0, at));
      const spot = locate(textOf(bytes), before.length);
      return { kind: 'failed', failure: { kind: 'masks', message, spot } };
    };
    using matcher = compiled.matcher();
    let at = 0;
    for (const token of encode(bytes)) {
      const text = vocabulary.bytes(token);
      const mayCome = at + text.length <= validBytes;
      matcher.fillMask(mask);
      if (allows(token) !== mayCome) {
        const words = mayCome ? 'is not allowed, although' : 'is allowed, although not';
        return wrong(
          at,
          `the token ${token} (${JSON.stringify(textOf(text))}) ${words} the grammar takes its text here`,
        );
      }
      if (!mayCome) return undefined;
      matcher.accept(token);
      at += text.length;
    }
    if (at < bytes.length) {
      // What no token spells is never written.
      return accepted ? wrong(at, 'no token of the vocabulary spells the text from here on') : undefined;
    }
    matcher.fillMask(mask);
    const mayEnd = vocabulary.stopTokens.some(allows);
    if (mayEnd === accepted) return undefined;
    const words = accepted ? 'no stop token is' : 'a stop token is';
    return wrong(at, `${words} allowed at the end of the text`);
  }

  return {
    judge(language, bytes) {
      try {
        return walk(language, bytes);
      } catch (error) {
        return undecided(error);
      }
    },
  };
}

async function openTokens(directory: string): Promise<Tokens> {
  const vocabulary = await Vocabulary.fromDirectory(directory);
  const files = await readTokenizerFiles(directory);
  const compiler = new Compiler(vocabulary, { threads: 1 });
  const own = tokenizerOf(files.tokenizer, files.tokenizerConfig);
  let greedy: ((bytes: Uint8Array) => number[]) | undefined;
  return {
    vocabulary,
    compiler,
    encode(bytes) {
      const tokens = own?.(bytes);
      if (tokens !== undefined && spells(vocabulary, tokens, bytes)) return tokens;
      greedy ??= longestTokens(vocabulary);
      return greedy(bytes);
    },
  };
}

/** The tokenizer's own tokens of a text; undefined for bytes that are no text, and for what it cannot read. */
function tokenizerOf(json: unknown, config: unknown) {
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(json as object, (config ?? {}) as object);
  } catch {
    return undefined;
  }
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return (bytes: Uint8Array): readonly number[] | undefined => {
    try {
      return tokenizer.encode(decoder.decode(bytes), { add_special_tokens: false }).ids;
    } catch {
      return undefined;
    }
  };
}

/** A tokenizer may change a text before it reads it, and may take a name in it for a special token. */
function spells(vocabulary: Vocabulary, tokens: readonly number[], bytes: Uint8Array): boolean {
  let at = 0;
  for (const token of tokens) {
    const text = vocabulary.bytes(token);
    if (text.length === 0 || Buffer.compare(text, bytes.subarray(at, at + text.length)) !== 0) return false;
    at += text.length;
  }
  return at === bytes.length;
}

/** The longest token at each place, as far as there is one. */
function longestTokens(vocabulary: Vocabulary): (bytes: Uint8Array) => number[] {
  const ids = new Map<string, number>();
  let longest = 0;
  for (let token = 0; token < vocabulary.tokenCount; token++) {
    const text = vocabulary.bytes(token);
    if (text.length === 0 || vocabulary.isSpecial(token) || vocabulary.stopTokens.includes(token)) continue;
    ids.set(Buffer.from(text).toString('latin1'), token);
    longest = Math.max(longest, text.length);
  }
  return (bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    const tokens: number[] = [];
    for (let at = 0; at < text.length; ) {
      let length = Math.min(longest, text.length - at);
      while (length > 0 && !ids.has(text.slice(at, at + length))) length -= 1;
      if (length === 0) return tokens;
      tokens.push(ids.get(text.slice(at, at + length)) as number);
      at += length;
    }
    return tokens;
  };
}
