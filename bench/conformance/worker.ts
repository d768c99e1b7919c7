// A process of `npm run conformance`: does one task after the other.
import { Compiler } from '../../src/index.js';
import { createTokenPicker } from './draw.js';
import { runMaskBenchCase } from './maskbench-case.js';
import { realVocabulary } from './real-vocabulary.js';
import { runRoundTrip } from './round-trip-case.js';
import { runSuiteGroup } from './suite-case.js';
import type { Setting, Task, TaskReport } from './task.js';

const setting = JSON.parse(process.argv[2] ?? '{}') as Setting;
const run = await createTaskRunner(setting);
process.on('message', (task: Task) => process.send?.(run(task)));
process.on('disconnect', () => process.exit());
process.send?.('ready');

/** Does tasks, with one compiler for all of them, as a program that serves many schemas would have it. */
async function createTaskRunner(setting: Setting): Promise<(task: Task) => TaskReport> {
  const vocabulary = await realVocabulary(setting.vocabulary);
  const picker = createTokenPicker(vocabulary);
  const engine = {
    compiler: new Compiler(vocabulary.engine),
    vocabulary,
    timeoutMs: setting.timeoutMs,
  };
  return (task) => {
    switch (task.part) {
      case 'suite':
        return { part: 'suite', report: runSuiteGroup(task.group, setting.suiteFolder, engine) };
      case 'maskbench':
        return { part: 'maskbench', report: runMaskBenchCase(task.schema, engine) };
      case 'roundtrip':
        return { part: 'roundtrip', report: runRoundTrip(task.schema, setting.seed, engine, picker) };
    }
  };
}
