import { packedTokens, type Vocabulary } from '../../engine/vocabulary.js';
import type { Model } from '../../model/load-model.js';
import type { Gap, MadePrompt, Scored } from '../fim/hole-prompts.js';
import { makePrompt } from '../fim/prompt-maker.js';

/** What a model is asked, as token ids, and the tokens that end its answer beside those of its vocabulary. */
export interface HolePrompt {
  readonly prompt: Int32Array;
  readonly stopTokens: readonly number[];
}

export interface Prompter {
  /** Tokens with which the model begins another line. */
  readonly lineBreaks: readonly number[];
  /** What the model reads in front of a gap, and what would follow for each text. */
  scoringOf(scored: Scored): Promise<Pick<MadePrompt, 'prompt' | 'continuations'>>;
  promptFor(gap: Gap, reserve: number): Promise<HolePrompt>;
}

/** Prompts that are kept: the samples of a hole ask for the same few, and each is as much work as the file is long. */
const keptPrompts = 8;

/** Positions of a model that does not say how many it has. */
const usualContext = 2048;

const made = new WeakMap<Model, Prompter>();
let count = 0;

/** The prompter of a model, made once. Its prompts throw as `makePrompt` does. */
export function prompterOf(model: Model): Prompter {
  const prompter = made.get(model) ?? createPrompter(model);
  made.set(model, prompter);
  return prompter;
}

function createPrompter(model: Model): Prompter {
  const { vocabulary, info } = model;
  const settings = {
    number: count++,
    path: info.path,
    contextLength: info.contextLength ?? usualContext,
    end: vocabulary.stopTokens[0],
  };
  const lineBreaks = tokensThatBeginLines(vocabulary);
  // The one that was asked for last is the last.
  const kept: (Gap & { readonly reserve: number; readonly prompt: Promise<HolePrompt> })[] = [];

  async function newPrompt(gap: Gap, reserve: number): Promise<HolePrompt> {
    const { prefix, suffix, old } = gap;
    const task = { kind: 'gap', gap: { prefix, suffix, old }, reserve } as const;
    const { prompt, stops } = await makePrompt(settings, task);
    return { prompt, stopTokens: stops.filter((id) => id < vocabulary.tokenCount) };
  }

  return {
    lineBreaks,
    async scoringOf({ prefix, suffix, lead, texts }) {
      const scored = { prefix, suffix, lead, texts };
      const { prompt, continuations } = await makePrompt(settings, { kind: 'scored', scored });
      return { prompt, continuations };
    },
    async promptFor(gap, reserve) {
      const { prefix, suffix, old } = gap;
      const at = kept.findIndex(
        (each) =>
          each.reserve === reserve && each.old === old && each.prefix === prefix && each.suffix === suffix,
      );
      const [known] = at < 0 ? [] : kept.splice(at, 1);
      const entry = known ?? { prefix, suffix, old, reserve, prompt: newPrompt(gap, reserve) };
      kept.push(entry);
      if (kept.length > keptPrompts) kept.shift();
      try {
        return await entry.prompt;
      } catch (error) {
        // Whatever was wrong may be mended by then.
        if (kept.includes(entry)) kept.splice(kept.indexOf(entry), 1);
        throw error;
      }
    },
  };
}

const [tab, lineFeed, carriageReturn, blank] = [9, 10, 13, 32];

/** Blanks, then the end of a line. */
function tokensThatBeginLines(vocabulary: Vocabulary): number[] {
  const { bytes, offsets } = packedTokens(vocabulary);
  const found: number[] = [];
  for (let token = 0; token + 1 < offsets.length; token++) {
    const end = offsets[token + 1] as number;
    let at = offsets[token] as number;
    while (at < end && (bytes[at] === tab || bytes[at] === blank)) at += 1;
    if (at + 1 < end && bytes[at] === carriageReturn) at += 1;
    if (at < end && bytes[at] === lineFeed) found.push(token);
  }
  return found;
}
