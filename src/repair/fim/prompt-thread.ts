// The thread in which prompts are made. It keeps the tokenizer that it was asked for last.
import { parentPort } from 'node:worker_threads';
import type { Answered, Asked } from '../asked-thread.js';
import type { HolePrompts, MadePrompt } from './hole-prompts.js';
import { type PromptQuestion, promptOf, promptsOfModel } from './prompt-maker.js';

const port = parentPort as NonNullable<typeof parentPort>;
let known: { readonly key: string; readonly prompts: Promise<HolePrompts> } | undefined;

port.on('message', async ({ id, question: { model, task } }: Asked<PromptQuestion>) => {
  const key = JSON.stringify(model);
  if (known?.key !== key) known = { key, prompts: promptsOfModel(model) };
  // What is thrown here ends the thread, and the one that asks finds out why.
  const reply: Answered<MadePrompt> = { id, answer: promptOf(await known.prompts, task) };
  port.postMessage(reply);
});
