import t from 'tap';
import { drawChart } from '../../bench/maskbench/chart.js';
import { pythonSample } from '../../bench/maskbench/python-sample.js';
import { leastOf, type Run, type SchemaLine } from '../../bench/maskbench/result-lines.js';
import { commonOf, figuresOf, timesOf, verdictOf } from '../../bench/maskbench/statistics.js';

t.test('the sample is the one that Python draws', async (t) => {
  // sorted(random.Random(seed).sample(range(count), size)) of Python 3.11
  t.strictSame(pythonSample(6782, 800, 1).slice(0, 8), [6, 12, 17, 31, 32, 46, 61, 69]);
  t.strictSame(pythonSample(6782, 5, 7), [395, 1235, 2652, 3234, 5332]);
  t.strictSame(
    pythonSample(50, 20, 3),
    [0, 4, 8, 12, 14, 15, 16, 23, 30, 32, 33, 34, 35, 37, 38, 40, 41, 43, 44, 48],
  );
  t.strictSame(pythonSample(4096, 30, 2 ** 32 - 1).slice(0, 5), [0, 306, 511, 526, 539]);
  t.strictSame(pythonSample(1, 1, 1), [0]);
});

const line = (name: string, more: Partial<SchemaLine>): SchemaLine => ({
  name,
  source: '',
  status: 'ok',
  compile_ns: 10,
  open_ns: 1,
  first_mask_ns: 5,
  ...more,
});
const run = (...lines: SchemaLine[]): Run => ({
  meta: { engine: 'x', version: '1' },
  schemas: new Map(lines.map((each) => [each.name, each])),
  end: {},
});
const test = (valid: boolean, accepted: boolean, ...times: number[]) => ({
  valid,
  accepted,
  mask_ns: times,
  step_ns: times.map((time) => time + 1),
});

t.test('of several runs each time is the least, where they went equally far', async (t) => {
  const first = run(line('a', { tests: [test(true, true, 5, 9), test(true, true, 7)] }));
  const second = run(line('a', { compile_ns: 8, tests: [test(true, true, 6, 3), test(true, false, 1, 1)] }));
  const { compile_ns, tests } = leastOf([first, second]).schemas.get('a') as SchemaLine;
  t.equal(compile_ns, 8);
  t.strictSame(
    tests?.map(({ mask_ns }) => mask_ns),
    [[5, 3], [7]],
  );
});

t.test('verdicts and figures', async (t) => {
  t.equal(verdictOf(line('a', { tests: [test(true, true)] })), 'passing');
  t.equal(verdictOf(line('a', { tests: [test(true, false), test(false, true)] })), 'invalid accepted');
  t.equal(verdictOf(line('a', { tests: [test(true, false)] })), 'valid rejected');
  t.equal(verdictOf(line('a', { status: 'compile_error' })), 'compile error');
  const ours = run(line('a', { tests: [test(true, true, 1, 2)] }), line('b', {}));
  const other = run(
    line('a', { tests: [test(true, true, 4)] }),
    line('b', { status: 'timeout', limit_s: 2 }),
  );
  t.strictSame([...commonOf([ours, other]).names], ['a']);
  t.equal(commonOf([ours, other]).tests.size, 0);
  t.strictSame(timesOf(ours, 'ttfm'), [16, 16]);
  t.strictSame(timesOf(other, 'mask'), [4]);
  const { average, percentiles, maximum } = figuresOf([1, 2, 3, 4]);
  t.strictSame([average, percentiles[0], maximum], [2.5, 3, 4]);
});

t.test('the chart has a line for each engine that has times, and escapes names', async (t) => {
  const svg = drawChart([
    {
      title: 'a < b',
      curves: [
        { label: 'x & y', times: [100, 1000, 1e6] },
        { label: 'none', times: [] },
      ],
    },
  ]);
  t.equal(svg.match(/<polyline /g)?.length, 1);
  t.notMatch(svg, /NaN|Infinity|a < b|x & y/);
});
