import { readTokenizerFiles } from '../../tokenizer/tokenizer-files.js';
import { askedThread, isNoThread } from '../asked-thread.js';
import {
  type Gap,
  type HolePrompts,
  holePrompts,
  type MadePrompt,
  type PromptSettings,
  type Scored,
} from './hole-prompts.js';

/** A model for which prompts are made: its folder, and what of it counts. */
export interface PromptModel extends PromptSettings {
  readonly path: string;
  /** Tells models apart: a folder may have changed since another one was loaded from it. */
  readonly number: number;
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
 * A prompt for a model, made beside what else the program does. Where the thread cannot be had it is made here.
 *
 * @throws GrammaskError `MODEL` or `VOCABULARY` for a tokenizer that cannot be read, `BUDGET_TOO_SMALL` where nothing fits
 */
export async function makePrompt(model: PromptModel, task: PromptTask): Promise<MadePrompt> {
  const question = { model, task };
  const made = await ask(question);
  return isNoThread(made) ? answerPrompt(question) : made;
}

/** Tokenizers that are kept. */
const KEPT = 3;
const tokenizers = new Map<string, Promise<HolePrompts>>();

/** Makes a prompt, in the thread or here. */
export async function answerPrompt({ model, task }: PromptQuestion): Promise<MadePrompt> {
  const prompts = await promptsOf(model);
  return task.kind === 'gap' ? prompts.promptFor(task.gap, task.reserve) : prompts.scoringOf(task.scored);
}

function promptsOf(model: PromptModel): Promise<HolePrompts> {
  const key = JSON.stringify(model);
  const prompts =
    tokenizers.get(key) ?? readTokenizerFiles(model.path).then((files) => holePrompts(files, model));
  tokenizers.delete(key);
  if (tokenizers.size >= KEPT) tokenizers.delete(tokenizers.keys().next().value as string);
  tokenizers.set(key, prompts);
  // The file may be mended by the next time.
  prompts.catch(() => tokenizers.delete(key));
  return prompts;
}
