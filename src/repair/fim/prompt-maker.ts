import { readTokenizerFiles } from '../../tokenizer/tokenizer-files.js';
import { askedThread } from '../asked-thread.js';
import {
  type Gap,
  type HolePrompts,
  holePrompts,
  type MadePrompt,
  type PromptSettings,
  type Scored,
} from './hole-prompts.js';

/** A model of which prompts are made: its folder, and what of it counts. */
export interface PromptModel extends PromptSettings {
  readonly path: string;
}

/** What is asked for. */
export type PromptTask =
  | { readonly kind: 'gap'; readonly gap: Gap; readonly reserve: number }
  | { readonly kind: 'scored'; readonly scored: Scored };

/** What the thread is asked. */
export interface PromptQuestion {
  readonly model: PromptModel;
  readonly task: PromptTask;
}

/** One thread serves the whole process: to tokenize a long file takes tens of milliseconds, to read a tokenizer hundreds. */
const ask = askedThread<PromptQuestion, MadePrompt>('prompt-thread', import.meta.url);

/**
 * A prompt for a model, made beside what else the program does. Where the thread cannot make it, it is made here, and what is wrong is
 * said.
 *
 * @throws GrammaskError `MODEL` or `VOCABULARY` for a tokenizer that cannot be read, `BUDGET_TOO_SMALL` where nothing fits
 */
export async function makePrompt(model: PromptModel, task: PromptTask): Promise<MadePrompt> {
  const made = await ask({ model, task });
  return made instanceof Error ? promptOf(await promptsOfModel(model), task) : made;
}

/** Reads the tokenizer of a model. */
export async function promptsOfModel(model: PromptModel): Promise<HolePrompts> {
  return holePrompts(await readTokenizerFiles(model.path), model);
}

export function promptOf(prompts: HolePrompts, task: PromptTask): MadePrompt {
  return task.kind === 'gap' ? prompts.promptFor(task.gap, task.reserve) : prompts.scoringOf(task.scored);
}
