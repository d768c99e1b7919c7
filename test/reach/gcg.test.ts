import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { loadModel, type Model } from '../../src/index.js';
import { contextOfModel } from '../../src/model/load-model.js';
import { logProbability } from '../../src/model/log-probability.js';
import { readOnnxTensors } from '../../src/reach/attention/onnx-tensors.js';
import type { TensorPlace } from '../../src/reach/attention/tensor-file.js';
import { type FindOptions, find, kEpsilon, verify } from '../../src/reach/index.js';
import { loadTickets, naiveLogits, ticketSchema, ticketsFolder } from './tickets.js';

let model: Model;
t.before(async () => {
  model = await loadTickets();
});
t.after(() => model.dispose());

const system = { template: 'ticket: my{{input}}', control: { tokens: 'all' }, batch: 64 } as const;
const gradientFile = join(ticketsFolder, 'onnx', 'model.grad.onnx');

t.test('the gradient points to tokens that lower the loss', async (t) => {
  const { worker, vocabulary } = contextOfModel(model);
  const { tokens } = await worker.encode({ prompt: 'ticket: my card' });
  const logitsOf = await naiveLogits();
  const lossOf = async (prompt: readonly number[], target: number): Promise<number> =>
    -logProbability(await logitsOf(prompt), target);
  const bias = new Float32Array(worker.info.logitsWidth);
  const place = tokens.length - 1;
  // The logits for each token in the last place.
  const rows: Float32Array[] = [];
  for (let token = 2; token < vocabulary.tokenCount; token++) {
    rows.push(Float32Array.from(await logitsOf([...tokens.subarray(0, place), token])));
  }
  const mean = (list: readonly { loss: number }[]): number =>
    list.reduce((sum, { loss }) => sum + loss, 0) / list.length;
  let better = 0;
  for (let target = 5; target < 185; target += 9) {
    const targets = Int32Array.of(target);
    const found = await worker.gradient(gradientFile, {
      tokens,
      targets,
      positions: Int32Array.of(place),
      bias,
    });
    t.ok(
      Math.abs(found.loss - (await lossOf([...tokens], target))) < 1e-3,
      'its loss is that of the runtime',
    );
    const byGradient = rows
      .map((row, index) => ({
        loss: -logProbability(row, target),
        slope: found.gradient[index + 2] as number,
      }))
      .sort((a, b) => a.slope - b.slope);
    if (mean(byGradient.slice(0, 48)) < mean(byGradient.slice(-48))) better++;
  }
  t.ok(better >= 16, `for ${better} of 20`);
  const all = await worker.gradient(gradientFile, {
    tokens: Int32Array.from([...tokens, 40]),
    targets: Int32Array.of(40, 70),
    positions: Int32Array.of(0),
    bias,
  });
  const both = (await lossOf([...tokens], 40)) + (await lossOf([...tokens, 40], 70));
  t.ok(Math.abs(all.loss - both / 2) < 1e-3, 'of several tokens the mean');
});

t.test('what it finds is a text that anybody can write, and the same each time', async (t) => {
  const options = {
    model,
    ...system,
    method: 'gcg',
    maxK: 2,
    budget: 400,
    gcg: { topK: 24, swaps: 64 },
  } as const;
  let found = 0;
  for (const target of [9, 44, 102, 120]) {
    const report = await find({ ...options, target });
    t.ok(report.evaluations <= 400);
    t.match(report.setting, { method: 'gcg', gcg: { topK: 24, swaps: 64 } });
    t.equal(report.notRun, undefined);
    const [first] = report.targets;
    if (first?.witness === null || first === undefined) {
      t.equal(first?.label, 'searched-unreached');
      t.ok((report.gradients as number) > 0);
      continue;
    }
    found++;
    t.ok((await verify(report, { model, ...system })).holds);
    t.same(await find({ ...options, target }), report);
  }
  t.comment(`${found} of 4`);
});

t.test('where it cannot run, it says so', async (t) => {
  const options = { model, ...system, method: 'gcg', target: 44, maxK: 2, budget: 50 } as const;
  const bad = (more: object, code: string) =>
    t.rejects(find({ ...options, ...more } as FindOptions), { code });
  await bad({ control: { characters: 'abc' } }, 'UNSUPPORTED');
  await bad({ target: 'tech', schema: ticketSchema, field: 'team' }, 'UNSUPPORTED');
  await bad({ target: undefined, targets: [4, 5] }, 'UNSUPPORTED');
  await bad({ gcg: { topK: 0 } }, 'ARGUMENT');
  await bad({ gcg: { width: 5 } }, 'ARGUMENT');
  await bad({ signal: AbortSignal.abort() }, 'ABORTED');

  const folder = t.testdir();
  cpSync(ticketsFolder, folder, { recursive: true });
  const file = join(folder, 'onnx', 'model.grad.onnx');
  rmSync(file);
  {
    await using without = await loadModel(folder, { threads: 1 });
    const report = await find({ ...options, model: without });
    t.match(report, {
      evaluations: 0,
      notRun: /no model.grad.onnx/,
      targets: [{ label: 'searched-unreached' }],
    });
    t.match(
      await kEpsilon([{ template: system.template, target: 44 }], {
        ...options,
        template: undefined,
        target: undefined,
        model: without,
      } as never),
      { notRun: /no model.grad.onnx/ },
    );
  }
  // Other weights, and what is no graph.
  const bytes = readFileSync(join(folder, 'onnx', 'model.onnx'));
  const { offset } = (await readOnnxTensors(join(folder, 'onnx', 'model.onnx'))).get('embed') as TensorPlace;
  for (let at = offset + 1; at < offset + 4000; at += 6) bytes[at] = (bytes[at] as number) ^ 0x80;
  writeFileSync(join(folder, 'onnx', 'model_quantized.onnx'), bytes);
  copyFileSync(gradientFile, file);
  {
    await using other = await loadModel(folder, { threads: 1, dtype: 'q8' });
    await t.rejects(find({ ...options, model: other }), { code: 'MODEL', message: /of other weights/ });
  }
  for (const content of ['garbage', readFileSync(join(ticketsFolder, 'onnx', 'model.onnx'))]) {
    writeFileSync(file, content);
    await using broken = await loadModel(folder, { threads: 1 });
    await t.rejects(find({ ...options, model: broken }), { code: 'MODEL' });
  }
});

t.test('the embedded model', async (t) => {
  await using embedded = await loadModel();
  const path = join(embedded.info.weights, '..', 'model.grad.onnx');
  t.ok(existsSync(path));
  const template = '<|schema|>priority:low|high<|text|>The door is{{input}} open.<|json|>{"priority":"';
  const [target] = (await contextOfModel(embedded).worker.encode({ prompt: 'low', isRendered: true })).tokens;
  const options = { model: embedded, template, control: { tokens: 'all' as const }, target, maxK: 3 };
  const report = await find({ ...options, method: 'gcg', budget: 200, gcg: { swaps: 48 } });
  t.ok(report.targets[0]?.witness !== null || (report.gradients as number) > 0);
  t.equal(report.contradicted, 0);
});
