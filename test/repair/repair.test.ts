import { spawn } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { progressText } from '../../src/cli/repair-progress.js';
import { GrammaskError, type Model } from '../../src/index.js';
import {
  createValidator,
  type Patch,
  patchJson,
  type RepairOptions,
  type RepairProgress,
  type RepairSummary,
  repair,
  typescriptEngine,
} from '../../src/repair/index.js';
import { loadTiny } from '../model/tiny-model.js';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const loader = new URL('../../scripts/typescript-loader.mjs', import.meta.url).href;

const right = `interface Item { price: number; count: number }

export function total(items: Item[]): number {
  let sum = 0;
  for (const item of items) {
    sum += item.price * item.count;
  }
  return sum;
}
`;
const wrong = right.replace('item.price', 'item.prise');

t.setTimeout(240_000);

const project = t.testdir({
  'tsconfig.json': '{"compilerOptions":{"strict":true,"target":"es2022","lib":["es2015"],"types":[]}}',
  'cart.ts': wrong,
  'test.cjs': `process.exit(require('node:fs').readFileSync('cart.ts', 'utf8').includes('item.price *') ? 0 : 1);`,
});
const engine = typescriptEngine({ project, deadlineMs: 60_000 });
const validator = createValidator({ project });
const model = await loadTiny();
t.teardown(() => Promise.all([engine.dispose(), validator.dispose(), model.dispose()]));

type Own = Partial<RepairOptions>;

async function patchesOf(own: Own): Promise<{ patches: Patch[]; summary: RepairSummary }> {
  const base = { model, project, file: 'cart.ts', content: right, range: '6', engine, validator };
  const run = repair({ ...base, ...own });
  const patches: Patch[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done) return { patches, summary: next.value };
    patches.push(next.value);
  }
}

const slow = { mode: 'sampled', maxTokens: 24, slotTimeoutMs: 60_000 } as const;

/** Codes by which the compiler says that a name does not exist. */
const NO_SUCH_NAME = new Set([2304, 2339, 2551, 2552]);

t.test('what the model writes names nothing that does not exist, and every record is whole', async (t) => {
  await engine.ready();
  const seen: RepairProgress[] = [];
  const policy = { ...slow, onLimit: 'close', templates: false } as const;
  const { patches, summary } = await patchesOf({
    policy,
    samples: 16,
    seed: 7,
    onProgress: (progress) => seen.push(progress),
  });
  t.equal(patches.length, 16);
  let judged = 0;
  for (const patch of patches) {
    t.same(Object.values(patchJson(patch)).includes(undefined), false, 'nothing is missing');
    t.match(patch, { file: 'cart.ts', origin: { kind: 'sample' }, model: model.info.path, seed: Number });
    t.equal(right.slice(patch.range.start, patch.range.end), 'sum += item.price * item.count;');
    t.ok(['compiles', 'errors', 'duplicate', 'unfinished', 'unchanged'].includes(patch.status), patch.status);
    if (patch.after === null) continue;
    judged += 1;
    t.ok(patch.tokens > 0 && patch.ms.total > 0 && patch.forwardPasses > 0);
    t.match(patch.before, { status: 'clean' });
    const { diagnostics } = patch.after;
    // Of a text that is no syntax the compiler makes another one.
    if (diagnostics.some(({ code }) => code < 2000 || code >= 17000)) continue;
    t.same(
      diagnostics.filter(({ code }) => NO_SUCH_NAME.has(code)),
      [],
      patch.text,
    );
  }
  t.ok(judged >= 4, `${judged} were judged`);
  t.ok(
    patches.some(({ engine: asked }) => asked.queries > 0),
    'the engine was asked',
  );
  t.ok(
    patches.some(({ engine: asked }) => asked.cacheHits > 0),
    'and samples share its answers',
  );
  t.match(summary, { budget: { samples: 16, ms: null }, used: { samples: 16 } });
  t.equal(
    Object.values(summary.counts).reduce((sum, count) => sum + count, 0),
    16,
  );
  t.same(seen.at(-1)?.counts, summary.counts);
});

t.test('a seed repeats, another one does not, and templates keep a part of the line', async (t) => {
  const policy = { ...slow, validate: false } as const;
  const draw = async (seed: number): Promise<Patch[]> =>
    (await patchesOf({ policy, samples: 6, seed })).patches;
  const texts = (from: readonly Patch[]): string =>
    from.map(({ text, seed }) => `${seed} ${text}`).join('\n');
  const patches = await draw(1);
  t.equal(texts(await draw(1)), texts(patches));
  t.not(texts(await draw(2)), texts(patches));
  for (const [i, { origin, text }] of patches.entries()) {
    t.equal(origin.detail.startsWith('whole'), i % 2 === 0);
    if (origin.detail.startsWith('keep-prefix')) t.match(text, /^sum/);
  }
});

t.test(
  'what the policy switches: the memory, text that must come; and each sample has its score',
  async (t) => {
    const draw = async (own: object): Promise<Patch[]> => {
      const policy = { ...slow, maxTokens: 12, validate: false, templates: false, ...own };
      return (await patchesOf({ policy, samples: 6, seed: 5 })).patches;
    };
    const sum = (patches: readonly Patch[], of: (patch: Patch) => number): number =>
      patches.reduce((total, patch) => total + of(patch), 0);
    const hits = (patches: readonly Patch[]): number => sum(patches, ({ engine: asked }) => asked.cacheHits);
    const [kept, forgotten] = [await draw({}), await draw({ cache: false })];
    t.same(
      forgotten.map(({ text }) => text),
      kept.map(({ text }) => text),
    );
    t.ok(hits(forgotten) < hits(kept), `${hits(forgotten)} answers of the memory, ${hits(kept)} with it`);
    const drawn = await draw({ active: false });
    t.ok(sum(drawn, ({ forcedTokens }) => forcedTokens) <= sum(kept, ({ forcedTokens }) => forcedTokens));
    const closed = await draw({ onLimit: 'close', score: true });
    const scores = new Map<string, number | null>();
    for (const { text, status, logprob } of closed) {
      if (status === 'unfinished') continue;
      t.ok(logprob !== null && logprob < 0, text);
      t.equal(scores.get(text) ?? logprob, logprob, 'the same text, the same score');
      scores.set(text, logprob);
    }
    t.ok(scores.size > 0);
    t.ok((await draw({ score: false })).every(({ logprob }) => logprob === null));
    await t.rejects(draw({ backtrack: -1 }), { code: 'ARGUMENT' });
  },
);

t.test('what goes on, in a line', async (t) => {
  const open = { stage: 'open', hole: 0, holes: 0, counts: {}, baseline: null } as const;
  t.equal(progressText(open), 'Opening the project');
  const counts = { errors: 3, compiles: 1 };
  t.equal(
    progressText({ ...open, stage: 'sampled', hole: 1, holes: 2, counts }),
    'The model writes patches (place 1 of 2): 3 errors, 1 compiles',
  );
});

t.test('without the grammar, without names, and small changes alone', async (t) => {
  for (const constraint of ['none', 'grammar'] as const) {
    const policy = { ...slow, constraint, validate: false, templates: false };
    const { patches } = await patchesOf({ policy, samples: 4, engine: undefined });
    t.equal(patches.length, 4);
    t.ok(
      patches.every(({ engine: asked }) => asked.queries === 0),
      constraint,
    );
  }
  const found = await patchesOf({ model: undefined, content: wrong, range: undefined });
  t.match(found.patches[0], {
    status: 'compiles',
    text: 'sum += item.price * item.count;',
    origin: { kind: 'ranked', detail: 'name' },
    logprob: null,
    seed: null,
  });
  const scored = await patchesOf({ policy: { mode: 'ranked', validate: false, candidates: 30 } });
  const scores = scored.patches.map(({ logprob }) => logprob ?? Number.NaN);
  t.equal(scores.length, 30);
  t.ok(
    scores.every((score, i) => score < 0 && score <= (scores[i - 1] ?? 0)),
    'the likeliest first',
  );
  t.match(found.summary, { budget: { samples: null }, used: { samples: 0 } });
});

t.test('dead ends, the limit of tokens, the budget and an abort', async (t) => {
  const stuck = (code: 'DEAD_END' | 'UNSATISFIABLE'): Model => ({
    ...model,
    generate: () => Promise.reject(new GrammaskError(code, 'nothing can follow')),
  });
  for (const code of ['DEAD_END', 'UNSATISFIABLE'] as const) {
    const { patches } = await patchesOf({ model: stuck(code), policy: slow, samples: 1 });
    t.match(patches, [{ status: 'pruned_dead_end', diff: '', after: null }], code);
  }
  const short = await patchesOf({ policy: { ...slow, maxTokens: 1 }, samples: 4 });
  t.ok(
    short.patches.some(({ status }) => status === 'unfinished'),
    'one token is not enough',
  );
  const late = await patchesOf({ policy: slow, samples: 5000, budgetMs: 700 });
  t.ok(late.patches.length < 5000);
  t.equal(late.summary.budget.ms, 700);

  const stop = new AbortController();
  const run = repair({
    ...{ model, project, file: 'cart.ts', content: right, range: '6', engine, validator },
    ...{ policy: slow, samples: 5000, signal: stop.signal },
    onProgress: ({ counts }) => {
      if (Object.keys(counts).length > 0) stop.abort();
    },
  });
  await t.rejects(
    async () => {
      for await (const _ of run);
    },
    { code: 'ABORTED' },
  );
  await t.rejects(patchesOf({ signal: AbortSignal.abort() }), { code: 'ABORTED' });
});

t.test('nothing is left at the signal', async (t) => {
  const { signal } = new AbortController();
  const given = new Set<AbortSignal>([signal]);
  const heard: typeof validator = {
    ...validator,
    baseline(file, content, own) {
      if (own?.signal !== undefined) given.add(own.signal);
      return validator.baseline(file, content, own);
    },
  };
  // An engine of its own, whose start is waited for.
  const own = { signal, validator: heard, engine: undefined, budgetMs: 60_000 };
  await patchesOf({ ...own, policy: { ...slow, maxTokens: 4 }, samples: 2 });
  t.equal(given.size, 2, 'the signal of the run is another one');
  for (const each of given) t.same(getEventListeners(each, 'abort'), []);
});

t.test('what cannot be asked', async (t) => {
  for (const own of [
    { range: '99' },
    { range: 'x' },
    { file: '../cart.ts' },
    { model: undefined, policy: { mode: 'sampled' } },
    { policy: { constraint: 'x' } },
    { file: 'test.py' },
    { samples: -1 },
    { budgetMs: 0 },
    { test: ['grammask-no-such-command'], validator: undefined },
    { other: 1 },
  ]) {
    await t.rejects(patchesOf(own as Own), { code: 'ARGUMENT' }, JSON.stringify(own));
  }
});

t.test('the old text is judged first: where nothing is wrong, nothing is tried', async (t) => {
  const test = [process.execPath, 'test.cjs'];
  const own = { model: undefined, validator: undefined, test };
  const sound = await patchesOf(own);
  t.match(sound, {
    patches: [],
    summary: { baseline: { check: { status: 'clean' }, tests: { status: 'passed' } } },
  });
  const broken = await patchesOf({ ...own, content: wrong });
  t.match(broken.summary.baseline, {
    check: { status: 'errors', diagnostics: [{ code: 2551 }] },
    tests: { status: 'failed' },
  });
  t.match(broken.patches[0], { status: 'plausible', text: 'sum += item.price * item.count;' });
  // Without a command nobody knows.
  const asked = await patchesOf({ model: undefined, policy: { candidates: 1 } });
  t.match(asked, { patches: { length: 1 }, summary: { baseline: { tests: null } } });
});

function cli(t: Test, args: readonly string[]): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', loader, main, 'repair', ...args], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => t.comment(String(chunk)));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out }));
  });
}

t.test('the command line', async (t) => {
  const file = join(project, 'cart.ts');
  const test = `"${process.execPath}" test.cjs`;
  const common = [file, '--project', project, '--json'];
  // Without names there is no right one among the changes.
  const [none, wrongUse] = await Promise.all([
    cli(t, [...common, '--range', '6', '--engine', 'none', '--no-model']),
    cli(t, common),
  ]);
  t.equal(wrongUse.code, 2);
  t.match(JSON.parse(wrongUse.out), { error: { code: 'ARGUMENT' } });
  t.equal(none.code, 1);
  t.match(JSON.parse(none.out), { best: null, applied: false });
  t.equal(readFileSync(file, 'utf8'), wrong);

  const fixed = await cli(t, [...common, '--no-model', '--from-diagnostics', '--test', test, '--apply']);
  t.equal(fixed.code, 0);
  const answer = JSON.parse(fixed.out);
  t.match(answer, { applied: true, summary: { counts: { plausible: 1 } } });
  t.match(answer.patches.at(-1), { id: answer.best, status: 'plausible', tests: { status: 'passed' } });
  t.equal(readFileSync(file, 'utf8'), right);

  const [unproven, doubtful, sound, late] = await Promise.all([
    cli(t, [...common, '--range', '6', '--apply']),
    cli(t, [...common, '--range', '6']),
    cli(t, [...common, '--range', '6', '--test', test, '--apply']),
    cli(t, [...common, '--range', '6', '--budget-ms', '1']),
  ]);
  t.equal(unproven.code, 2, 'no patch is written where nothing shows a fault');
  t.match(JSON.parse(unproven.out), { error: { code: 'ARGUMENT', message: /nothing shows/ } });
  t.equal(doubtful.code, 3, 'a patch that compiles in place of a line that did is no repair');
  t.equal(sound.code, 1);
  t.match(JSON.parse(sound.out), { patches: [], outcome: /nothing to repair/ });
  t.equal(late.code, 3);
  t.match(JSON.parse(late.out), { patches: [], outcome: /budget/ });
  t.equal(readFileSync(file, 'utf8'), right);
});

t.test('a patch of another line than the wrong one is no repair', async (t) => {
  const folder = t.testdir({
    'tsconfig.json': '{"compilerOptions":{"strict":true,"target":"es2022","types":[]}}',
    'two.ts': 'export const half = (value: number) => value / 2;\nexport const none: string = 1;\n',
  });
  const file = join(folder, 'two.ts');
  const before = readFileSync(file, 'utf8');
  const other = await cli(t, [file, '--project', folder, '--range', '1', '--apply', '-n', '4']);
  t.equal(other.code, 1, other.out);
  t.match(other.out, /two\.ts:2:14 TS2322/);
  t.equal(readFileSync(file, 'utf8'), before);
});
