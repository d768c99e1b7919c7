import type { Model } from '../../model/load-model.js';
import { readTokenizerFiles } from '../../tokenizer/tokenizer-files.js';
import { type InfillTokenizer, infillTokenizer } from '../fim/infill-tokenizer.js';
import { infillPrompt, prefixPrompt } from '../fim/prompt.js';

/** What a model is asked, as token ids, and the tokens that end its answer beside those of its vocabulary. */
export interface HolePrompt {
  readonly prompt: Int32Array;
  readonly stopTokens: readonly number[];
}

export interface Prompter {
  /** Tokens with which the model begins another line. */
  readonly lineBreaks: readonly number[];
  /** How the model is asked: the name of an infilling format, or `prefix`. */
  readonly format: string;
  /**
   * What the model reads in front of a hole, and what would follow: each text with what stands behind it, so that a text after which
   * the file goes on badly is unlikely.
   */
  scoringOf(
    gap: { prefix: string; suffix: string; lead: string },
    texts: readonly string[],
  ): { prompt: Int32Array; continuations: Int32Array[] };
  promptFor(gap: Gap, reserve: number): HolePrompt;
}

interface Gap {
  readonly prefix: string;
  readonly suffix: string;
  readonly old: string | undefined;
}

/** Prompts that are kept: the samples of a hole ask for the same few, and each is as much work as the file is long. */
const keptPrompts = 8;

/** Positions of a model that does not say how many it has. */
const usualContext = 2048;

const made = new WeakMap<Model, Promise<Prompter>>();

/** The prompter of a model, made once: reading a tokenizer takes a while. Throws as `createPrompter` does. */
export function prompterOf(model: Model): Promise<Prompter> {
  const known = made.get(model);
  if (known !== undefined) return known;
  const prompter = createPrompter(model);
  made.set(model, prompter);
  prompter.catch(() => made.delete(model));
  return prompter;
}

/**
 * Makes prompts for a model: infilling where its tokenizer has the tokens for it, else the text before the gap.
 *
 * @throws GrammaskError `VOCABULARY` for a tokenizer that cannot be read
 */
async function createPrompter(model: Model): Promise<Prompter> {
  const tokenizer: InfillTokenizer = infillTokenizer(await readTokenizerFiles(model.info.path));
  const { format, encode, begin } = tokenizer;
  const contextLength = model.info.contextLength ?? usualContext;
  const { tokenCount } = model.vocabulary;
  const end = model.vocabulary.stopTokens[0];
  const lineBreaks = Array.from({ length: tokenCount }, (_, token) => token).filter((token) =>
    /^[\t ]*\r?\n/.test(Buffer.from(model.vocabulary.bytes(token)).toString('latin1')),
  );
  // The one that was asked for last is the last.
  const kept: (Gap & { readonly reserve: number; readonly made: HolePrompt })[] = [];

  function makePrompt({ prefix, suffix, old }: Gap, reserve: number): HolePrompt {
    // Something must be read before the first token can be drawn.
    const request = { prefix: prefix === '' ? '\n' : prefix, suffix, encode, contextLength, reserve };
    const { ids } =
      format === null
        ? prefixPrompt({ ...request, begin, wrongLine: old })
        : infillPrompt(format, { ...request, prefix });
    return { prompt: ids, stopTokens: (format?.stops ?? []).filter((id) => id < tokenCount) };
  }

  const prompter: Prompter = {
    lineBreaks,
    format: format?.name ?? 'prefix',
    scoringOf(gap, texts) {
      // Infilling ends with a stop token; else the rest of the line and the next one follow.
      const behind = format === null ? (/^[^\n]*\n?[^\n]*/.exec(gap.suffix)?.[0] ?? '') : '';
      const tail = format === null || end === undefined ? [] : [end];
      const continuations = texts.map((text) =>
        Int32Array.from([...encode(gap.lead + text + behind), ...tail]),
      );
      const reserve = Math.max(0, ...continuations.map(({ length }) => length));
      const { prompt } = prompter.promptFor({ ...gap, old: undefined }, reserve);
      return { prompt, continuations };
    },
    promptFor(gap, reserve) {
      const { prefix, suffix, old } = gap;
      const at = kept.findIndex(
        (each) =>
          each.reserve === reserve && each.old === old && each.prefix === prefix && each.suffix === suffix,
      );
      const [known] = at < 0 ? [] : kept.splice(at, 1);
      const entry = known ?? { prefix, suffix, old, reserve, made: makePrompt(gap, reserve) };
      kept.push(entry);
      if (kept.length > keptPrompts) kept.shift();
      return entry.made;
    },
  };
  return prompter;
}
