import type { TokenizerFiles } from '../../tokenizer/tokenizer-files.js';
import { infillTokenizer } from './infill-tokenizer.js';
import { infillPrompt, prefixPrompt } from './prompt.js';

/** What is to be written: the file around it, and where the model is to see it, what stands there now. */
export interface Gap {
  readonly prefix: string;
  readonly suffix: string;
  readonly old: string | undefined;
}

/** Texts to be scored in a gap, each behind `lead`. */
export interface Scored {
  readonly prefix: string;
  readonly suffix: string;
  readonly lead: string;
  readonly texts: readonly string[];
}

/** What of a model counts for its prompts. */
export interface PromptSettings {
  /** Positions of the model. */
  readonly contextLength: number;
  /** The token that ends a text, where there is one. */
  readonly end: number | undefined;
}

/** What a model is asked. */
export interface MadePrompt {
  readonly prompt: Int32Array;
  /** Tokens of the infilling format that end an answer, beside those of the vocabulary. */
  readonly stops: readonly number[];
  /** What would follow, for texts to be scored. */
  readonly continuations: readonly Int32Array[];
}

/** How a model is asked to fill gaps. */
export interface HolePrompts {
  /** A prompt that leaves `reserve` positions free. Throws `BUDGET_TOO_SMALL` where nothing fits. */
  promptFor(gap: Gap, reserve: number): MadePrompt;
  /**
   * A prompt, and each text with what stands behind it, so that a text after which the file goes on badly is unlikely. Throws
   * `BUDGET_TOO_SMALL` where nothing fits.
   */
  scoringOf(scored: Scored): MadePrompt;
}

/**
 * Makes prompts from a model's tokenizer: infilling where it has the tokens for it, else the text before the gap.
 *
 * @throws GrammaskError `VOCABULARY` for a tokenizer that cannot be read
 */
export function holePrompts(files: TokenizerFiles, { contextLength, end }: PromptSettings): HolePrompts {
  const { format, encode, begin } = infillTokenizer(files);
  const stops = format?.stops ?? [];

  function idsFor({ prefix, suffix, old }: Gap, reserve: number): Int32Array {
    const request = { prefix, suffix, encode, contextLength, reserve };
    if (format !== null) return infillPrompt(format, request).ids;
    // Something must be read before the first token can be drawn.
    return prefixPrompt({ ...request, prefix: prefix === '' ? '\n' : prefix, begin, wrongLine: old }).ids;
  }

  return {
    promptFor: (gap, reserve) => ({ prompt: idsFor(gap, reserve), stops, continuations: [] }),
    scoringOf({ prefix, suffix, lead, texts }) {
      // Infilling ends with a stop token; else the rest of the line and the next one follow.
      const behind = format === null ? (/^[^\n]*\n?[^\n]*/.exec(suffix)?.[0] ?? '') : '';
      const tail = format === null || end === undefined ? [] : [end];
      const continuations = texts.map((text) => Int32Array.from([...encode(lead + text + behind), ...tail]));
      const reserve = Math.max(0, ...continuations.map(({ length }) => length));
      return { prompt: idsFor({ prefix, suffix, old: undefined }, reserve), stops, continuations };
    },
  };
}
