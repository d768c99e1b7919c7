import { join } from 'node:path';
import t from 'tap';
import { createCompiledGrammars } from '../../src/generate/compiled-grammars.js';
import { decode } from '../../src/generate/decode.js';
import { maskOf } from '../../src/generate/mask-bits.js';
import { readGenerateOptions } from '../../src/generate/options.js';
import type { CompiledGrammar, Compiler } from '../../src/index.js';
import { startModelWorker } from '../../src/model/model-worker.js';
import { loadTiny, tinyFolder } from '../model/tiny-model.js';

const STOP = 256;

/**
 * A grammar as the engine gives one when it could not decide in time: some texts that its masks allow lead nowhere. The
 * real engine hardly ever does, so that this table of continuations stands in for it.
 */
function undecidedGrammar(next: Record<string, string>, undecided: number): Compiler {
  const after = (text: string): number[] =>
    [...(next[text] ?? '')].map((char) => (char === '$' ? STOP : char.charCodeAt(0)));
  const matcher = () => {
    let text = '';
    return {
      fillMaskAsync(mask: Int32Array) {
        mask.set(maskOf(after(text), 258));
        return Promise.resolve(true);
      },
      accept(token: number) {
        text += String.fromCharCode(token);
        return true;
      },
      rollback(units: number) {
        text = text.slice(0, text.length - units);
      },
      shortestCompletion() {
        const queue = [''];
        for (let more = queue.shift(); more !== undefined; more = queue.shift()) {
          const tokens = after(text + more);
          if (tokens.includes(STOP))
            return { tokens: Int32Array.from(Buffer.from(more)), bytes: Buffer.from(more) };
          queue.push(...tokens.map((token) => more + String.fromCharCode(token)));
        }
        return null;
      },
      get isAccepting() {
        return after(text).includes(STOP);
      },
      get stats() {
        return { undecided };
      },
      dispose() {},
    };
  };
  const compiled = { satisfiable: true, matcher, dispose() {} } as unknown as CompiledGrammar;
  return { compile: async () => compiled } as unknown as Compiler;
}

t.test('dead ends behind undecided states', async (t) => {
  const model = await loadTiny();
  const weights = join(tinyFolder, 'onnx', 'model.onnx');
  const worker = await startModelWorker({ folder: tinyFolder, weights, device: 'cpu', threads: 1 }).worker;
  t.teardown(() => Promise.all([model.dispose(), worker.dispose()]));

  async function run(
    compiler: Compiler,
    seed: number,
    onLimit: 'close' | 'partial',
    streams: boolean,
    more: { prompt?: string; temperature?: number } = {},
  ) {
    const { vocabulary } = model;
    const { prompt = 'p', temperature = 9 } = more;
    const request = readGenerateOptions({ prompt, regex: 'x', seed, temperature, onLimit });
    const compiledGrammars = createCompiledGrammars(compiler);
    const context = { worker, compiler, compiledGrammars, vocabulary, contextLength: 400 };
    const steps = decode(context, request, streams);
    const parts: string[] = [];
    for (;;) {
      const step = await steps.next();
      if (step.done) return { ...step.value, parts };
      parts.push(step.value);
    }
  }
  // "a" leads nowhere, after one token or after three; "b" leads to "bcd" and "bce".
  const short = { '': 'ab', b: 'c', bc: 'de', bcd: '$', bce: '$' };
  const long = { ...short, a: 'xy', ax: 'z', ay: 'z' };
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

  t.test('are backed out of, and the result says how many tokens that took', async (t) => {
    for (const [table, atMost] of [
      [short, 1],
      [long, 5],
    ] as const) {
      const counts = new Set<number>();
      for (const seed of seeds) {
        const { text, backtracking } = await run(undecidedGrammar(table, 3), seed, 'partial', false);
        t.match(text, /^bc[de]$/);
        t.equal(backtracking.undecided, 3);
        counts.add(backtracking.takenBack);
      }
      // Either "a" was never drawn, or everything behind it was tried.
      t.same([...counts].sort(), [0, atMost]);
    }
  });

  t.test('the model goes on as if they had not been there', async (t) => {
    const letters = 'bcdefgh';
    // Greedy: what is drawn behind the way back is the arg-max at that place, as without the dead ends.
    for (const prompt of ['p', 'other', 'a longer prompt']) {
      for (const first of 'bh') {
        const free = {
          '': first,
          [first]: letters,
          ...Object.fromEntries([...letters].map((l) => [first + l, '$'])),
        };
        const options = { prompt, temperature: 0 };
        const without = await run(undecidedGrammar(free, 0), 1, 'partial', false, options);
        const next = without.text[1] as string;
        // The favourite and its next two tokens lead nowhere, so that another one must be drawn.
        const blocked = {
          ...free,
          [first + next]: 'xy',
          [`${first}${next}x`]: 'z',
          [`${first}${next}y`]: 'z',
        };
        const rest = letters.replace(next, '');
        const expected = await run(
          undecidedGrammar({ ...free, [first]: rest }, 0),
          1,
          'partial',
          false,
          options,
        );
        const found = await run(undecidedGrammar(blocked, 1), 1, 'partial', false, options);
        t.equal(found.text, expected.text);
        t.equal(found.backtracking.takenBack, 5);
      }
    }
  });

  t.test('a stream waits with what may be taken back, and comes to the same text', async (t) => {
    for (const table of [short, long]) {
      for (const seed of seeds) {
        const { text, parts } = await run(undecidedGrammar(table, 1), seed, 'partial', true);
        t.match(text, /^bc[de]$/);
        t.equal(parts.join(''), text);
        t.equal(parts[0], 'b', 'given as soon as an end is known');
      }
    }
  });

  t.test('with an end kept ready, another token is drawn where no end is known', async (t) => {
    const redraws = new Set<number>();
    for (const seed of seeds) {
      const { text, finishReason, backtracking } = await run(undecidedGrammar(long, 1), seed, 'close', true);
      t.match(text, /^bc[de]$/);
      t.equal(finishReason, 'stop');
      redraws.add(backtracking.takenBack);
    }
    t.same([...redraws].sort(), [0, 1]);
  });

  t.test('nothing undecided: nothing is taken back', async (t) => {
    const { backtracking } = await run(
      undecidedGrammar({ '': 'bc', b: '$', c: '$' }, 0),
      1,
      'partial',
      false,
    );
    t.same(backtracking, { undecided: 0, takenBack: 0 });
  });

  t.test('DEAD_END where nothing was undecided, or no way back is left', async (t) => {
    const nowhere = { '': 'a', a: 'b' };
    for (const streams of [false, true]) {
      for (const undecided of [0, 1]) {
        await t.rejects(run(undecidedGrammar(nowhere, undecided), 1, 'partial', streams), {
          code: 'DEAD_END',
        });
      }
    }
  });

  t.test('DEAD_END past the bounds: 64 tokens deep, 1024 in all', async (t) => {
    const corridor = (length: number): Record<string, string> => {
      const table: Record<string, string> = { '': 'ab', b: '$' };
      for (let at = 1; at < length; at++) table['a'.repeat(at)] = 'a';
      return table;
    };
    const near = await Promise.all(
      seeds.map((seed) => run(undecidedGrammar(corridor(60), 1), seed, 'partial', false)),
    );
    t.ok(near.every(({ text }) => text === 'b'));
    t.ok(near.some(({ backtracking }) => backtracking.takenBack === 60));
    const forced = corridor(70);
    forced[''] = 'a';
    await t.rejects(run(undecidedGrammar(forced, 1), 1, 'partial', false), {
      code: 'DEAD_END',
      message: /64 tokens were taken back/,
    });
    // Every text of 11 letters, none of which can be finished.
    const bush = new Proxy({} as Record<string, string>, {
      get: (_, text) => (String(text).length < 11 ? 'ab' : ''),
    });
    await t.rejects(run(undecidedGrammar(bush, 1), 1, 'partial', false), {
      code: 'DEAD_END',
      message: /1024 tokens were taken back/,
    });
  });
});
