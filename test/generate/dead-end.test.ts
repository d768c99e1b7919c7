import { join } from 'node:path';
import t from 'tap';
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

  async function run(compiler: Compiler, seed: number, onLimit: 'close' | 'partial', streams: boolean) {
    const { vocabulary } = model;
    const request = readGenerateOptions({ prompt: 'p', regex: 'x', seed, temperature: 9, onLimit });
    const steps = decode({ worker, compiler, vocabulary, contextLength: 400 }, request, streams);
    let given = '';
    for (;;) {
      const step = await steps.next();
      if (step.done) return { ...step.value, given };
      given += step.value;
    }
  }
  // "a" leads nowhere, after one token or after three; "b" leads to "bcd" and "bce".
  const short = { '': 'ab', b: 'c', bc: 'de', bcd: '$', bce: '$' };
  const long = { ...short, a: 'xy', ax: 'z', ay: 'z' };
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

  t.test('are backed out of, and the model goes on as if it had not been there', async (t) => {
    for (const table of [short, long]) {
      for (const seed of seeds)
        t.match((await run(undecidedGrammar(table, 1), seed, 'partial', false)).text, /^bc[de]$/);
    }
  });

  t.test('a stream never takes back what it gave', async (t) => {
    for (const seed of seeds) {
      const result = await run(undecidedGrammar(short, 1), seed, 'partial', true);
      t.equal(result.given, result.text);
    }
    const ends = await Promise.allSettled(
      seeds.map((seed) => run(undecidedGrammar(long, 1), seed, 'partial', true)),
    );
    t.ok(ends.some((end) => end.status === 'rejected' && end.reason.code === 'DEAD_END'));
    t.ok(ends.every((end) => end.status === 'rejected' || /^bc[de]$/.test(end.value.text)));
  });

  t.test('with an end kept ready, another token is drawn where no end is known', async (t) => {
    for (const seed of seeds) {
      const { text, finishReason } = await run(undecidedGrammar(long, 1), seed, 'close', true);
      t.match(text, /^bc[de]$/);
      t.equal(finishReason, 'stop');
    }
  });

  t.test('DEAD_END where nothing was undecided, or no way back is left', async (t) => {
    const nowhere = { '': 'a', a: 'b' };
    await t.rejects(run(undecidedGrammar(nowhere, 0), 1, 'partial', false), { code: 'DEAD_END' });
    await t.rejects(run(undecidedGrammar(nowhere, 1), 1, 'partial', false), { code: 'DEAD_END' });
  });
});
