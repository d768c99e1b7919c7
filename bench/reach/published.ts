// The share of targets that at most k tokens before a text reach, as "What's the Magic Word?" (Bhargava, Witkowski, Looi, Thomson, 2023,
// arXiv 2310.04444) found it: counted from the result files of its repository (amanb2000/Magic_Words at 8b3d58e, MIT).
// Greedy search for k of 1 to 3, then GCG with gradients. GPT-2 is in the repository, not in the paper.

/** A line of the paper's figures. */
export interface Published {
  readonly name: string;
  /** Pairs of a text and a target. */
  readonly pairs: number;
  /** By k, from 0; undefined where it was not tried. */
  readonly shares: readonly (number | undefined)[];
}

const lengths = [0, 1, 2, 3, 4, 6, 8, 10];

function line(name: string, pairs: number, found: readonly number[]): Published {
  const shares: (number | undefined)[] = Array.from({ length: 11 }, () => undefined);
  for (const [index, k] of lengths.entries()) shares[k] = found[index];
  return { name, pairs, shares };
}

export const published: readonly Published[] = [
  line('GPT-2 124M, next token', 5000, [0.247, 0.366, 0.487, 0.582, 0.877, 0.962, 0.99, 0.9968]),
  line('Falcon 7B, next token', 5000, [0.421, 0.617, 0.762, 0.822, 0.902, 0.944, 0.962, 0.9716]),
  line('Llama 7B, next token', 5000, [0.403, 0.614, 0.724, 0.763, 0.909, 0.95, 0.973, 0.9864]),
  line('Falcon 40B, next token', 500, [0.438, 0.692, 0.82, 0.862, 0.904, 0.94, 0.956, 0.97]),
  line('Falcon 7B, likeliest 75', 1875, [0.013, 0.092, 0.253, 0.37, 0.55, 0.73, 0.832, 0.894]),
  line('Llama 7B, likeliest 75', 1875, [0.013, 0.164, 0.323, 0.39, 0.56, 0.681, 0.785, 0.855]),
];
