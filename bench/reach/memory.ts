// What a long sweep takes: memory, and how long the program's own thread is held.
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { loadModel } from '../../src/index.js';
import { sweep } from '../../src/reach/index.js';
import { printTable } from '../maskbench/tables.js';

const MiB = 1024 * 1024;
const schema = {
  type: 'object',
  properties: { priority: { enum: ['low', 'medium', 'high'] } },
  required: ['priority'],
};

export async function runMemory({
  quick,
  tell,
}: {
  quick: boolean;
  tell: (kind: string, figure: object) => void;
}): Promise<void> {
  await using model = await loadModel(undefined, { threads: 1 });
  const system = {
    model,
    template: [
      { role: 'user', content: 'Ticket 4711 from Dana Reed: the printer is broken. Remark: {{note}}' },
    ],
    slot: 'note',
    ...{ schema, field: 'priority', control: { characters: 'printable-ascii' as const } },
  };
  await sweep({ ...system, k: 1 });
  const before = process.memoryUsage().rss;
  const early: number[] = [];
  const late: number[] = [];
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  // Pauses of the garbage collector, which waits for threads of its own where other programs hold the cores.
  const pauses: number[] = [];
  const collector = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) pauses.push(duration);
  });
  collector.observe({ entryTypes: ['gc'] });
  const started = performance.now();
  const { counts } = await sweep({
    ...{ ...system, k: 2, chunk: 256 },
    ...(quick ? { shard: { index: 1, of: 12 } } : {}),
    onProgress: ({ chunks, of }) => {
      const { rss } = process.memoryUsage();
      if (chunks <= of / 3) early.push(rss);
      else if (chunks > (2 * of) / 3) late.push(rss);
    },
  });
  loop.disable();
  collector.disconnect();
  const seconds = (performance.now() - started) / 1000;
  const most = Math.max(...early, ...late);
  const figure = {
    texts: counts.read,
    seconds,
    rssBefore: before,
    rssMost: most,
    rssMostFirstThird: Math.max(...early),
    rssMostLastThird: Math.max(...late, 0),
    longestBlockMs: loop.max / 1e6,
    block99Ms: loop.percentile(99) / 1e6,
    longestCollectionMs: Math.max(0, ...pauses),
  };
  tell('memory', figure);
  const mib = (bytes: number): string => `${(bytes / MiB).toFixed(0)} MiB`;
  printTable(
    `A sweep of ${counts.read} texts, embedded model, ${seconds.toFixed(0)} s`,
    ['', ''],
    [
      ['resident before it', mib(before)],
      ['most in its first third', mib(figure.rssMostFirstThird)],
      ['most in its last third', mib(figure.rssMostLastThird)],
      ["the program's thread held, longest", `${figure.longestBlockMs.toFixed(1)} ms`],
      ['longest pause of the garbage collector', `${figure.longestCollectionMs.toFixed(1)} ms`],
      ["the program's thread held, 99 of 100", `${figure.block99Ms.toFixed(1)} ms`],
    ],
  );
}
