// Beginnings of texts, and tokens that are to come next: the true next one, and others that the model finds likely.
import { readFileSync } from 'node:fs';
import { createRandom } from '../../src/generate/random.js';
import type { Model } from '../../src/index.js';
import { contextOfModel } from '../../src/model/load-model.js';

/** A text and the tokens that are looked for behind it. */
export interface State {
  readonly id: string;
  readonly text: string;
  readonly targets: readonly { readonly token: number; readonly set: 'next' | 'likely' }[];
}

export interface StateOptions {
  readonly states: number;
  /** Beside the true next token, so many of the likeliest 75. */
  readonly likely: number;
  readonly seed: number;
}

/** The texts that the embedded model was not trained on, or plain English sentences for other models. */
export function textsOf(isEmbedded: boolean): string[] {
  const read = (path: string): string[] =>
    readFileSync(new URL(path, import.meta.url), 'utf8')
      .split('\n')
      .filter(Boolean);
  if (!isEmbedded) return read('./sentences.txt');
  return read('../../models/json/heldout.jsonl').map((line) => (JSON.parse(line) as { text: string }).text);
}

/** Beginnings of 8, 10, 16, 22 or 32 tokens of the texts, as in the paper; the same for the same seed. */
export async function statesOf(
  model: Model,
  texts: readonly string[],
  options: StateOptions,
): Promise<State[]> {
  const { worker, vocabulary } = contextOfModel(model);
  const random = createRandom(options.seed);
  const states: State[] = [];
  for (let turn = 0; states.length < options.states; turn++) {
    if (turn > 20 * options.states) throw new Error('the texts are too few or too short');
    const text = texts[turn % texts.length] as string;
    const length = [8, 10, 16, 22, 32][states.length % 5] as number;
    const { tokens } = await worker.encode({ prompt: text, isRendered: true });
    const start = Math.floor(random() * Math.max(1, tokens.length - length));
    const span = tokens.subarray(start, start + length);
    const next = tokens[start + length];
    const begins = Buffer.concat([...span].map((token) => Buffer.from(vocabulary.bytes(token)))).toString();
    if (next === undefined || span.length < length || /\n|\uFFFD/.test(begins)) continue;
    // The text that these tokens are: what its tokens are again must be the same.
    const again = await worker.encode({ prompt: begins, isRendered: true });
    if (again.tokens.join() !== span.join()) continue;
    const targets: { token: number; set: 'next' | 'likely' }[] = [{ token: next, set: 'next' }];
    const ranked = await likeliest(model, again.tokens, 75);
    while (targets.length <= options.likely) {
      const token = ranked[1 + Math.floor(random() * (ranked.length - 1))] as number;
      if (targets.every((each) => each.token !== token)) targets.push({ token, set: 'likely' });
    }
    states.push({ id: String(states.length + 1), text: begins, targets });
  }
  return states;
}

async function likeliest(model: Model, tokens: Int32Array, count: number): Promise<number[]> {
  const { worker, vocabulary } = contextOfModel(model);
  const sequence = worker.openSequence();
  try {
    await sequence.forward(tokens);
    const logits = Float32Array.from(sequence.logits as Float32Array);
    const ids = Array.from({ length: vocabulary.tokenCount }, (_, id) => id).filter(
      (id) => !vocabulary.isSpecial(id) && vocabulary.bytes(id).length > 0,
    );
    return ids.sort((a, b) => (logits[b] as number) - (logits[a] as number)).slice(0, count);
  } finally {
    sequence.close();
  }
}
