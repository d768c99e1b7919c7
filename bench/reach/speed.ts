// Texts a second: of a sweep, of the runtime alone with the same prompts, and of the loop that the published program has.
import { loadModel, type Model } from '../../src/index.js';
import { contextOfModel } from '../../src/model/load-model.js';
import { type SweepOptions, sweep } from '../../src/reach/index.js';
import { printTable } from '../maskbench/tables.js';
import { bareRuntime } from './bare.js';
import { median, quickest, ratio, type Spent, spent, takeTurns } from './rounds.js';
import { upstreamLoop } from './upstream.js';

export interface SpeedOptions {
  readonly quick: boolean;
  /** An interpreter that has PyTorch. */
  readonly python: string | undefined;
  readonly tell: (kind: string, figure: object) => void;
}

const sentence =
  'The parcel was sent from the harbour office on Monday, and the driver left it with a neighbour who was at home. ';
/** Prompts of a step: the others are given both, and the quicker one counts. */
const [few, batch] = [8, 32];

/** Prompts as the model reads them, of tokens put before or into a text. */
async function promptsOf(
  model: Model,
  [before, behind]: readonly [string, string],
  tokens: readonly number[],
): Promise<Int32Array[]> {
  const { worker } = contextOfModel(model);
  const [first, last] = await Promise.all([
    worker.encode({ prompt: before }),
    worker.encode({ prompt: behind, isRendered: true }),
  ]);
  return tokens.map((token) => Int32Array.from([...first.tokens, token, ...last.tokens]));
}

export async function runSpeed({ quick, python, tell }: SpeedOptions): Promise<void> {
  await using model = await loadModel(undefined, { threads: 1 });
  const bare = await bareRuntime(model.info.weights);
  const count = quick ? 96 : 256;
  const rounds = quick ? 2 : 5;
  const tokens = Array.from({ length: count }, (_, index) => 300 + index);
  const control = { tokens, identity: 'ids' as const, printable: false };
  const rows: string[][] = [];
  const note = (name: string, figure: Record<string, number>, cells: readonly string[]): void => {
    tell('speed', { name, count, rounds, ...figure });
    rows.push([name, ...cells]);
  };
  const rate = (taken: readonly Spent[], texts = count): string =>
    (texts / median(taken.map(({ seconds }) => seconds))).toFixed(0);
  const quotient = ({ seconds, processor }: Spent): string[] => [
    `${seconds.toFixed(2)} ×`,
    `${processor.toFixed(2)} ×`,
  ];
  const swept = (system: SweepOptions) => () => spent(async () => void (await sweep(system)));
  const alone = (prompts: readonly Int32Array[], most: number) => () => spent(() => bare(prompts, most));

  // Nothing is shared: the text stands before all of the prompt.
  const front = ['', sentence] as const;
  const shape = await promptsOf(model, front, tokens);
  const one = { model, template: `{{input}}${sentence}`, control, k: 1, batch, replays: 0 };
  const apart = await takeTurns(
    { ours: swept(one), few: alone(shape, few), many: alone(shape, batch) },
    rounds,
  );
  const theirBest = quickest(apart.few, apart.many);
  const againstBare = ratio(theirBest, apart.ours);
  note('before the prompt, against the runtime alone', { ...againstBare }, [
    `${rate(apart.ours)}/s`,
    `${rate(theirBest)}/s`,
    ...quotient(againstBare),
    '≥ 0.85 ×',
  ]);

  // In a slot: what stands before it is read once.
  const middle = [sentence.repeat(3), ' Yes.'] as const;
  const whole = await promptsOf(model, middle, tokens);
  const slot = { ...one, template: middle.join('{{input}}') };
  const shared = await takeTurns({ ours: swept(slot), bare: alone(whole, few) }, rounds);
  const saved = ratio(shared.bare, shared.ours);
  const length = whole[0]?.length ?? 0;
  const tail = (await promptsOf(model, ['', middle[1]], tokens.slice(0, 1)))[0]?.length ?? 1;
  note('in a slot, against the runtime alone', { ...saved, length, tail }, [
    `${rate(shared.ours)}/s`,
    `${rate(shared.bare)}/s`,
    ...quotient(saved),
    `of ${(length / tail).toFixed(1)} × (${length} tokens, ${tail} of them not shared)`,
  ]);

  // One pass for all targets. The difference is small: many short rounds.
  const short = 'The parcel was sent from the harbour.';
  const targets = tokens.slice(0, 75);
  const part = tokens.slice(0, 64);
  const brief = {
    ...one,
    template: `{{input}}${short}`,
    control: { ...control, tokens: part },
    scores: true,
  };
  const asked = await takeTurns(
    { one: swept({ ...brief, targets: targets.slice(0, 1) }), all: swept({ ...brief, targets }) },
    8 * rounds,
  );
  const dearer = ratio(asked.all, asked.one);
  note(`time with 75 targets, against one; ${part.length} texts, ${8 * rounds} rounds`, { ...dearer }, [
    `${rate(asked.all, part.length)}/s`,
    `${rate(asked.one, part.length)}/s`,
    `${dearer.seconds.toFixed(3)} ×`,
    `${dearer.processor.toFixed(3)} ×`,
    '≤ 1.05 ×',
  ]);

  if (python === undefined) {
    console.log('PyTorch: left out; --python names an interpreter that has it');
  } else {
    const upstream = await upstreamLoop(python);
    console.log(`the published program's loop: ${upstream.model}`);
    // The paper's states have 8 to 32 tokens. In a slot its program reads all of the prompt for each text.
    const [shortest] = await promptsOf(model, ['', short], tokens.slice(0, 1));
    const shapes = [
      ['before a short prompt', { ...one, template: `{{input}}${short}` }, shortest],
      ['before the prompt', one, shape[0]],
      ['in a slot', slot, whole[0]],
    ] as const;
    for (const [name, system, prompt] of shapes) {
      const length = prompt?.length ?? 1;
      // They read the answer behind the prompt too.
      const theirs = (most: number) => () => upstream.score(count, length + 1, most);
      const taken = await takeTurns({ ours: swept(system), few: theirs(few), many: theirs(batch) }, rounds);
      const theirBest = quickest(taken.few, taken.many);
      const faster = ratio(theirBest, taken.ours);
      note(`${name}, ${length} tokens, against the loop of the published program`, { ...faster, length }, [
        `${rate(taken.ours)}/s`,
        `${rate(theirBest)}/s`,
        ...quotient(faster),
        name === 'in a slot' ? '' : '≥ 2 ×',
      ]);
    }
    await upstream.close();
  }

  const title =
    `Texts a second, embedded model, one thread, ${count} texts, medians of ${rounds} rounds in turn; the others with ` +
    `batches of ${few} and ${batch}, of which the quicker counts`;
  printTable(title, ['', 'ours', 'other', 'quotient', 'of processor time', 'wanted'], rows);
}
