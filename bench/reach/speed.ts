// Texts a second: of a sweep, of the runtime alone with the same prompts, and of the loop that the published program has.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadModel, type Model } from '../../src/index.js';
import { contextOfModel } from '../../src/model/load-model.js';
import { sweep } from '../../src/reach/index.js';
import { printTable } from '../maskbench/tables.js';
import { bareRuntime } from './bare.js';
import { median, ratio, takeTurns } from './rounds.js';

export interface SpeedOptions {
  readonly quick: boolean;
  /** An interpreter that has PyTorch. */
  readonly python: string | undefined;
  readonly tell: (kind: string, figure: object) => void;
}

const sentence =
  'The parcel was sent from the harbour office on Monday, and the driver left it with a neighbour who was at home. ';
const batch = 32;

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
  const rate = (seconds: readonly number[]): string => (count / median(seconds)).toFixed(0);

  // Nothing is shared: the text stands before all of the prompt.
  const front = ['', sentence] as const;
  const shape = await promptsOf(model, front, tokens);
  const one = { model, template: `{{input}}${sentence}`, control, k: 1, batch, replays: 0 };
  const apart = await takeTurns(
    { ours: async () => void (await sweep(one)), bare: () => bare(shape, batch) },
    rounds,
  );
  const againstBare = ratio(apart.bare, apart.ours);
  note('before the prompt, against the runtime alone', { ratio: againstBare, median: median(apart.ours) }, [
    `${rate(apart.ours)}/s`,
    `${rate(apart.bare)}/s`,
    `${againstBare.toFixed(2)} ×`,
    '≥ 0.85 ×',
  ]);

  // In a slot: what stands before it is read once.
  const middle = [sentence.repeat(3), ' Yes.'] as const;
  const whole = await promptsOf(model, middle, tokens);
  const slot = { ...one, template: middle.join('{{input}}') };
  const shared = await takeTurns(
    { ours: async () => void (await sweep(slot)), bare: () => bare(whole, batch) },
    rounds,
  );
  const saved = ratio(shared.bare, shared.ours);
  const length = whole[0]?.length ?? 0;
  const tail = (await promptsOf(model, ['', middle[1]], tokens.slice(0, 1)))[0]?.length ?? 1;
  note('in a slot, against the runtime alone', { ratio: saved, median: median(shared.ours), length, tail }, [
    `${rate(shared.ours)}/s`,
    `${rate(shared.bare)}/s`,
    `${saved.toFixed(2)} ×`,
    `of ${(length / tail).toFixed(1)} × (${length} tokens, ${tail} of them not shared)`,
  ]);

  // One pass for all targets.
  const targets = tokens.slice(0, 75);
  const asked = await takeTurns(
    {
      one: async () => void (await sweep({ ...one, targets: targets.slice(0, 1), scores: true })),
      all: async () => void (await sweep({ ...one, targets, scores: true })),
    },
    rounds,
  );
  const dearer = ratio(asked.all, asked.one);
  note('75 targets, against one', { ratio: dearer, median: median(asked.all) }, [
    `${rate(asked.all)}/s`,
    `${rate(asked.one)}/s`,
    `${dearer.toFixed(3)} × as long`,
    '≤ 1.05 ×',
  ]);

  if (python === undefined) {
    console.log('PyTorch: left out; --python names an interpreter that has it');
  } else {
    // The paper's states have 8 to 32 tokens. In a slot its program reads all of the prompt for each text.
    const short = 'The parcel was sent from the harbour.';
    const [brief] = await promptsOf(model, ['', short], tokens.slice(0, 1));
    const shapes = [
      ['before a short prompt', { ...one, template: `{{input}}${short}` }, brief],
      ['before the prompt', one, shape[0]],
      ['in a slot', slot, whole[0]],
    ] as const;
    for (const [name, system, prompt] of shapes) {
      const length = prompt?.length ?? 1;
      const theirs: number[] = [];
      const ours: number[] = [];
      let of = '';
      // Between rounds of ours, so that both meet the same load.
      for (let round = 0; round < rounds; round++) {
        // They read the answer behind the prompt too.
        const { seconds, model: theirModel } = upstreamShape(python, length + 1);
        theirs.push(seconds);
        of = theirModel;
        const started = performance.now();
        await sweep(system);
        ours.push((performance.now() - started) / 1000);
      }
      const faster = ratio(theirs, ours);
      note(
        `${name}, ${length} tokens, against the loop of the published program`,
        { ratio: faster, length },
        [
          `${rate(ours)}/s`,
          `${rate(theirs)}/s`,
          `${faster.toFixed(2)} ×`,
          name === 'in a slot' ? '' : '≥ 2 ×',
        ],
      );
      if (name === 'in a slot') console.log(`the published program's loop: ${of}`);
    }
  }

  function upstreamShape(interpreter: string, length: number): { seconds: number; model: string } {
    const script = fileURLToPath(new URL('./upstream_shape.py', import.meta.url));
    const size = [count, length, batch, 1].map(String);
    const text = execFileSync(interpreter, [script, ...size], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { seconds, model: theirModel } = JSON.parse(text) as { seconds: [number]; model: string };
    return { seconds: seconds[0], model: theirModel };
  }

  const title = `Texts a second, embedded model, one thread, ${count} texts, batches of ${batch}; medians of ${rounds} rounds in turn`;
  printTable(title, ['', 'ours', 'other', 'quotient', 'wanted'], rows);
}
