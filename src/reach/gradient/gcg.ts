// Greedy coordinate gradient (Zou and others, "Universal and Transferable Adversarial Attacks on Aligned Language Models", 2023,
// algorithm 1), to compare with: of each place, the tokens by which the loss falls fastest, to first order; random swaps to those;
// the best of them is the next one, whether it is better than the last or not.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GrammaskError } from '../../errors.js';
import { hasBit } from '../../generate/mask-bits.js';
import { createRandom, type Random } from '../../generate/random.js';
import { noCounts } from '../candidates.js';
import type { Search } from '../search.js';
import type { System } from '../system.js';

/** How many tokens and swaps. */
export interface GcgSettings {
  /** Tokens of each place, those that promise most. Default 256, as in the paper. */
  readonly topK: number;
  /** Swaps that are read in a round. Default 512, as in the paper. */
  readonly swaps: number;
}

/** The graph of gradients of a model; undefined: there is none. */
export function gradientFile({ model }: System): string | undefined {
  const path = join(dirname(model.info.weights), 'model.grad.onnx');
  return existsSync(path) ? path : undefined;
}

// Rounds without any text that was not read before, after which it ends.
const mostIdleRounds = 16;
// Draws of a first text.
const mostStarts = 4096;
// How far the two ways to compute a loss may differ; more is the gradient of other weights.
const lossTolerance = 0.01;
const notAllowed = -1e9;

/**
 * Looks for one next token with texts of k tokens. The search must have been made with `byProbability`, and has a single goal. Texts
 * that no one can write are no candidates, as everywhere; what was read before is not read again, and can still be the best.
 *
 * @returns how many gradients were computed
 * @throws GrammaskError `MODEL` where the graph is of other weights
 */
export async function gcg(
  search: Search,
  k: number,
  path: string,
  { topK, swaps, seed }: GcgSettings & { seed: number },
): Promise<number> {
  const random = createRandom(seed);
  const losses = new Map<string, number>();
  const gradientOf = await createGradient(search, path);
  let gradients = 0;
  await search.read([[]], 'gcg');

  async function read(sequences: readonly (readonly number[])[]): Promise<number> {
    const { scored } = await search.read(sequences, 'gcg', { looks: false });
    for (const { sequence, scores } of scored) losses.set(sequence.join(), -(scores[0] as number));
    return scored.length;
  }

  let current = k === 0 ? undefined : await start(search, k, random, read);
  for (let idle = 0; current !== undefined && idle < mostIdleRounds; ) {
    await search.confirm(current, 'gcg');
    if (search.open().length === 0 || search.left === 0) break;
    const { loss, best } = await gradientOf(current, topK);
    gradients++;
    checkLoss(loss, losses.get(current.join()) as number, path);
    const round = swapsOf(current, best, Math.min(swaps, search.left), random);
    idle = (await read(round)) === 0 ? idle + 1 : 0;
    let least = Number.POSITIVE_INFINITY;
    for (const sequence of round) {
      const known = losses.get(sequence.join());
      if (known === undefined || known >= least) continue;
      least = known;
      current = sequence;
    }
  }
  return gradients;
}

type ReadAll = (sequences: readonly (readonly number[])[]) => Promise<number>;

/** A random text of k tokens; undefined where none was found. */
async function start(
  search: Search,
  k: number,
  random: Random,
  read: ReadAll,
): Promise<readonly number[] | undefined> {
  const symbols = search.system.control.symbols.length;
  for (let draw = 0; draw < mostStarts && search.left > 0; draw++) {
    const sequence = Array.from({ length: k }, () => Math.floor(random() * symbols));
    if ((await read([sequence])) > 0) return sequence;
  }
  return undefined;
}

function swapsOf(
  current: readonly number[],
  best: readonly (readonly number[])[],
  count: number,
  random: Random,
): (readonly number[])[] {
  const pick = (below: number): number => Math.floor(random() * below);
  return Array.from({ length: count }, () => {
    const place = pick(current.length);
    const among = best[place] as readonly number[];
    return current.map((symbol, at) => (at === place ? (among[pick(among.length)] as number) : symbol));
  });
}

interface Steepest {
  readonly loss: number;
  /** Of each place the symbols with the lowest derivative. */
  readonly best: readonly (readonly number[])[];
}

async function createGradient(
  { system, maker, goals }: Search,
  path: string,
): Promise<(sequence: readonly number[], topK: number) => Promise<Steepest>> {
  const { control, context, template, watch } = system;
  const { worker } = context;
  const { before } = await watch.race(template.around(worker));
  const { tokens: first } = await watch.race(worker.encode(before));
  const mask = system.firstMask();
  const width = worker.info.logitsWidth;
  const bias = Float32Array.from({ length: width }, (_, token) => (hasBit(mask, token) ? 0 : notAllowed));
  const targets = Int32Array.of(Number(goals[0]?.outcome));
  return async (sequence, topK) => {
    const [candidate] = await maker.make([sequence], noCounts());
    const tokens = candidate?.prompt as Int32Array;
    const positions = Int32Array.from(sequence, (_, place) => first.length + place);
    const { loss, gradient } = await watch.race(worker.gradient(path, { tokens, targets, positions, bias }));
    const best = sequence.map((_, place) => {
      const slope = (symbol: number): number =>
        gradient[place * width + (control.ids[symbol] as number)] as number;
      return Array.from(control.symbols, (_, symbol) => symbol)
        .sort((a, b) => slope(a) - slope(b))
        .slice(0, topK);
    });
    return { loss, best };
  };
}

function checkLoss(found: number, read: number, path: string): void {
  if (Math.abs(found - read) <= lossTolerance * Math.max(1, read)) return;
  throw new GrammaskError(
    'MODEL',
    `the gradient is of other weights: its loss is ${found.toFixed(4)}, the model's ${read.toFixed(4)}`,
    { hint: 'make it again with models/train/gradient_file.py', location: { path } },
  );
}
